//! What is wrong with a document, and where.

use jiter::Jiter;

use super::super::pointer::{Found, find};
use super::super::{keys, message, name_keys, type_name};
use super::ItemsDecoder;
use crate::place::{LineEnds, error_at};
use crate::{Batch, Error, ErrorKind, Position};

impl ItemsDecoder {
    /// What is there, where there is no array of items, and at which byte of the outside.
    pub(super) fn miss(&self, text: &str) -> Option<(ErrorKind, usize)> {
        let path = self.items.first();
        let (tokens, pointer) = match path {
            Some(path) => (path.outer(), path.to_string()),
            None => (&[][..], String::new()),
        };
        if self.outside.found.is_some() || self.outside.null {
            let arrays = &self.outside.arrays;
            let found = format!("arrays under {}; `items` must say which", arrays.join(", "));
            return (path.is_none() && arrays.len() > 1)
                .then_some((ErrorKind::Pointer { pointer, found }, 0));
        }
        let (at, found) = match find(text.as_bytes(), tokens) {
            Ok(Found::Nothing(miss)) => (miss.at, miss.found),
            Ok(Found::Value(place)) if path.is_none() && is_object(text) => {
                let keys = keys(text).unwrap_or_default();
                let hint = if keys.is_empty() { "" } else { "; `items` must say where it is" };
                (place.parser.current_index(), format!("{}{hint}", name_keys(&keys)))
            }
            Ok(Found::Value(place)) => {
                let at = place.parser.current_index();
                (at, format!("{}, not an array", type_name(place.peek)))
            }
            // It has just been read.
            Err(error) => (error.index, message(&error)),
        };
        Some((ErrorKind::Pointer { pointer, found }, at))
    }

    /// The error for the byte at `at`, in the item that is read.
    pub(super) fn error(&self, kind: ErrorKind, at: usize) -> Error {
        let place = Position { record: self.base.record + self.records.len() as u64, ..self.base };
        located(kind, place, self.column, (&self.bytes, at))
    }

    /// The error for the byte at `at` of the outside.
    pub(super) fn outside_error(&self, kind: ErrorKind, at: usize) -> Error {
        let (cut, text) = (self.cut, &self.outside.text);
        let at = at.min(text.len());
        let behind = self.outside.found.is_some() && at >= cut.at;
        let start = Position {
            file: 0,
            record: 0,
            line: 1 + if behind { cut.lines } else { 0 },
            offset: self.mark + if behind { cut.bytes } else { 0 },
        };
        let error = error_at(kind, start, (text, 0, at), LineEnds::Lf).about("the document");
        let same_line = behind && !text[cut.at..at].contains(&b'\n');
        if same_line { error.shifted(cut.columns) } else { error }
    }
}

impl Batch {
    /// What is wrong with the JSON of the record at `index`, where an [`ItemsDecoder`] has left it
    /// [unchecked](ItemsDecoder::unchecked).
    pub fn check(&self, index: usize) -> Result<(), Error> {
        let Some((column, item)) = self.unchecked.zip(self.first(index)) else { return Ok(()) };
        check(item).map_err(|(kind, at)| {
            let start = self.fields[self.records[index].first_field as usize].start as usize;
            let place = Position { record: self.start.record + index as u64, ..self.start };
            located(kind, place, column, (self.text.as_bytes(), start + at))
        })
    }
}

/// What is wrong with the JSON of an item, and at which byte of it.
pub(super) fn check(item: &[u8]) -> Result<(), (ErrorKind, usize)> {
    let mut parser = Jiter::new(item);
    let checked = parser.next_skip().and_then(|()| parser.finish());
    checked.map_err(|fault| (ErrorKind::Json { message: message(&fault) }, fault.index))
}

/// The error for the byte at `at` of `bytes`, which begin at `place`, behind `column` characters of its line.
fn located(kind: ErrorKind, place: Position, column: u64, (bytes, at): (&[u8], usize)) -> Error {
    let error = error_at(kind, place, (bytes, 0, at.min(bytes.len())), LineEnds::Lf);
    if error.position().line == place.line { error.shifted(column.cast_signed()) } else { error }
}

fn is_object(text: &str) -> bool {
    text.trim_start().starts_with('{')
}
