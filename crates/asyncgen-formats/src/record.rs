//! Views of one record, and the iterators that hand them out.

use std::sync::Arc;

use crate::batch::Span;
use crate::place::{LineEnds, error_at};
use crate::{Batch, Columns, Error, ErrorKind, Position};

/// A record of a [`Batch`]: a view, made for nothing.
#[derive(Debug, Clone, Copy)]
pub struct Record<'b> {
    batch: &'b Batch,
    index: usize,
}

impl<'b> Record<'b> {
    #[inline]
    pub(crate) fn new(batch: &'b Batch, index: usize) -> Self {
        Self { batch, index }
    }

    /// The number of fields.
    #[inline]
    pub fn len(&self) -> usize {
        self.batch.field_range(self.index).len()
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The field at `index`, counted from 0.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&'b str> {
        let range = self.batch.field_range(self.index);
        (index < range.len()).then(|| self.batch.field(range.start + index))
    }

    /// The field of the first column named `name`.
    ///
    /// Looks through the names: O(columns).
    pub fn by_name(&self, name: &str) -> Option<&'b str> {
        let columns = self.batch.columns.as_ref()?;
        self.get(columns.iter().position(|column| **column == *name)?)
    }

    /// The error that the field at `index` is not `expected`: `a float`. It names the cell.
    #[cold]
    pub fn not_a(&self, index: usize, expected: &'static str) -> Error {
        let start = self.batch.records[self.index].offset as usize;
        let bytes = &self.batch.text.as_bytes()[..start + self.raw().len()];
        let at =
            self.batch.dialect.map_or(0, |dialect| dialect.field_start(&bytes[start..], index));
        let name = self.columns().and_then(|columns| columns.get(index));
        let kind = ErrorKind::Cell {
            column: name.map_or_else(|| (index + 1).to_string(), |name| format!("{name:?}")),
            text: self.get(index).unwrap_or_default().to_owned(),
            expected,
        };
        error_at(kind, self.position(), (bytes, start, start + at), LineEnds::Any)
    }

    /// The error that the member `name` of the object, whose value `text` stands at the byte `at` of the first field, is
    /// not `expected`.
    #[cold]
    pub fn not_a_member(&self, name: &str, text: &str, expected: &'static str, at: usize) -> Error {
        let (column, text) = (format!("{name:?}"), text.to_owned());
        self.json_error(ErrorKind::Cell { column, text, expected }, at)
    }

    /// The error that the JSON value is no object.
    #[cold]
    pub fn not_an_object(&self) -> Error {
        self.json_error(ErrorKind::NotObject, 0)
    }

    fn json_error(&self, kind: ErrorKind, at: usize) -> Error {
        let start = self.batch.records[self.index].offset as usize;
        let bytes = &self.batch.text.as_bytes()[..start + self.raw().len()];
        let field = self.spans().first().map_or(start, |field| field.start as usize);
        error_at(kind, self.position(), (bytes, start, field + at), LineEnds::Lf)
    }

    /// How it is written, without its line end.
    pub(crate) fn raw(&self) -> &'b str {
        let text = &self.batch.text;
        let raw_len = self.batch.end.offset - self.batch.start.offset;
        let raw_len = usize::try_from(raw_len).unwrap_or(usize::MAX).min(text.len());
        text.get(self.batch.raw(self.index, text.as_bytes(), raw_len)).unwrap_or_default()
    }

    /// Whether all fields of its batch are ASCII.
    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.batch.is_ascii()
    }

    /// The fields as bytes that are UTF-8, for who makes another kind of string of each: where one begins and ends is looked up
    /// once, and not checked again to be where characters do.
    #[inline]
    pub fn utf8(&self) -> Utf8<'b> {
        Utf8 { text: self.batch.text.as_bytes(), spans: self.spans() }
    }

    #[inline]
    pub(crate) fn spans(&self) -> &'b [Span] {
        &self.batch.fields[self.batch.field_range(self.index)]
    }

    pub(crate) fn batch_text(&self) -> &'b str {
        &self.batch.text
    }

    /// The fields in order.
    #[inline]
    pub fn iter(&self) -> Fields<'b> {
        Fields { batch: self.batch, range: self.batch.field_range(self.index) }
    }

    /// The names of the columns, where the source has them.
    #[inline]
    pub fn columns(&self) -> Option<&'b Columns> {
        self.batch.columns()
    }

    /// The place where the record begins.
    pub fn position(&self) -> Position {
        let (start, entry) = (self.batch.start, self.batch.records[self.index]);
        Position {
            file: start.file,
            record: start.record + self.index as u64,
            line: start.line + u64::from(entry.line),
            offset: start.offset + u64::from(entry.offset),
        }
    }

    /// The files that stand before the one it is in, where a source is several.
    #[inline]
    pub fn file(&self) -> u32 {
        self.batch.start.file
    }

    /// The place after the record: where the next one begins, or [`Batch::end`] for the last one.
    pub fn end(&self) -> Position {
        self.batch.position(self.index + 1)
    }
}

