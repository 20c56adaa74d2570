//! The bytes and the index that are not handed out yet, shared by the decoders of streams.

use std::ops::Range;

use crate::batch::{Entry, Span};
use crate::block;
use crate::decoder::MAX_CHUNK;
use crate::place::{LineEnds, error_at};
use crate::reject::take_out_invalid;
use crate::{Batch, Columns, Error, ErrorKind, OnError, Position, Reject};

/// The byte order mark of UTF-8.
pub(crate) const BOM: &[u8] = "\u{feff}".as_bytes();

/// What was read and is not handed out: the records completed by this chunk, then the open one.
///
/// ```text
/// bytes      a,b\n"c ""d""",e,"f    one record is complete: `done` stands behind it
/// fields     0..1 2..3 0..5 14..15   those of the complete records, then the open one's
/// unescaped  c "d"                   the third field is one of `moved`: a span of `unescaped`
/// ```
///
/// `bytes` becomes the text of the batch as it is; only the open record is copied, once per batch
/// that is handed out. So a record that spans many chunks costs no more than its length.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pending {
    pub(crate) bytes: Vec<u8>,
    pub(crate) fields: Vec<Span>,
    pub(crate) records: Vec<Entry>,
    /// Fields whose escaped quotes are resolved.
    unescaped: Vec<u8>,
    /// The fields that are spans of `unescaped`.
    moved: Vec<u32>,
    /// Where the complete records end, and the open one begins.
    pub(crate) done: Done,
    /// The place of `bytes[0]`.
    base: Position,
    /// Whether faulty records are passed over.
    pub(crate) skips: bool,
    rejects: Vec<Reject>,
    /// How many blank lines were passed over.
    blank_lines: u64,
    /// Whether enough has come to tell a byte order mark.
    started: bool,
}

/// So many fields of those that were made, and so many bytes of their text.
#[derive(Debug, Clone, Copy)]
struct Moved {
    moved: usize,
    unescaped: usize,
}

/// Whether more bytes may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    Open,
    Ended,
}

/// The end of the complete records, in each of the lists.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Done {
    pub(crate) bytes: usize,
    pub(crate) lines: u32,
    pub(crate) fields: usize,
}

impl Done {
    /// The record that begins there.
    #[inline]
    pub(crate) fn entry(self) -> Entry {
        Entry { first_field: small(self.fields), offset: small(self.bytes), line: self.lines }
    }
}

impl Pending {
    pub(crate) fn new(on_error: OnError) -> Self {
        Self { skips: on_error == OnError::Skip, ..Self::default() }
    }

    /// Adds what `read` puts into room for `length` bytes of the source, as many as it says.
    pub(crate) fn fill(
        &mut self,
        length: usize,
        batch: &mut Batch,
        read: &mut dyn FnMut(&mut [u8]) -> usize,
    ) -> usize {
        assert!(length <= MAX_CHUNK, "the room is longer than MAX_CHUNK");
        let open = self.bytes.len();
        let mut spare = std::mem::take(&mut batch.text).into_bytes();
        batch.clear(self.base);
        // What a batch was filled with need not be made zeros of. Mostly it is longer than the open record.
        if open <= spare.len() {
            spare[..open].copy_from_slice(&self.bytes);
            std::mem::swap(&mut self.bytes, &mut spare);
        }
        spare.clear();
        batch.text = String::from_utf8(spare).unwrap_or_default();
        self.bytes.resize(open + length, 0);
        let count = read(&mut self.bytes[open..]).min(length);
        self.bytes.truncate(open + count);
        count
    }

    /// Adds the next bytes of the source; false while there are too few to tell a byte order mark.
    pub(crate) fn push(&mut self, chunk: &[u8]) -> bool {
        assert!(chunk.len() <= MAX_CHUNK, "a chunk is longer than MAX_CHUNK: cut it");
        self.bytes.extend_from_slice(chunk);
        if !self.started {
            if self.bytes.len() < BOM.len() && BOM.starts_with(&self.bytes) {
                return false;
            }
            self.started = true;
            if self.bytes.starts_with(BOM) {
                self.bytes.drain(..BOM.len());
                self.base.offset += BOM.len() as u64;
            }
        }
        true
    }

