//! The formats: what a batch becomes, as bytes.

mod compact;
mod csv;
mod json;
mod ndjson;
mod object;
mod select;
mod text;
mod values;

use asyncgen_sources::{Batch, Columns, Record};

use crate::args::To;
use values::Values;

/// What a record of a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One field, a line.
    Line,
    /// A field for each column.
    Row,
    /// One field, the text of a JSON value.
    Json,
}

/// What is known before the first record is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head<'b> {
    pub(crate) columns: Option<&'b Columns>,
    /// `None`: the source has no record at all.
    pub(crate) first: Option<Record<'b>>,
}

/// Turns records into bytes. Whole records only, whatever happens.
pub(crate) trait Format {
    /// What stands before the first record. Writes nothing when it fails.
    fn begin(&mut self, head: Head<'_>, out: &mut Vec<u8>) -> Result<(), Problem>;

    /// Writes the first `take` records of `batch`, and tells how many it has written.
    fn records(
        &mut self,
        batch: &Batch,
        take: usize,
        out: &mut Vec<u8>,
    ) -> (usize, Result<(), Problem>);

    /// What stands after the last record.
    fn end(&mut self, out: &mut Vec<u8>);
}

/// Writes the first `take` records of `batch`, up to one that cannot be written.
fn each(
    batch: &Batch,
    take: usize,
    mut write: impl FnMut(Record<'_>) -> Result<(), Problem>,
) -> (usize, Result<(), Problem>) {
    for (index, record) in batch.iter().take(take).enumerate() {
        if let Err(problem) = write(record) {
            return (index, Err(problem));
        }
    }
    (take, Ok(()))
}

/// What can be wrong with records that the source finds nothing wrong with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// What was asked for does not fit the source.
    Usage(String),
    /// What was asked for does not fit this record.
    Record {
        /// Counted from 1.
        number: u64,
        message: String,
    },
}

impl Problem {
    /// `message` stands behind `record 3 `.
    fn of(record: Record<'_>, message: String) -> Self {
        Self::Record { number: record.position().record + 1, message }
    }
}

/// The format that writes records of `shape`, or of them what `select` names, as `to`; without
/// `to`, as what they are.
pub(crate) fn format(shape: Shape, to: Option<To>, select: Option<Vec<String>>) -> Box<dyn Format> {
    match (to, shape) {
        (Some(To::Csv), _) | (None, Shape::Row) => Box::new(csv::Csv::new(shape, select)),
        (Some(To::Json), _) => Box::new(json::Json::new(Values::new(shape, select))),
        (Some(To::Ndjson), _) | (None, Shape::Json) => {
            Box::new(ndjson::Ndjson::new(Values::new(shape, select)))
        }
        (None, Shape::Line) => Box::new(text::Text),
    }
}
