//! Cuts bytes at their newlines, for the formats in which a line is a record.

use std::ops::Range;

use crate::block;
use crate::decoder::MAX_RECORD;
use crate::pending::{Fault, Input, Pending, small};
use crate::place::LineEnds;
use crate::{Error, ErrorKind, Tail};

/// The part of a line that is the field of its record, if the line is one.
pub(crate) type Content = fn(&[u8]) -> Option<Range<usize>>;

/// Cuts the pending bytes into lines; keeps how far it looked.
#[derive(Debug, Clone)]
pub(crate) struct Splitter {
    limit: usize,
    /// Where each line is a record, there is nothing to ask.
    content: Option<Content>,
    /// Whether a line's end is part of its field.
    keep_ends: bool,
    /// How many lines are cut at a time.
    most: usize,
    /// Whether whole lines stand behind those.
    has_more: bool,
    /// How many bytes of the open line hold no LF.
    scanned: usize,
    /// The newlines found by a split.
    newlines: Vec<u32>,
    tail: Tail,
}

impl Splitter {
    pub(crate) fn new(limit: usize, content: Option<Content>) -> Self {
        Self {
            limit: limit.min(MAX_RECORD),
            content,
            keep_ends: false,
            most: usize::MAX,
            has_more: false,
            scanned: 0,
            newlines: Vec::new(),
            tail: Tail::Whole,
        }
    }

    /// The end of a line belongs to its field.
    pub(crate) fn keep_ends(&mut self, keep: bool) {
        self.keep_ends = keep;
    }

    /// Cuts no more than so many lines at a time.
    pub(crate) fn at_most(&mut self, lines: usize) {
        self.most = lines;
    }

    /// Whether there are whole lines that are not cut yet: the next split, without more bytes, cuts some.
    pub(crate) fn has_more(&self) -> bool {
        self.has_more
    }

    /// Forgets how far it looked.
    pub(crate) fn restart(&mut self) {
        (self.scanned, self.has_more) = (0, false);
    }

    /// How the last line ended.
    pub(crate) fn tail(&self) -> Tail {
        self.tail
    }

    /// Makes a record of each line that is one, and passes over the others.
    pub(crate) fn split(&mut self, pending: &mut Pending, input: Input) -> Result<(), Error> {
        let bytes = pending.take_bytes();
        let start = pending.open_start();
        let looked = start + self.scanned;
        self.newlines.clear();
        block::places(&bytes[looked..], b'\n')
            .for_each(|at| self.newlines.push(small(looked + at)));
        self.has_more = self.newlines.len() > self.most;
        self.newlines.truncate(self.most);
        // Where all of them together are short enough, each is, and then most lines are not looked at.
        let all_fit = self.newlines.last().is_none_or(|last| *last as usize - start <= self.limit);
        let mut too_long = false;
        if all_fit && self.content.is_none() && !self.keep_ends {
            pending.add_lines(&bytes, &self.newlines);
        } else {
            too_long = !self.add_each(pending, &bytes);
        }
        let start = pending.open_start();
        let open = &bytes[start..];
        if !too_long && !self.has_more && !open.is_empty() {
            // The end of the line may be half there.
            let cut = if input == Input::Open { open.strip_suffix(b"\r") } else { None };
            too_long = cut.unwrap_or(open).len() > self.limit;
            if input == Input::Ended && !too_long {
                let is_whole_line = self.content.is_none();
                let ends_another = self.keep_ends || open.ends_with(b"\r");
                self.tail = if is_whole_line && ends_another { Tail::Torn } else { Tail::Line };
                self.add(pending, start, open, (bytes.len(), 0));
            }
        }
        pending.bytes = bytes;
        self.scanned = if self.has_more { 0 } else { pending.open_len() };
        if too_long {
            let kind = ErrorKind::TooLong { limit: self.limit };
            return Err(pending.error(Fault { kind, at: start }, LineEnds::Lf));
        }
        Ok(())
    }

    /// Adds the lines that end at the newlines, one by one; false when one is too long, which is then the open one.
    fn add_each(&self, pending: &mut Pending, bytes: &[u8]) -> bool {
        self.newlines.iter().all(|&newline| {
            let (start, newline) = (pending.open_start(), newline as usize);
            let line = &bytes[start..newline];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let fits = line.len() <= self.limit;
            if fits {
                self.add(pending, start, line, (newline + 1, 1));
            }
            fits
        })
    }

    /// Adds the line that begins at `start`, after which the next one begins at `end`, `lines` lines further down.
    fn add(&self, pending: &mut Pending, start: usize, line: &[u8], (end, lines): (usize, u32)) {
        match self.content.map_or(Some(0..line.len()), |content| content(line)) {
            Some(field) => {
                let field_end = if self.keep_ends { end } else { start + field.end };
                pending.add_field(start + field.start, field_end);
                pending.end_record(end, lines);
            }
            None => pending.skip_blank(end, lines),
        }
    }
}