    /// Forgets the first bytes and the lines that end in them, where nothing was decoded yet.
    pub(crate) fn drop_front(&mut self, bytes: usize, lines: u64) {
        debug_assert_eq!(self.done.bytes, 0, "what is dropped stands before all records");
        self.bytes.drain(..bytes);
        self.base.offset += bytes as u64;
        self.base.line += lines;
    }

    /// The bytes of the open record that are there.
    pub(crate) fn open_len(&self) -> usize {
        self.bytes.len() - self.done.bytes
    }

    /// Where the open record begins in `bytes`.
    pub(crate) fn open_start(&self) -> usize {
        self.done.bytes
    }

    /// How many fields of the open record are there.
    pub(crate) fn open_field_count(&self) -> usize {
        self.fields.len() - self.done.fields
    }

    /// The place of the open record.
    pub(crate) fn open_position(&self) -> Position {
        Position {
            file: self.base.file,
            record: self.base.record + self.records.len() as u64,
            line: self.base.line + u64::from(self.done.lines),
            offset: self.base.offset + self.done.bytes as u64,
        }
    }

    /// The place before what is not handed out.
    pub(crate) fn base(&self) -> Position {
        self.base
    }

    /// The place before what is not handed out, when records before it were taken out of the batch.
    pub(crate) fn go_on_from(&mut self, base: Position) {
        self.base = base;
    }

    /// What is read stands in the file after that of `last`.
    pub(crate) fn follow(&mut self, last: &Self) {
        self.base.file = last.base.file + 1;
    }

    /// Drops all that is not handed out: what comes next stands at `position`.
    pub(crate) fn resume(&mut self, position: Position) {
        self.discard();
        self.records.clear();
        self.rejects.clear();
        self.blank_lines = 0;
        (self.done, self.base, self.started) = (Done::default(), position, true);
    }

    /// Takes the bytes, for a scan that adds records while it reads: they must be given back to
    /// `bytes`.
    pub(crate) fn take_bytes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Adds a field to the open record: a span of `bytes`.
    pub(crate) fn add_field(&mut self, start: usize, end: usize) {
        self.fields.push(span(start, end));
    }

    /// Adds a field to the open record: what `write` writes.
    pub(crate) fn add_made(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let field = self.make(self.fields.len(), write);
        self.fields.push(field);
    }

    /// Makes the text of the field of that number anew, the last of those made so: `write` is told where the old one is.
    #[inline]
    pub(crate) fn remake(&mut self, field: usize, write: impl FnOnce(Range<usize>, &mut Vec<u8>)) {
        let Span { start, end } = self.fields[field];
        self.fields[field] = self.make(field, |made| write(start as usize..end as usize, made));
    }

    /// Where the text of the field of that number is, if `write` writes it.
    #[inline]
    fn make(&mut self, field: usize, write: impl FnOnce(&mut Vec<u8>)) -> Span {
        self.moved.push(small(field));
        // What ends before it and what begins with it are no character together.
        self.unescaped.push(b' ');
        let from = self.unescaped.len();
        write(&mut self.unescaped);
        span(from, self.unescaped.len())
    }

    /// Keeps the first `count` fields, which are at least those of the complete records.
    pub(crate) fn cut_fields(&mut self, count: usize) {
        let kept = self.moved_of(count);
        self.unescaped.truncate(kept.unescaped);
        self.moved.truncate(kept.moved);
        self.fields.truncate(count);
    }

    /// What of the text that was made belongs to the first `count` fields.
    fn moved_of(&self, count: usize) -> Moved {
        let moved = self.moved.partition_point(|field| (*field as usize) < count);
        let next = self.moved.get(moved).map(|field| self.fields[*field as usize]);
        // A space stands before it.
        let unescaped = next.map_or(self.unescaped.len(), |next| next.start as usize - 1);
        Moved { moved, unescaped }
    }

    /// Ends the open record: the next one begins at `end`, `lines` lines further down.
    pub(crate) fn end_record(&mut self, end: usize, lines: u32) {
        self.records.push(self.done.entry());
        self.done = Done { bytes: end, lines: self.done.lines + lines, fields: self.fields.len() };
    }

