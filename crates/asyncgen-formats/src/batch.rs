//! The unit that crosses a thread or a language: one text, an index of records and fields, and
//! the position of each record.

use std::ops::Range;
use std::sync::Arc;

use crate::csv::Dialect;
use crate::{Pool, Position, Record, Records, Reject};

/// The names of the columns, shared by all batches of a source.
pub type Columns = Arc<[Box<str>]>;

/// Records that were decoded together.
///
/// A record of a CSV source has a field for each column; a record of lines has one field, the
/// line without its end; a record of JSON has one field, the value's text. Reading a field costs
/// two index look-ups.
///
/// ```text
/// text     a,"b ""c"""\nd,e\n b "c"      the source's text, then fields that had to be unescaped
/// fields   0..1  17..22  12..13  14..15  spans of the text
/// records  {field 0, byte 0, line 0} {field 2, byte 12, line 1}   relative to `start`
/// ```
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub(crate) text: String,
    pub(crate) fields: Vec<Span>,
    pub(crate) records: Vec<Entry>,
    pub(crate) start: Position,
    pub(crate) end: Position,
    pub(crate) columns: Option<Columns>,
    pub(crate) ascii: bool,
    /// How its text is written, where it is CSV.
    pub(crate) dialect: Option<Dialect>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) blank_lines: u64,
    /// The bytes of its records, where they are no text.
    pub(crate) bytes: Vec<u8>,
    /// Where what is in its records was not looked at: the characters of its first line that stand before it.
    pub(crate) unchecked: Option<u64>,
    /// Where it goes when it is dropped.
    pub(crate) pool: Option<Pool>,
}

/// A part of a batch's text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// Where a record begins, relative to its batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) first_field: u32,
    pub(crate) offset: u32,
    pub(crate) line: u32,
}

impl Batch {
    /// One record of one field, `text`, that stands at `start` and ends `end`.
    pub fn of_text(text: String, start: Position, end: Position) -> Self {
        let mut batch = Self::at(start);
        batch.end = end;
        batch.ascii = text.is_ascii();
        batch.records.push(Entry { first_field: 0, offset: 0, line: 0 });
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        batch.fields.push(Span { start: 0, end: length });
        batch.text = text;
        batch
    }

    /// A batch without a record, at a place.
    pub fn at(position: Position) -> Self {
        let mut batch = Self::default();
        (batch.start, batch.end) = (position, position);
        batch
    }

