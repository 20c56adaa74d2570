//! What is wrong with a document, and where.

use super::super::pointer::{Found, find};
use super::super::{keys, message, name_keys, type_name};
use super::ItemsDecoder;
use crate::place::{LineEnds, error_at};
use crate::{Error, ErrorKind, Position};

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
        let at = at.min(self.bytes.len());
        let error = error_at(kind, place, (&self.bytes, 0, at), LineEnds::Lf);
        if error.position().line == self.base.line {
            error.shifted(self.column.cast_signed())
        } else {
            error
        }
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

fn is_object(text: &str) -> bool {
    text.trim_start().starts_with('{')
}