    /// Passes over a line that is no record: the next one begins at `end`, `lines` lines further down.
    pub(crate) fn skip_line(&mut self, end: usize, lines: u32) {
        self.done.bytes = end;
        self.done.lines += lines;
    }

    /// As [`skip_line`](Self::skip_line), of a line with nothing in it.
    pub(crate) fn skip_blank(&mut self, end: usize, lines: u32) {
        self.blank_lines += 1;
        self.skip_line(end, lines);
    }

    /// Adds the lines that end at `newlines`, each a record of one field, the line without its end.
    ///
    /// For a format in which all records are lines: nothing else may have been added.
    pub(crate) fn add_lines(&mut self, bytes: &[u8], newlines: &[u32]) {
        let Some(&last) = newlines.last() else { return };
        let (mut first_field, mut offset, mut line) =
            (small(self.records.len()), small(self.done.bytes), self.done.lines);
        self.records.extend(newlines.iter().map(|newline| {
            let entry = Entry { first_field, offset, line };
            (first_field, offset, line) = (first_field + 1, newline + 1, line + 1);
            entry
        }));
        let mut start = small(self.done.bytes);
        self.fields.extend(newlines.iter().map(|&newline| {
            let has_cr = newline > start && bytes[newline as usize - 1] == b'\r';
            let field = Span { start, end: newline - u32::from(has_cr) };
            start = newline + 1;
            field
        }));
        self.done.bytes = last as usize + 1;
        self.done.lines = line;
        self.done.fields = self.fields.len();
    }

    /// Passes over the open record, which ends at `end`: the next one begins at `next`, `lines` lines further down.
    pub(crate) fn reject(
        &mut self,
        bytes: &[u8],
        fault: Fault,
        end: usize,
        (next, lines): (usize, u32),
        ends: LineEnds,
    ) {
        let raw = (bytes, self.done.bytes, end);
        self.rejects.push(Reject::new(fault, self.open_position(), raw, ends));
        self.cut_fields(self.done.fields);
        self.skip_line(next, lines);
    }

    /// The fields of the first record, as a header.
    pub(crate) fn header(&self, bytes: &[u8]) -> Columns {
        debug_assert!(self.records.is_empty(), "a header stands before all records");
        let mut moved = self.moved.iter().peekable();
        let texts = (0..).zip(&self.fields).map(|(index, field)| {
            let text = match moved.next_if(|moved| **moved == index) {
                Some(_) => &*self.unescaped,
                None => bytes,
            };
            let text = &text[field.start as usize..field.end as usize];
            String::from_utf8_lossy(text).into_owned().into_boxed_str()
        });
        texts.collect()
    }

    /// Passes over the first record, which is the header.
    pub(crate) fn pass_header(&mut self, end: usize, lines: u32) {
        self.fields.clear();
        self.moved.clear();
        self.unescaped.clear();
        self.done = Done { bytes: end, lines: self.done.lines + lines, ..Done::default() };
    }

    /// Hands out the complete records, and keeps the rest. On an error, which is that of a byte
    /// that is not UTF-8, the batch holds the records before it.
    pub(crate) fn hand_out(&mut self, batch: &mut Batch, ends: LineEnds) -> Result<(), Error> {
        batch.clear(self.base);
        batch.end = self.open_position();
        let made = self.moved_of(self.done.fields);
        std::mem::swap(&mut batch.rejects, &mut self.rejects);
        batch.blank_lines = std::mem::take(&mut self.blank_lines);
        let result = if self.records.is_empty() {
            self.bytes.drain(..self.done.bytes);
            Ok(())
        } else {
            self.complete(batch, made, ends)
        };
        // Where nothing was completed all keep their places, and a record of many fields that comes
        // in small pieces must not cost all its fields for each piece.
        if self.done.bytes > 0 {
            rebase(&mut self.fields, &self.moved, self.done.bytes, made.unescaped);
        }
        self.base = batch.end;
        self.done = Done::default();
        result
    }

    /// Forgets the open record, after a fault.
    pub(crate) fn discard(&mut self) {
        self.bytes.clear();
        self.fields.clear();
        self.moved.clear();
        self.unescaped.clear();
    }

