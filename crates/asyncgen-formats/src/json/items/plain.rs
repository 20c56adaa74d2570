//! What most bytes are: one line of ASCII, in which there is nothing to count and nothing to check.

use crate::place::{LineEnds, chars_in_last_line, count_lines};

/// What is known of all bytes that a decoder has. It is asked for each item, and looked up once a chunk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain {
    is_ascii: bool,
    is_one_line: bool,
}

impl Plain {
    /// What is known of no bytes.
    pub(super) const EMPTY: Self = Self { is_ascii: true, is_one_line: true };

    /// What is known when `more` comes to them.
    pub(super) fn and(self, more: &[u8]) -> Self {
        Self {
            is_ascii: self.is_ascii && more.is_ascii(),
            is_one_line: self.is_one_line && memchr::memchr(b'\n', more).is_none(),
        }
    }

    /// How many lines end in `bytes`, some of them.
    pub(super) fn lines(self, bytes: &[u8]) -> u64 {
        if self.is_one_line { 0 } else { count_lines(bytes, LineEnds::Lf) }
    }

    /// How many characters stand in `bytes`, some of them, behind the last newline.
    pub(super) fn chars_in_last_line(self, bytes: &[u8]) -> u64 {
        if self.is_ascii && self.is_one_line {
            bytes.len() as u64
        } else {
            chars_in_last_line(bytes)
        }
    }

    /// Up to where `bytes`, some of them, are text, where that is not their end.
    pub(super) fn no_text(self, bytes: &[u8]) -> Option<usize> {
        if self.is_ascii {
            return None;
        }
        std::str::from_utf8(bytes).err().map(|fault| fault.valid_up_to())
    }
}
