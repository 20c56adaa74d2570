//! What a dialect makes of a sample.

use super::beginning;
use super::cell::Kind;
use crate::{Batch, Blank, CsvDecoder, CsvOptions, Decoder, Header, OnError, Ragged};

/// The records of a sample, read in one dialect.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) delimiter: u8,
    /// The records from the first one of the table on.
    pub(super) rows: Vec<Row>,
    /// How many fields most records have.
    pub(super) width: usize,
    /// How many records stand before the table.
    pub(super) rows_before: usize,
    /// How many lines stand before it, that were not known to.
    pub(super) lines_before: u64,
    /// The share of the sample that was read, without the records of the table that have a fault.
    pub(super) sound: f64,
}

/// A record of a sample.
#[derive(Debug)]
pub(super) struct Row {
    /// The line it begins at, counted from 0.
    pub(super) line: u64,
    /// The line after it.
    pub(super) end: u64,
    pub(super) cells: Vec<Cell>,
    /// How many bytes it has, where it has a fault.
    faulty: usize,
}

/// A field of a sample.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) text: Box<str>,
    pub(super) kind: Kind,
}

impl Table {
    pub(super) fn read(options: &CsvOptions, sample: &[u8], whole: bool) -> Self {
        let written = options.dialect();
        let tried = options.clone().header(Header::None).ragged(Ragged::Keep).blank(Blank::Skip);
        let tried = tried.on_error(OnError::Skip).max_record(usize::MAX).strict(true);
        let (mut rows, mut read) = (Vec::new(), 0);
        if let Ok(mut decoder) = CsvDecoder::new(tried) {
            let mut batch = Batch::default();
            // No fault ends it, as no record is longer than the sample.
            let _ = decoder.decode(sample, &mut batch);
            add(&batch, written.delimiter, &mut rows);
            // What is cut off is no record, unless there is nothing else.
            if whole || rows.is_empty() {
                let _ = decoder.finish(&mut batch);
                add(&batch, written.delimiter, &mut rows);
            }
            read = usize::try_from(decoder.position().offset).unwrap_or(0);
        }
        let width = usual_width(&rows);
        let known = options.skip.is_some();
        let first = if known { 0 } else { beginning::find(&rows, width) };
        let line = rows.get(first).filter(|_| !known).map_or(0, |row| row.line);
        let rows_of_table = rows.split_off(first);
        let faulty: usize = rows_of_table.iter().map(|row| row.faulty).sum();
        Self {
            delimiter: written.delimiter,
            width,
            rows_before: first,
            lines_before: line,
            rows: rows_of_table,
            sound: ratio(read.saturating_sub(faulty), sample.len()),
        }
    }

    /// The records under the first one.
    pub(super) fn body(&self) -> &[Row] {
        self.rows.get(1..).unwrap_or_default()
    }
}

/// Adds the records of `batch`. Those with a fault stand where they stand, taken apart roughly: what
/// is faulty is not passed over without a word.
fn add(batch: &Batch, delimiter: u8, rows: &mut Vec<Row>) {
    rows.extend(batch.iter().map(|record| Row {
        line: record.position().line - 1,
        end: record.end().line - 1,
        cells: record.iter().map(Cell::new).collect(),
        faulty: 0,
    }));
    rows.extend(batch.rejects().iter().map(|reject| {
        let line = reject.start().line - 1;
        let cells = reject.raw().split(char::from(delimiter)).map(Cell::new).collect();
        let faulty = usize::try_from(reject.end() - reject.start().offset).unwrap_or(usize::MAX);
        Row { line, end: line + 1, cells, faulty }
    }));
    rows.sort_by_key(|row| row.line);
}

impl Cell {
    fn new(text: &str) -> Self {
        Self { text: text.into(), kind: Kind::of(text) }
    }
}

/// The width of most records; a wider one counts more, as what stands round a table is narrow.
fn usual_width(rows: &[Row]) -> usize {
    let mut widths: Vec<usize> = rows.iter().map(|row| row.cells.len()).collect();
    widths.sort_unstable();
    let runs = widths.chunk_by(|one, other| one == other);
    let weighed = runs.map(|run| (run[0], ratio(run.len(), 1) * super::score::gain(run[0])));
    weighed.fold((1, 0.0), |best, run| if run.1 >= best.1 { run } else { best }).0
}

#[expect(clippy::cast_precision_loss, reason = "counts of a sample")]
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