    /// The error for a fault in the open record.
    pub(crate) fn error(&self, fault: Fault, ends: LineEnds) -> Error {
        let bytes = (&*self.bytes, self.done.bytes, fault.at);
        error_at(fault.kind, self.open_position(), bytes, ends)
    }

    /// Moves the complete records into `batch`, whose old allocations take the open one.
    fn complete(&mut self, batch: &mut Batch, made: Moved, ends: LineEnds) -> Result<(), Error> {
        let mut text = std::mem::take(&mut batch.text).into_bytes();
        text.clear();
        hand_over(&mut self.bytes, &mut text, self.done.bytes);
        // As much room as this time, so that a stream of like chunks grows no list item by item.
        batch.fields.reserve(self.fields.len());
        hand_over(&mut self.fields, &mut batch.fields, self.done.fields);
        let records = self.records.len();
        batch.records.reserve(records);
        hand_over(&mut self.records, &mut batch.records, records);

        let raw_len = text.len();
        text.extend_from_slice(&self.unescaped[..made.unescaped]);
        for index in self.moved.drain(..made.moved) {
            let field = &mut batch.fields[index as usize];
            *field = span(raw_len + field.start as usize, raw_len + field.end as usize);
        }
        self.unescaped.drain(..made.unescaped);
        for index in &mut self.moved {
            *index -= small(self.done.fields);
        }

        let (text, is_ascii) = block::text(text);
        batch.ascii = is_ascii;
        let (text, result) = match text {
            Ok(text) => (text, Ok(())),
            Err(error) if self.skips => {
                (take_out_invalid(batch, error.into_bytes(), raw_len, ends), Ok(()))
            }
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                keep_valid(batch, error.into_bytes(), raw_len, at, ends)
            }
        };
        batch.text = text;
        result
    }
}

/// A fault in the open record.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) kind: ErrorKind,
    /// The index in the bytes that are pending.
    pub(crate) at: usize,
}

/// Swaps the first `len` items of `from` into `to`, and leaves the others.
fn hand_over<T: Copy>(from: &mut Vec<T>, to: &mut Vec<T>, len: usize) {
    to.extend_from_slice(&from[len..]);
    std::mem::swap(from, to);
    to.truncate(len);
}

/// Makes the spans of the open record's fields begin where it begins now.
fn rebase(fields: &mut [Span], moved: &[u32], bytes: usize, unescaped: usize) {
    let mut moved = moved.iter().peekable();
    for (index, field) in (0..).zip(fields) {
        let is_moved = moved.next_if(|moved| **moved == index).is_some();
        let by = small(if is_moved { unescaped } else { bytes });
        *field = Span { start: field.start - by, end: field.end - by };
    }
}

/// Cuts the batch before the record in which the byte at `at` is not UTF-8.
fn keep_valid(
    batch: &mut Batch,
    mut bytes: Vec<u8>,
    raw_len: usize,
    at: usize,
    ends: LineEnds,
) -> (String, Result<(), Error>) {
    let record = batch.records.partition_point(|record| record.offset as usize <= at) - 1;
    let start = batch.records[record].offset as usize;
    let position = batch.get(record).map_or(batch.start, |record| record.position());
    let kind = ErrorKind::InvalidUtf8 { byte: bytes[at] };
    let error = error_at(kind, position, (&bytes[..raw_len], start, at), ends);
    batch.truncate(record);
    // The fields of the records that stay keep their places, the unescaped ones behind all.
    let end = batch.fields.iter().map(|field| field.end as usize).max().unwrap_or(0);
    bytes.truncate(end.max(start));
    let raw_end = raw_len.min(bytes.len());
    bytes[start..raw_end].fill(b' ');
    (String::from_utf8_lossy(&bytes).into_owned(), Err(error))
}

#[inline]
pub(crate) fn span(start: usize, end: usize) -> Span {
    Span { start: small(start), end: small(end) }
}

/// `MAX_CHUNK` and `MAX_RECORD` keep all counts of a batch below 2^32.
#[expect(clippy::cast_possible_truncation, reason = "bounded by MAX_CHUNK and MAX_RECORD")]
#[inline]
pub(crate) fn small(count: usize) -> u32 {
    debug_assert!(u32::try_from(count).is_ok(), "a batch is bounded");
    count as u32
}