impl<'b> IntoIterator for Record<'b> {
    type Item = &'b str;
    type IntoIter = Fields<'b>;

    fn into_iter(self) -> Fields<'b> {
        self.iter()
    }
}

impl<'b> IntoIterator for &Record<'b> {
    type Item = &'b str;
    type IntoIter = Fields<'b>;

    fn into_iter(self) -> Fields<'b> {
        self.iter()
    }
}

/// The fields of a [`Record`], as bytes.
#[derive(Debug, Clone, Copy)]
pub struct Utf8<'b> {
    text: &'b [u8],
    spans: &'b [Span],
}

impl<'b> Utf8<'b> {
    /// The field at `index`, counted from 0.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&'b [u8]> {
        let span = self.spans.get(index)?;
        self.text.get(span.start as usize..span.end as usize)
    }
}

/// A record that owns its batch, for keeping: O(1) to make, and the whole batch lives as long.
#[derive(Debug, Clone)]
pub struct Row {
    batch: Arc<Batch>,
    index: usize,
}

impl Row {
    /// The record at `index` of `batch`.
    pub fn new(batch: Arc<Batch>, index: usize) -> Option<Self> {
        (index < batch.len()).then_some(Self { batch, index })
    }

    /// The record as a view, for all that a [`Record`] can do.
    pub fn record(&self) -> Record<'_> {
        Record { batch: &self.batch, index: self.index }
    }

    /// The field at `index`, counted from 0.
    pub fn get(&self, index: usize) -> Option<&str> {
        self.record().get(index)
    }

    /// The field of the first column named `name`.
    pub fn by_name(&self, name: &str) -> Option<&str> {
        self.record().by_name(name)
    }
}

/// The records of a [`Batch`], in order.
#[derive(Debug, Clone)]
pub struct Records<'b> {
    batch: &'b Batch,
    next: usize,
}

impl<'b> Records<'b> {
    pub(crate) fn new(batch: &'b Batch) -> Self {
        Self { batch, next: 0 }
    }
}

impl<'b> Iterator for Records<'b> {
    type Item = Record<'b>;

    fn next(&mut self) -> Option<Record<'b>> {
        let record = self.batch.get(self.next)?;
        self.next += 1;
        Some(record)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.batch.len() - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Records<'_> {}

/// The fields of a [`Record`], in order.
#[derive(Debug, Clone)]
pub struct Fields<'b> {
    batch: &'b Batch,
    range: std::ops::Range<usize>,
}

impl<'b> Iterator for Fields<'b> {
    type Item = &'b str;

    #[inline]
    fn next(&mut self) -> Option<&'b str> {
        self.range.next().map(|index| self.batch.field(index))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

impl ExactSizeIterator for Fields<'_> {}