    /// The number of records.
    #[inline]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The record at `index`, counted from 0.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Record<'_>> {
        (index < self.records.len()).then_some(Record::new(self, index))
    }

    /// The first field of the record at `index`, counted from 0: all of a line or of a JSON value.
    ///
    /// It is UTF-8, given as bytes for who makes another kind of string of it: that characters begin where it does need not
    /// be checked then.
    #[inline]
    pub fn first(&self, index: usize) -> Option<&[u8]> {
        let span = self.fields.get(self.records.get(index)?.first_field as usize)?;
        self.text.as_bytes().get(span.start as usize..span.end as usize)
    }

    /// All bytes of the record at `index`, counted from 0; `None` where it is no chunk of bytes.
    pub fn chunk(&self, index: usize) -> Option<&[u8]> {
        if self.bytes.is_empty() {
            return None;
        }
        let start = self.records.get(index)?.offset as usize;
        let end = self.records.get(index + 1).map_or(self.bytes.len(), |next| next.offset as usize);
        self.bytes.get(start..end)
    }

    /// The records that were passed over, in order; see [`OnError::Skip`](crate::OnError::Skip).
    pub fn rejects(&self) -> &[Reject] {
        &self.rejects
    }

    /// How many lines with nothing in them were passed over, between its records and before and behind them.
    pub fn blank_lines(&self) -> u64 {
        self.blank_lines
    }

    /// The records in order.
    pub fn iter(&self) -> Records<'_> {
        Records::new(self)
    }

    /// The fields at `place`, counted from 0, of the records in `range`: a column. `None` where a record has no such
    /// field.
    #[inline]
    pub fn column(
        &self,
        place: usize,
        range: Range<usize>,
    ) -> impl ExactSizeIterator<Item = Option<&str>> {
        range.map(move |record| {
            let fields = self.field_range(record);
            (place < fields.len()).then(|| self.field(fields.start + place))
        })
    }

    /// The names of the columns, where the source has them.
    pub fn columns(&self) -> Option<&Columns> {
        self.columns.as_ref()
    }

    /// The place where the record at `index` begins, counted from 0; [`end`](Self::end) where there is none.
    pub fn position(&self, index: usize) -> Position {
        self.get(index).map_or(self.end, |record| record.position())
    }

    /// The place the batch begins at: of its first record, or of blank lines before it.
    pub fn start(&self) -> Position {
        self.start
    }

    /// The place after the last record, and after the blank lines that were read with it.
    pub fn end(&self) -> Position {
        self.end
    }

    /// Whether all fields are ASCII; worked out once, when the batch was made.
    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// The bytes of its texts and of the places of its records. It may hold more [`memory`](Self::memory), that of a longer batch
    /// before.
    pub fn size(&self) -> usize {
        self.text.len()
            + self.bytes.len()
            + self.fields.len() * size_of::<Span>()
            + self.records.len() * size_of::<Entry>()
    }

    /// The memory the batch holds, in bytes.
    pub fn memory(&self) -> usize {
        self.text.capacity()
            + self.bytes.capacity()
            + self.fields.capacity() * size_of::<Span>()
            + self.records.capacity() * size_of::<Entry>()
    }

    /// How the record at `index` is written, without its line end, in `text`, of which the source's bytes
    /// are the first `raw_len`.
    pub(crate) fn raw(&self, index: usize, text: &[u8], raw_len: usize) -> Range<usize> {
        let start = self.records[index].offset as usize;
        let next = self.records.get(index + 1).map_or(raw_len, |next| next.offset as usize);
        // What was passed over may stand before the next record.
        let bytes = &text[start..next.max(start)];
        let length = match self.dialect {
            Some(dialect) => dialect.record_end(bytes),
            None => memchr::memchr(b'\n', bytes).unwrap_or(bytes.len()),
        };
        start..start + length
    }

    /// Drops all but the allocations.
    pub(crate) fn clear(&mut self, start: Position) {
        self.text.clear();
        self.bytes.clear();
        self.fields.clear();
        self.records.clear();
        self.rejects.clear();
        self.blank_lines = 0;
        (self.start, self.end) = (start, start);
        (self.columns, self.ascii, self.unchecked) = (None, true, None);
    }

    /// Makes `record` the number of records before the first.
    pub fn number_from(&mut self, record: u64) {
        self.start.record = record;
        self.end.record = record + self.records.len() as u64;
    }

    /// Leaves out the first `count` records.
    pub fn skip(&mut self, count: usize) {
        let count = count.min(self.records.len());
        let fields = self.records.get(count).map_or(self.fields.len(), |r| r.first_field as usize);
        self.fields.drain(..fields);
        self.records.drain(..count);
        for record in &mut self.records {
            record.first_field -= u32::try_from(fields).unwrap_or(u32::MAX);
        }
        self.start.record += count as u64;
    }

    /// A copy of the records in `range`, at their places, without rejects and chunks; an empty batch where
    /// there are none.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Self {
        let Some(first) = self.get(range.start) else { return Self::at(self.end) };
        let start = first.position();
        let end = self.position(range.end);
        let mut part = Self::at(start);
        (part.end, part.ascii) = (end, self.ascii);
        (part.columns, part.dialect) = (self.columns.clone(), self.dialect);
        let (byte, line) = (self.records[range.start].offset, self.records[range.start].line);
        for index in range.start..range.end.min(self.len()) {
            let Entry { offset, line: at, .. } = self.records[index];
            let first_field = u32::try_from(part.fields.len()).unwrap_or(u32::MAX);
            part.records.push(Entry { first_field, offset: offset - byte, line: at - line });
            for field in self.field_range(index) {
                let from = u32::try_from(part.text.len()).unwrap_or(u32::MAX);
                part.text.push_str(self.field(field));
                let end = u32::try_from(part.text.len()).unwrap_or(u32::MAX);
                part.fields.push(Span { start: from, end });
            }
        }
        part
    }

    /// Keeps the first `len` records.
    pub fn truncate(&mut self, len: usize) {
        let Some(cut) = self.get(len).map(|record| record.position()) else { return };
        self.fields.truncate(self.records[len].first_field as usize);
        self.records.truncate(len);
        self.end = cut;
    }

    #[inline]
    pub(crate) fn field(&self, index: usize) -> &str {
        let span = self.fields[index];
        &self.text[span.start as usize..span.end as usize]
    }

    #[inline]
    pub(crate) fn field_range(&self, record: usize) -> Range<usize> {
        let first = self.records[record].first_field as usize;
        let end =
            self.records.get(record + 1).map_or(self.fields.len(), |r| r.first_field as usize);
        first..end
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        if let Some(pool) = self.pool.take() {
            let mut spare = std::mem::take(self);
            // What bytes are read into need not be made zeros of.
            let text = std::mem::take(&mut spare.text);
            spare.clear(Position::START);
            spare.text = text;
            pool.put(spare);
        }
    }
}

impl<'b> IntoIterator for &'b Batch {
    type Item = Record<'b>;
    type IntoIter = Records<'b>;

    fn into_iter(self) -> Records<'b> {
        self.iter()
    }
}
