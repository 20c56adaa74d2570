//! One JSON value a line.

use std::ops::Range;

use jiter::Jiter;

use crate::json::members::Members;
use crate::pending::{Fault, Input, Pending};
use crate::place::{LineEnds, error_at};
use crate::reject::take_out;
use crate::splitter::Splitter;
use crate::{Batch, Decoder, Error, ErrorKind, OnError, Position, Reject, Resume, Tail, json};

/// The most fields of a batch, or of one record if that has more. They are 8 bytes each, of objects in which
/// nothing else of them stands.
const MOST_FIELDS: usize = 1 << 18;

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
#[derive(Debug, Clone)]
pub struct NdjsonDecoder {
    pending: Pending,
    splitter: Splitter,
    members: Option<Members>,
}

impl NdjsonDecoder {
    /// A decoder that refuses lines of more than `max_record` bytes, their ends not counted.
    pub fn new(max_record: usize) -> Self {
        let splitter = Splitter::new(max_record, Some(trim));
        Self { pending: Pending::default(), splitter, members: None }
    }

    /// What becomes of a line that is not JSON.
    #[must_use]
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.pending.skips = on_error == OnError::Skip;
        self
    }

    /// Behind the field of the whole value, each record gets one for each of `names`: the text of that member, as it is
    /// written. It is empty where the value has no such member, or is no object; of members of one name the last one counts, and a name that
    /// comes twice in `names` is found for the last time that it comes.
    ///
    /// ```
    /// use asyncgen_formats::{Batch, Decoder, NdjsonDecoder};
    ///
    /// let mut decoder = NdjsonDecoder::new(1024).columns(["to", "id"]);
    /// let mut batch = Batch::default();
    /// decoder.decode(b"{\"id\": 1, \"by\": {}, \"to\": \"x\"}\n[2]\n", &mut batch)?;
    /// let record = batch.get(0).unwrap();
    /// assert_eq!((record.get(1), record.get(2)), (Some("\"x\""), Some("1")));
    /// assert_eq!(batch.get(1).unwrap().get(1), Some(""));
    /// # Ok::<(), asyncgen_formats::Error>(())
    /// ```
    #[must_use]
    pub fn columns(mut self, names: impl IntoIterator<Item = impl Into<Box<str>>>) -> Self {
        let members = Members::new(names);
        self.splitter.at_most((MOST_FIELDS / (1 + members.count())).max(1));
        self.members = Some(members);
        self
    }

    fn run(&mut self, input: Input, batch: &mut Batch) -> Result<(), Error> {
        let split = self.splitter.split(&mut self.pending, input);
        let handed_out = self.pending.hand_out(batch, LineEnds::Lf);
        let members = &mut self.members;
        let checked = if self.pending.skips {
            take_out_faulty(batch, members);
            self.pending.go_on_from(batch.end);
            Ok(())
        } else {
            check(batch, members)
        };
        if let Some(members) = &mut self.members {
            members.add_to(batch);
        }
        // Records before it may have been taken out.
        let split = split.map_err(|error| error.numbered(batch.end.record));
        checked.and(handed_out).and(split)
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

    fn has_more(&self) -> bool {
        self.splitter.has_more()
    }

    fn fill(
        &mut self,
        length: usize,
        batch: &mut Batch,
        read: &mut dyn FnMut(&mut [u8]) -> usize,
    ) -> usize {
        self.pending.fill(length, batch, read)
    }

    fn finish(&mut self, batch: &mut Batch) -> Result<(), Error> {
        self.run(Input::Ended, batch)
    }

    fn position(&self) -> Position {
        self.pending.base()
    }
}

impl Resume for NdjsonDecoder {
    fn resume(&mut self, position: Position) {
        self.pending.resume(position);
        self.splitter.restart();
    }

    fn follow(&mut self, last: &Self) {
        self.pending.follow(&last.pending);
    }

    fn tail(&self) -> Tail {
        self.splitter.tail()
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
fn check(batch: &mut Batch, members: &mut Option<Members>) -> Result<(), Error> {
    for index in 0..batch.len() {
        let Some(record) = batch.get(index) else { break };
        let Some(Fault { kind, at }) = fault(batch, index, members) else { continue };
        let start = batch.records[index].offset as usize;
        let error =
            error_at(kind, record.position(), (batch.text.as_bytes(), start, at), LineEnds::Lf);
        batch.truncate(index);
        return Err(error);
    }
    Ok(())
}

/// Takes the records out of the batch that are not JSON.
fn take_out_faulty(batch: &mut Batch, members: &mut Option<Members>) {
    let mut bad = Vec::new();
    for index in 0..batch.len() {
        let Some(record) = batch.get(index) else { break };
        let Some(fault) = fault(batch, index, members) else { continue };
        let (start, end) = (batch.records[index].offset, batch.fields[index].end);
        let raw = (batch.text.as_bytes(), start as usize, end as usize);
        let reject = Reject::new(fault, record.position(), raw, LineEnds::Lf);
        batch.rejects.push(reject);
        bad.push(index);
    }
    take_out(batch, &bad);
}

/// Why the record at `index` is not JSON; if it is, its members are found.
fn fault(batch: &Batch, index: usize, members: &mut Option<Members>) -> Option<Fault> {
    let start = batch.fields[index].start;
    let text = batch.field(index).as_bytes();
    let is_json = match members {
        Some(members) => members.are_in(text, start),
        None => json::quick::value(text) == Some(text.len()),
    };
    if is_json {
        return None;
    }
    let mut parser = Jiter::new(text);
    let Err(fault) = parser.next_skip().and_then(|()| parser.finish()) else {
        if let Some(members) = members {
            members.look(text, start);
        }
        return None;
    };
    if let Some(members) = members {
        members.forget();
    }
    let kind = ErrorKind::Json { message: json::message(&fault) };
    Some(Fault { kind, at: start as usize + fault.index })
}
