//! The separators that end fields, found a block at a time: those in quotes are told by the parity of the quotes before them.
#![expect(
    clippy::inline_always,
    reason = "what is compiled for the lanes has to be inlined where they are known"
)]

use super::dialect::Dialect;
use crate::block::{BLOCK, Ends, Lanes, below, padded};

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
pub(super) struct Index<'b, L> {
    lanes: L,
    bytes: &'b [u8],
    delimiter: u8,
    quote: Option<u8>,
    /// Where the next block begins.
    next: usize,
    /// What the last byte before the next block says of its first one.
    before: Before,
    /// Whether there is a quote after which nothing is known.
    is_broken: bool,
    pairs: Pairs,
    /// The first bytes of the line ends in quotes: a bit for each of the block that is looked at. And how many there are in
    /// the blocks before it.
    inner_breaks: u64,
    lines: u64,
}

/// The pairs of quotes in fields that stand in quotes.
#[derive(Clone, Copy)]
pub(super) struct Pairs {
    /// Where the block begins that is looked at.
    block: usize,
    /// The second quote of each pair of the block: a bit for each.
    seconds: u64,
    /// Where the last one is in the blocks before it; 0 where there is none.
    last: usize,
}

/// The separators of a block.
#[derive(Clone, Copy)]
pub(super) struct Separators {
    pub(super) ends: Ends,
    /// Those of them that end a line.
    pub(super) line_ends: u64,
}

/// What quotes say of the bytes of a block: a bit for each.
struct Seen {
    /// Those outside of quotes, up to where the quotes are not where they should be.
    outside: u64,
    opening: u64,
    /// Those after a closing quote.
    closed: u64,
}

/// What a byte says of the next one.
#[derive(Clone, Copy)]
struct Before {
    /// Ones if it stands within quotes.
    within: u64,
    /// 1 if it may be a quote.
    may_be_quote: u64,
    /// 1 if it must be a quote or a separator.
    must_be_mark: u64,
}

impl Separators {
    /// Passes over those before `place`.
    #[inline(always)]
    pub(super) fn pass_to(&mut self, place: usize) {
        self.ends.pass_to(place);
        self.line_ends &= self.ends.at;
    }
}

impl Pairs {
    /// Whether there are some in the block, or before it from `start` on.
    #[inline(always)]
    pub(super) fn may_be_from(&self, start: usize) -> bool {
        self.seconds != 0 || self.last > start
    }

    /// Whether there are some in the field from `start` up to `end`, of which a separator of the block is the end.
    pub(super) fn are_in(&self, start: usize, end: usize) -> bool {
        let from = !0 << start.saturating_sub(self.block);
        let here = self.seconds & from & below(end.saturating_sub(self.block));
        here != 0 || self.last > start
    }
}

impl<'b, L: Lanes> Index<'b, L> {
    /// The index of `bytes` from `start` on, where a field begins.
    #[inline(always)]
    pub(super) fn new(lanes: L, bytes: &'b [u8], start: usize, dialect: &Dialect) -> Self {
        Self {
            lanes,
            bytes,
            delimiter: dialect.delimiter,
            quote: dialect.quote,
            next: start,
            before: Before { within: 0, may_be_quote: 1, must_be_mark: 0 },
            is_broken: false,
            pairs: Pairs { block: start, seconds: 0, last: 0 },
            inner_breaks: 0,
            lines: 0,
        }
    }

