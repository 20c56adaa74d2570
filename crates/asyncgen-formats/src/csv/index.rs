//! The separators that end fields, found a block at a time: those in quotes are told by the parity of the quotes before them.

use std::mem;

use super::dialect::Dialect;
use crate::block::{BLOCK, find, ones};

/// Goes through the separators outside quotes, from the beginning of a field on.
///
/// ```text
/// bytes      a,"b,c",d"e,f
/// quotes       ^   ^  ^
/// within       ████   ██████    between an odd quote, itself included, and the next one
/// separators  ^     ^           the comma in quotes is none
/// ```
///
/// Parity is right as long as each quote opens a field, or ends one, or is one of a pair inside of one. It ends before the
/// first that is not, as the third one here: what comes then has to be read byte by byte.
pub(super) struct Index<'b> {
    bytes: &'b [u8],
    delimiter: u8,
    quote: Option<u8>,
    /// Where the next block begins.
    next: usize,
    /// What the last byte before the next block says of its first one.
    before: Before,
    /// Whether there is a quote after which nothing is known.
    is_broken: bool,
    /// Where the block begins that is looked at, and what is in its quotes.
    start: usize,
    inside: Inside,
    /// Where the last pair of quotes is in the blocks before it, and how many line ends are in their quotes.
    last_pair: Option<usize>,
    lines: u64,
}

/// What there is in quotes: a bit for each byte of a block.
#[derive(Clone, Copy, Default)]
struct Inside {
    /// The second quote of each pair.
    pairs: u64,
    /// The first byte of each line end.
    line_ends: u64,
}

/// The separators of some bytes: a bit for each byte.
#[derive(Clone, Copy)]
pub(super) struct Separators {
    /// The place of the lowest bit.
    pub(super) start: usize,
    pub(super) delimiters: u64,
    pub(super) line_ends: u64,
    /// Whether a field that ends with one of them may stand in quotes.
    pub(super) may_end_quoted: bool,
}

impl Separators {
    /// Passes over those before `place`.
    #[inline]
    pub(super) fn pass_to(&mut self, place: usize) {
        let passed = place.saturating_sub(self.start);
        let ahead = if passed < BLOCK { !0 << passed } else { 0 };
        self.delimiters &= ahead;
        self.line_ends &= ahead;
    }

    /// The places of the ones of `mask`, in order.
    #[inline]
    pub(super) fn places(&self, mask: u64) -> impl Iterator<Item = usize> + use<> {
        let start = self.start;
        ones(mask).map(move |bit| start + bit)
    }
}

/// What a byte says of the next one.
#[derive(Clone, Copy)]
struct Before {
    /// It stands within quotes.
    is_within: bool,
    /// It may be a quote.
    may_be_quote: bool,
    /// It must be a quote or a separator.
    must_be_mark: bool,
}

impl<'b> Index<'b> {
    /// The index of `bytes` from `start` on, where a field begins.
    pub(super) fn new(bytes: &'b [u8], start: usize, dialect: &Dialect) -> Self {
        Self {
            bytes,
            delimiter: dialect.delimiter,
            quote: dialect.quote,
            next: start,
            before: Before { is_within: false, may_be_quote: true, must_be_mark: false },
            is_broken: false,
            start,
            inside: Inside::default(),
            last_pair: None,
            lines: 0,
        }
    }

    /// The separators of the next block; `None` at the end, and after what only the machine can read.
    #[inline]
    pub(super) fn next(&mut self) -> Option<Separators> {
        if self.next >= self.bytes.len() || self.is_broken {
            return None;
        }
        self.leave_block();
        let start = self.start;
        let block = &self.bytes[start..];
        let line_ends = find(block, [b'\n', b'\r']);
        let delimiters = find(block, [self.delimiter]);
        let quotes = self.quote.map_or(0, |quote| find(block, [quote]));
        if quotes == 0 && !self.before.is_within && !self.before.must_be_mark {
            self.before.may_be_quote = is_last(delimiters | line_ends);
            return Some(Separators { start, delimiters, line_ends, may_end_quoted: false });
        }
        let mask = self.outside_quotes(quotes, delimiters | line_ends, line_ends);
        let (delimiters, line_ends) = (delimiters & mask, line_ends & mask);
        Some(Separators { start, delimiters, line_ends, may_end_quoted: true })
    }

