//! One JSON value a line.

use std::ops::Range;

use jiter::Jiter;

use crate::pending::{Input, Pending};
use crate::place::{LineEnds, error_at};
use crate::splitter::Splitter;
use crate::{Batch, Decoder, Error, ErrorKind, Position};

/// Decodes newline-delimited JSON: each line is a record of one field, the value's text.
///
/// Each value is checked (RFC 8259), none is built; arrays and objects may nest 200 deep. Blank
/// lines are passed over. A byte order mark at the start is dropped.
///
/// ```
/// use asyncgen_formats::{Batch, Decoder, NdjsonDecoder};
///
/// let mut decoder = NdjsonDecoder::new(1024);
/// let mut batch = Batch::default();
/// decoder.decode(b"{\"id\": 1}\n\n [2]\n{\"id\": tru}\n", &mut batch).unwrap_err();
/// let values: Vec<&str> = batch.iter().flatten().collect();
/// assert_eq!(values, [r#"{"id": 1}"#, "[2]"]);
/// ```
#[derive(Debug)]
pub struct NdjsonDecoder {
    pending: Pending,
    splitter: Splitter,
}

impl NdjsonDecoder {
    /// A decoder that refuses lines of more than `max_record` bytes, their ends not counted.
    pub fn new(max_record: usize) -> Self {
        Self { pending: Pending::default(), splitter: Splitter::new(max_record, Some(trim)) }
    }

    fn run(&mut self, input: Input, batch: &mut Batch) -> Result<(), Error> {
        let split = self.splitter.split(&mut self.pending, input);
        let handed_out = self.pending.hand_out(batch, LineEnds::Lf);
        check(batch).and(handed_out).and(split)
    }
}

impl Decoder for NdjsonDecoder {
    fn decode(&mut self, chunk: &[u8], batch: &mut Batch) -> Result<(), Error> {
        if self.pending.push(chunk) {
            return self.run(Input::Open, batch);
        }
        batch.clear(self.position());
        Ok(())
    }

    fn finish(&mut self, batch: &mut Batch) -> Result<(), Error> {
        self.run(Input::Ended, batch)
    }

    fn position(&self) -> Position {
        self.pending.base()
    }
}

/// The part of a line between JSON's white space; nothing if there is none.
fn trim(line: &[u8]) -> Option<Range<usize>> {
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\r');
    let start = line.iter().position(is_text)?;
    let end = line.iter().rposition(is_text)?;
    Some(start..end + 1)
}

/// Cuts the batch before the first record that is not JSON.
fn check(batch: &mut Batch) -> Result<(), Error> {
    for index in 0..batch.len() {
        let Some(record) = batch.get(index) else { break };
        let mut parser = Jiter::new(batch.field(index).as_bytes());
        let Err(fault) = parser.next_skip().and_then(|()| parser.finish()) else { continue };
        let kind = ErrorKind::Json { message: crate::json::message(&fault) };
        let start = batch.records[index].offset as usize;
        let at = batch.fields[index].start as usize + fault.index;
        let error =
            error_at(kind, record.position(), (batch.text.as_bytes(), start, at), LineEnds::Lf);
        batch.truncate(index);
        return Err(error);
    }
    Ok(())
}