    /// The separators of the next block; `None` at the end, and after what only the machine can read.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Option<Separators> {
        let rest =
            self.bytes.get(self.next..).filter(|rest| !rest.is_empty() && !self.is_broken)?;
        let (ended, there);
        let block = if let Some(block) = rest.first_chunk() {
            there = !0;
            block
        } else {
            ended = padded(rest);
            there = below(rest.len());
            &ended
        };
        self.leave_block();
        let breaks = self.lanes.find(block, [b'\n', b'\r']) & there;
        let delimiters = self.lanes.find(block, [self.delimiter]) & there;
        let quotes = self.quote.map_or(0, |quote| self.lanes.find(block, [quote]) & there);
        let (first_breaks, double) = self.line_ends(block, breaks);
        let mut seen = Seen { outside: !0, opening: 0, closed: 0 };
        if quotes | self.before.within | self.before.must_be_mark == 0 {
            self.before.may_be_quote = last(delimiters | breaks);
        } else {
            seen = self.read_quotes(quotes, delimiters | breaks, first_breaks);
        }
        let Seen { outside, opening, closed } = seen;
        let line_ends = first_breaks & outside;
        let at = line_ends | delimiters & outside;
        let ends = Ends { place: self.pairs.block, at, double, opening, closed };
        Some(Separators { ends, line_ends })
    }

    /// The pairs of quotes up to the end of the block.
    #[inline(always)]
    pub(super) fn pairs(&self) -> Pairs {
        self.pairs
    }

    /// How many line ends are in quotes before the separator at `bit` of the block.
    #[inline(always)]
    pub(super) fn lines_before(&self, bit: usize) -> u64 {
        match self.inner_breaks {
            0 => self.lines,
            breaks => self.lines + u64::from((breaks & below(bit)).count_ones()),
        }
    }

    /// Goes on to the next block.
    #[inline(always)]
    fn leave_block(&mut self) {
        let Pairs { block, seconds, last } = self.pairs;
        let last = seconds.checked_ilog2().map_or(last, |bit| block + bit as usize);
        self.pairs = Pairs { block: self.next, seconds: 0, last };
        self.lines += u64::from(self.inner_breaks.count_ones());
        self.inner_breaks = 0;
        self.next += BLOCK;
    }

    /// The first byte of each line end among `breaks`, the CRs and LFs of the block, and which of them have a second one.
    #[inline(always)]
    fn line_ends(&self, block: &[u8; BLOCK], breaks: u64) -> (u64, u64) {
        // Neither two beside one another, nor one that may belong to what is beside the block.
        if breaks & (breaks << 1 | 1 | LAST) == 0 {
            return (breaks, 0);
        }
        let crs = self.lanes.find(block, [b'\r']) & breaks;
        let is_after_cr = self.pairs.block > 0 && self.bytes[self.pairs.block - 1] == b'\r';
        let seconds = breaks & !crs & (crs << 1 | u64::from(is_after_cr));
        let is_before_lf = self.bytes.get(self.next) == Some(&b'\n');
        let double = seconds >> 1 | if is_before_lf { crs & LAST } else { 0 };
        (breaks & !seconds, double)
    }

    /// What the quotes of a block say; `breaks` are the first bytes of line ends.
    #[inline(always)]
    fn read_quotes(&mut self, quotes: u64, separators: u64, breaks: u64) -> Seen {
        let before = self.before;
        let within = parity(quotes) ^ before.within;
        let (opening, closing) = (quotes & within, quotes & !within);
        let separators = separators & !within;

        let closed = closing << 1 | before.must_be_mark;
        let may_be_quote = (separators | closing) << 1 | before.may_be_quote;
        let marks = separators | opening;
        // What follows the last byte is seen with the next block.
        let wrong = opening & !may_be_quote | closed & !marks;
        let right = (wrong & wrong.wrapping_neg()).wrapping_sub(1);
        self.is_broken = wrong != 0;

        self.pairs.seconds = opening & closed;
        self.inner_breaks = breaks & within;
        self.before = Before {
            within: last(within).wrapping_neg(),
            may_be_quote: last(separators | closing),
            must_be_mark: last(closing),
        };
        Seen { outside: right & !within, opening, closed }
    }
}

/// The bit of the last byte of a block.
const LAST: u64 = 1 << (BLOCK - 1);

/// The last bit.
#[inline(always)]
fn last(bits: u64) -> u64 {
    bits >> (BLOCK - 1)
}

/// A one where the number of ones up to there, itself included, is odd.
#[inline(always)]
fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}