    /// Whether a quote is at `start`: then the field that begins there stands in quotes.
    #[inline]
    pub(super) fn is_quoted(&self, start: usize) -> bool {
        self.quote == Some(self.bytes[start])
    }

    /// Whether there are pairs of quotes in the field from `start` up to the separator at `end`, one of the last block.
    #[inline]
    pub(super) fn has_pairs(&self, start: usize, end: usize) -> bool {
        let from = !0 << start.saturating_sub(self.start);
        self.inside.pairs & from & self.before_place(end) != 0 || self.last_pair > Some(start)
    }

    /// How many line ends are in quotes before the separator at `end`, one of the last block.
    #[inline]
    pub(super) fn lines_before(&self, end: usize) -> u64 {
        match self.inside.line_ends {
            0 => self.lines,
            line_ends => self.lines + u64::from((line_ends & self.before_place(end)).count_ones()),
        }
    }

    /// The bits of the bytes before `place`, which is in the block or after it.
    #[inline]
    fn before_place(&self, place: usize) -> u64 {
        let bit = place - self.start;
        if bit < BLOCK { !(!0 << bit) } else { !0 }
    }

    /// Whether a CR stands before the block.
    fn is_after_cr(&self) -> bool {
        self.start > 0 && self.bytes[self.start - 1] == b'\r'
    }

    /// Goes on to the next block.
    #[inline]
    fn leave_block(&mut self) {
        let Inside { pairs, line_ends } = mem::take(&mut self.inside);
        if pairs | line_ends != 0 {
            let last = pairs.checked_ilog2().map(|bit| self.start + bit as usize);
            self.last_pair = last.or(self.last_pair);
            self.lines += u64::from(line_ends.count_ones());
        }
        (self.start, self.next) = (self.next, self.next + BLOCK);
    }

    /// Which bytes of a block are outside of quotes, up to where the quotes are not where they should be.
    #[inline]
    fn outside_quotes(&mut self, quotes: u64, separators: u64, line_ends: u64) -> u64 {
        let before = self.before;
        let within = parity(quotes) ^ u64::from(before.is_within).wrapping_neg();
        let (opening, closing) = (quotes & within, quotes & !within);
        let separators = separators & !within;

        let may_be_quote = (separators | closing) << 1 | u64::from(before.may_be_quote);
        let marks = separators | opening;
        // What follows the last byte is seen with the next block.
        let is_before_mark = marks >> 1 | LAST;
        let wrong = opening & !may_be_quote
            | closing & !is_before_mark
            | u64::from(before.must_be_mark) & !marks;
        let right = (wrong & wrong.wrapping_neg()).wrapping_sub(1);
        self.is_broken = wrong != 0;

        self.inside.pairs = opening & (closing << 1 | u64::from(before.must_be_mark));
        if line_ends & within != 0 {
            let block = &self.bytes[self.start..];
            let lf_after_cr =
                find(block, [b'\n']) & (find(block, [b'\r']) << 1 | u64::from(self.is_after_cr()));
            self.inside.line_ends = line_ends & within & !lf_after_cr;
        }
        self.before = Before {
            is_within: is_last(within),
            may_be_quote: is_last(separators | closing),
            must_be_mark: is_last(closing),
        };
        right & !within
    }
}

/// The bit of the last byte of a block.
const LAST: u64 = 1 << (BLOCK - 1);

#[inline]
fn is_last(bits: u64) -> bool {
    bits & LAST != 0
}

/// A one where the number of ones up to there, itself included, is odd.
#[inline]
fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}
