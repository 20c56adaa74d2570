//! The formats: what a batch becomes, as bytes.

mod bytes;
mod compact;
mod csv;
mod encoder;
mod json;
mod ndjson;
mod object;
mod select;
mod text;
mod typing;
mod values;

use std::{fmt, ops::Range};

use asyncgen_sources::{Batch, Columns, Fault, Record};

use crate::args::To;
pub use encoder::Encoder;
pub use select::Selector;
pub use typing::{Typed, Typing};
use values::Values;

/// What a record of a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One field, a line.
    Line,
    /// The same with its end, where it has one.
    WholeLine,
    /// No field, but bytes.
    Bytes,
    /// A field for each column.
    Row,
    /// One field, the text of a JSON value.
    Json,
}

/// What of records is wanted, and as what.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only these columns, or keys, in this order.
    pub select: Option<Vec<Selector>>,
    /// The types of columns, or of the values of keys.
    pub typing: Typing,
    /// Whether the first object may lack keys that are selected, as those behind it may.
    pub may_lack: bool,
}

/// What is known before the first record is written.
#[derive(Debug, Clone, Copy)]
pub struct Head<'b> {
    /// The names of the columns, where the source has them.
    pub columns: Option<&'b Columns>,
    /// `None`: the source has no record at all.
    pub first: Option<Record<'b>>,
}

/// Turns records into bytes. Whole records only, whatever happens.
pub(crate) trait Format: Send {
    /// What stands before the first record. Writes nothing when it fails.
    fn begin(&mut self, _head: Head<'_>, _out: &mut Vec<u8>) -> Result<(), Problem> {
        Ok(())
    }

    /// Writes the records of `batch` at `places`, and tells how many it has written.
    fn records(
        &mut self,
        batch: &Batch,
        places: Range<usize>,
        out: &mut Vec<u8>,
    ) -> (usize, Result<(), Problem>);

    /// What stands after the last record.
    fn end(&mut self, _out: &mut Vec<u8>) {}
}

/// Writes the records of `batch` at `places`, up to one that cannot be written.
fn each(
    batch: &Batch,
    places: Range<usize>,
    mut write: impl FnMut(Record<'_>) -> Result<(), Problem>,
) -> (usize, Result<(), Problem>) {
    let mut written = 0;
    for record in places.map_while(|place| batch.get(place)) {
        if let Err(problem) = write(record) {
            return (written, Err(problem));
        }
        written += 1;
    }
    (written, Ok(()))
}

/// What can be wrong with records that the source finds nothing wrong with.
///
/// `Display` says what it is; what to do about it depends on who asks.
#[derive(Debug)]
#[non_exhaustive]
pub enum Problem {
    /// A value is not of the type that it should have.
    Fault(Fault),
    /// What was selected is not in the source.
    Missing(String),
    /// A JSON object has each key once, and this column comes twice.
    Twice(String),
    /// What was asked for does not fit this record.
    Record {
        /// Counted from 1.
        number: u64,
        /// What stands behind `record 3 `.
        message: String,
    },
    /// A row has no place for this key of an object.
    NewKey {
        /// Counted from 1.
        number: u64,
        /// The key that the first object has not.
        key: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::Missing(message) => f.write_str(message),
            Self::Twice(column) => {
                write!(f, "the column {column:?} comes twice, a JSON object has it once")
            }
            Self::Record { number, message } => write!(f, "record {number} {message}"),
            Self::NewKey { number, key } => {
                write!(f, "record {number} has the key {key:?}, the first one has not")
            }
        }
    }
}

impl Problem {
    /// `message` stands behind `record 3 `.
    fn of(record: Record<'_>, message: String) -> Self {
        Self::Record { number: number(record), message }
    }
}

/// The number of a record, counted from 1.
fn number(record: Record<'_>) -> u64 {
    record.position().record + 1
}

/// The format that writes of records of `shape` what is wanted, as `to`; without `to`, as what they are.
pub(crate) fn format(shape: Shape, to: Option<To>, wanted: Wanted) -> Box<dyn Format> {
    match (to, shape) {
        // Whatever the ending of a file says.
        (_, Shape::Bytes) => Box::new(bytes::Bytes),
        (Some(To::Csv), _) | (None, Shape::Row) => Box::new(csv::Csv::new(shape, wanted)),
        (Some(To::Json), _) => Box::new(json::Json::new(Values::new(shape, wanted))),
        (Some(To::Ndjson), _) | (None, Shape::Json) => {
            Box::new(ndjson::Ndjson::new(Values::new(shape, wanted)))
        }
        (None, Shape::Line) => Box::new(text::Text { end: "\n" }),
        (None, Shape::WholeLine) => Box::new(text::Text { end: "" }),
    }
}
