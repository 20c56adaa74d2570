//! The members of JSON objects that are columns, copied out.

use std::collections::HashMap;
use std::ops::Range;

use asyncgen_formats::{Batch, Error, Record};
use jiter::{Jiter, JiterResult, Peek};

use super::Column;
use super::cells::Span;

/// Finds what is wanted of each object, and keeps a copy of it by column.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// The wanted members, by the number of the slot that each has.
    slots: HashMap<Box<str>, usize>,
    /// The slots that take no array and no object.
    flat: Vec<bool>,
    /// The values, one after the other: strings as what they say, all else as it is written.
    pub(super) text: String,
    /// Where they are, slot by slot.
    pub(super) spans: Vec<Vec<Span>>,
    row: Vec<Span>,
    /// The slots of the record that have an array or an object and take none.
    nested: Vec<usize>,
}

/// Why a record is no row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Odd {
    NotObject,
    /// An array or an object is in this slot, which takes none.
    Nested(usize),
}

impl Members {
    /// Gives each of `columns` the slot of its name as its place.
    pub(super) fn of(columns: &mut [Column]) -> Self {
        let mut members = Self::default();
        for column in columns {
            let next = members.slots.len();
            column.place = *members.slots.entry(column.name.as_str().into()).or_insert(next);
            if column.place == next {
                members.flat.push(true);
                members.spans.push(Vec::new());
            }
            members.flat[column.place] &= column.nulls;
        }
        members.row = vec![None; members.spans.len()];
        members
    }

    /// Finds the members of `records`, and gives the numbers of those that are no rows to `odd`.
    pub(super) fn read(
        &mut self,
        batch: &Batch,
        records: Range<usize>,
        mut odd: impl FnMut(usize, Odd),
    ) {
        self.text.clear();
        self.spans.iter_mut().for_each(Vec::clear);
        for (number, record) in records.filter_map(|index| batch.get(index)).enumerate() {
            self.row.fill(None);
            self.nested.clear();
            // The decoder has checked that it is JSON.
            if !self.record(record).unwrap_or(false) {
                odd(number, Odd::NotObject);
            }
            self.nested.iter().for_each(|slot| odd(number, Odd::Nested(*slot)));
            for (spans, span) in self.spans.iter_mut().zip(&self.row) {
                spans.push(*span);
            }
        }
    }

    /// Finds the members of `record`; false where it is no object.
    fn record(&mut self, record: Record<'_>) -> JiterResult<bool> {
        let source = record.get(0).unwrap_or_default();
        let mut json = Jiter::new(source.as_bytes());
        if json.peek()? != Peek::Object {
            return Ok(false);
        }
        let mut slot = json.known_object()?.map(|key| self.slots.get(key).copied());
        while let Some(wanted) = slot {
            match wanted {
                None => json.next_skip()?,
                Some(slot) => {
                    let start = self.text.len();
                    let peek = json.peek()?;
                    // The last of duplicate keys wins, whatever those before it are.
                    self.nested.retain(|before| *before != slot);
                    if peek == Peek::String {
                        self.text.push_str(json.known_str()?);
                    } else {
                        let from = json.current_index();
                        json.known_skip(peek)?;
                        self.text.push_str(source.get(from..json.current_index()).unwrap_or(""));
                        if matches!(peek, Peek::Array | Peek::Object) && self.flat[slot] {
                            self.nested.push(slot);
                        }
                    }
                    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                    let span = (place(start), place(self.text.len()));
                    self.row[slot] = (peek != Peek::Null).then_some(span);
                }
            }
            slot = json.next_key()?.map(|key| self.slots.get(key).copied());
        }
        Ok(true)
    }
}

/// The error that the member `name` of `record` is not `expected`.
#[cold]
pub(super) fn not_a(record: Record<'_>, name: &str, expected: &'static str) -> Error {
    let source = record.get(0).unwrap_or_default();
    let mut json = Jiter::new(source.as_bytes());
    let mut found = (0, 0);
    let mut look = || -> JiterResult<()> {
        let mut key = json.next_object()?.map(|key| key == name);
        while let Some(is_it) = key {
            json.peek()?;
            let start = json.current_index();
            json.next_skip()?;
            if is_it {
                found = (start, json.current_index());
            }
            key = json.next_key()?.map(|key| key == name);
        }
        Ok(())
    };
    // The decoder has checked that it is JSON; what was found before the end is found.
    let _ = look();
    record.not_a_member(name, &source[found.0..found.1], expected, found.0)
}
