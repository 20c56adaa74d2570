//! Cuts bytes at their newlines, for the formats in which a line is a record.

use std::ops::Range;

use crate::block;
use crate::decoder::MAX_RECORD;
use crate::pending::{Fault, Input, Pending};
use crate::place::LineEnds;
use crate::{Error, ErrorKind};

/// Cuts the pending bytes into lines; keeps how far it looked.
#[derive(Debug)]
pub(crate) struct Splitter {
    limit: usize,
    /// How many bytes of the open line hold no LF.
    scanned: usize,
}

impl Splitter {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit: limit.min(MAX_RECORD), scanned: 0 }
    }

    /// Makes a record of each line for which `content` tells the part that is its field, and
    /// passes over the others.
    pub(crate) fn split(
        &mut self,
        pending: &mut Pending,
        input: Input,
        content: impl Fn(&[u8]) -> Option<Range<usize>>,
    ) -> Result<(), Error> {
        let bytes = pending.take_bytes();
        let looked = pending.open_start() + self.scanned;
        let mut too_long = false;
        for at in block::places(&bytes[looked..], b'\n') {
            let (start, newline) = (pending.open_start(), looked + at);
            let line = &bytes[start..newline];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.len() > self.limit {
                too_long = true;
                break;
            }
            match content(line) {
                Some(field) => {
                    pending.add_field(start + field.start, start + field.end);
                    pending.end_record(newline + 1, 1);
                }
                None => pending.skip_line(newline + 1),
            }
        }
        let start = pending.open_start();
        let open = &bytes[start..];
        if !too_long && !open.is_empty() {
            // The end of the line may be half there.
            let cut = if input == Input::Open { open.strip_suffix(b"\r") } else { None };
            too_long = cut.unwrap_or(open).len() > self.limit;
            let last = if input == Input::Ended && !too_long { content(open) } else { None };
            if let Some(field) = last {
                pending.add_field(start + field.start, start + field.end);
                pending.end_record(bytes.len(), 0);
            }
        }
        pending.bytes = bytes;
        self.scanned = pending.open_len();
        if too_long {
            let kind = ErrorKind::TooLong { limit: self.limit };
            return Err(pending.error(Fault { kind, at: start }, LineEnds::Lf));
        }
        Ok(())
    }
}
