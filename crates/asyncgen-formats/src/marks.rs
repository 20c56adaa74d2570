//! Where the next separator is, and the next quote.

use crate::block::{BLOCK, find};

/// Finds the bytes of `bytes` that mean something in CSV, from left to right.
pub(crate) struct Marks<'b> {
    bytes: &'b [u8],
    delimiter: u8,
    quote: u8,
    /// The block that is looked at.
    start: usize,
    end: usize,
    /// The separators of the block that were not handed out.
    separators: u64,
    /// Its quotes and line ends; looked for when a quoted field meets the block, so that a source
    /// without quotes does not pay for them.
    in_quotes: Option<InQuotes>,
}

/// What is looked for inside quotes.
#[derive(Clone, Copy)]
struct InQuotes {
    quotes: u64,
    line_ends: u64,
}

impl<'b> Marks<'b> {
    pub(crate) fn new(bytes: &'b [u8], from: usize, delimiter: u8, quote: u8) -> Self {
        Self { bytes, delimiter, quote, start: from, end: from, separators: 0, in_quotes: None }
    }

    /// The next separator.
    #[inline]
    pub(crate) fn next_separator(&mut self) -> Option<usize> {
        if self.separators == 0 && !self.load_separators() {
            return None;
        }
        let bit = self.separators.trailing_zeros();
        self.separators &= self.separators - 1;
        Some(self.start + bit as usize)
    }

    /// Passes over the separators before `from`, which must not be less than any place before.
    #[inline]
    pub(crate) fn seek(&mut self, from: usize) {
        if from < self.end {
            self.separators &= !0 << (from - self.start);
        } else {
            (self.end, self.separators) = (from, 0);
        }
    }

    /// The first quote at or after `from`, and whether a line end stands between; `from` must not
    /// be less than any place before. The separators before the quote are passed over.
    pub(crate) fn next_quote(&mut self, from: usize) -> (Option<usize>, bool) {
        self.seek(from);
        let (mut from, mut saw_line_end) = (from, false);
        loop {
            if from >= self.end {
                if from >= self.bytes.len() {
                    return (None, saw_line_end);
                }
                self.load(from);
            }
            let ahead = !0 << (from - self.start);
            let block = &self.bytes[self.start..];
            let in_quotes = *self.in_quotes.get_or_insert_with(|| InQuotes {
                quotes: find(block, [self.quote]),
                line_ends: find(block, [b'\n', b'\r']),
            });
            let quotes = in_quotes.quotes & ahead;
            let line_ends = in_quotes.line_ends & ahead;
            // The bits below the first quote; all if there is none.
            let between = (quotes & quotes.wrapping_neg()).wrapping_sub(1);
            saw_line_end |= line_ends & between != 0;
            self.separators &= !between;
            if quotes != 0 {
                return (Some(self.start + quotes.trailing_zeros() as usize), saw_line_end);
            }
            from = self.end;
        }
    }

    /// Goes on to a block with separators; false if there is none.
    ///
    /// Apart, so that `next_separator` is small enough to be inlined.
    #[inline(never)]
    fn load_separators(&mut self) -> bool {
        while self.separators == 0 && self.end < self.bytes.len() {
            self.load(self.end);
        }
        self.separators != 0
    }

    #[inline]
    fn load(&mut self, start: usize) {
        (self.start, self.end) = (start, start + BLOCK);
        self.separators = find(&self.bytes[start..], [self.delimiter, b'\n', b'\r']);
        self.in_quotes = None;
    }
}
