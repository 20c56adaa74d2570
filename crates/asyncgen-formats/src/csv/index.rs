//! The separators that end fields, found a block at a time: those in quotes are told by the parity of the quotes before them.
#![expect(
    clippy::inline_always,
    reason = "what is compiled for the lanes has to be inlined where they are known"
)]

use std::iter;

use super::calm::{Calm, CalmEnds};
use super::dialect::Dialect;
use crate::block::{self, BLOCK, Ends, Lanes, Work, below, padded};

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
    /// How many blocks with neither quotes nor CRLFs were read since the last one with quotes.
    calm: usize,
}

/// How many blocks are looked at before their fields are added. With fewer, what looks and what adds take turns more often;
/// with more, a record that is not as most are sends more of them the slow way.
pub(super) const MOST_BLOCKS: usize = 32;

/// So many blocks without quotes, and more of them are looked for apart. With less, the blocks beside those with quotes are
/// looked at twice; with more, those between are read the dearer way.
const CALM: usize = 4;

/// The separators of a block.
#[derive(Clone, Copy, Default)]
pub(super) struct Separators {
    pub(super) ends: Ends,
    /// Those of them that end a line.
    pub(super) line_ends: u64,
    /// The second quote of each pair in a field that stands in quotes: a bit for each.
    pub(super) second_quotes: u64,
    /// The first bytes of all line ends, in quotes too: a bit for each.
    pub(super) breaks: u64,
}

/// What quotes say of the bytes of a block: a bit for each.
#[derive(Clone, Copy)]
struct Seen {
    /// Those outside of quotes, up to where the quotes are not where they should be.
    outside: u64,
    opening: u64,
    /// Those after a closing quote.
    closed: u64,
    second_quotes: u64,
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
    /// 1 if it may be a LF that belongs to a CR.
    is_after_cr: u64,
}

impl Separators {
    /// Those of a calm block.
    #[inline(always)]
    pub(super) fn calm(place: usize, CalmEnds { at, line_ends }: CalmEnds) -> Self {
        let ends = Ends { place, at, double: 0, opening: 0, closed: 0 };
        Self { ends, line_ends, second_quotes: 0, breaks: line_ends }
    }

    /// Passes over those before `place`.
    #[inline(always)]
    pub(super) fn pass_to(&mut self, place: usize) {
        self.ends.pass_to(place);
        self.line_ends &= self.ends.at;
        self.second_quotes &= !below(place.saturating_sub(self.ends.place));
    }

    /// The numbers of the fields that end in the block and have pairs of quotes in it, and the first one if `is_first`.
    pub(super) fn fields_of_pairs(&self, is_first: bool) -> impl Iterator<Item = usize> {
        let ends = self.ends.at;
        let first = if is_first { ends & ends.wrapping_neg() } else { 0 };
        let mut pairs = self.second_quotes | first;
        iter::from_fn(move || {
            let before = below(pairs.trailing_zeros() as usize);
            let end = ends & !before;
            if end == 0 {
                return None;
            }
            // Those up to the field's end are told with it.
            pairs &= !(end ^ (end - 1));
            Some((ends & before).count_ones() as usize)
        })
    }

    /// Where the last pair of quotes is.
    pub(super) fn last_pair(&self) -> Option<usize> {
        Some(self.ends.place + self.second_quotes.checked_ilog2()? as usize)
    }
}

/// Looks at the next blocks, as many as there is room for.
struct Read<'r, 'b> {
    index: &'r mut Index<'b>,
    blocks: &'r mut [Separators],
}

impl Work for Read<'_, '_> {
    /// How many they are.
    type Output = usize;

    #[inline(always)]
    fn work<L: Lanes>(self, lanes: L) -> usize {
        let Self { index, blocks } = self;
        let mut count = 0;
        for slot in blocks {
            if !index.is_open() || index.calm >= CALM {
                break;
            }
            let rest = &index.bytes[index.next..];
            *slot = match rest.first_chunk() {
                Some(block) => index.read(lanes, block, !0),
                None => index.read(lanes, &padded(rest), below(rest.len())),
            };
            count += 1;
        }
        count
    }
}

impl<'b> Index<'b> {
    /// The index of `bytes` from `start` on, where a field begins.
    pub(super) fn new(bytes: &'b [u8], start: usize, dialect: &Dialect) -> Self {
        Self {
            bytes,
            delimiter: dialect.delimiter,
            quote: dialect.quote,
            next: start,
            before: Before {
                within: 0,
                may_be_quote: 1,
                must_be_mark: 0,
                is_after_cr: u64::from(matches!(bytes[..start], [.., b'\r'])),
            },
            is_broken: false,
            calm: CALM,
        }
    }

    /// Whether there is a next block: not at the end, nor after what has to be read byte by byte.
    pub(super) fn is_open(&self) -> bool {
        self.next < self.bytes.len() && !self.is_broken
    }

    /// Makes `calm` the next blocks in which nothing but delimiters and LFs has a meaning; false where the next one is none of
    /// them, and while too few were without quotes.
    pub(super) fn next_calm(&mut self, calm: &mut Calm) -> bool {
        if self.before.within | self.before.must_be_mark != 0 || self.calm < CALM {
            return false;
        }
        calm.look(self.bytes, self.next, self.delimiter, self.quote);
        self.next = calm.end();
        // The block after them is not calm, unless there may be more.
        self.calm = if calm.is_full() { CALM } else { 0 };
        let Some(ends) = calm.last() else { return false };
        self.before = Before { may_be_quote: last(ends.at), is_after_cr: 0, ..self.before };
        true
    }

    /// The separators of the next blocks, up to some that are calm.
    pub(super) fn next<'s>(
        &mut self,
        blocks: &'s mut [Separators; MOST_BLOCKS],
    ) -> &'s [Separators] {
        let count = block::work(Read { index: self, blocks });
        &blocks[..count]
    }

    /// The separators of the next block, of which the bytes of `there` are bytes of the source.
    #[inline(always)]
    fn read<L: Lanes>(&mut self, lanes: L, block: &[u8; BLOCK], there: u64) -> Separators {
        let place = self.next;
        self.next += BLOCK;
        let (lfs, crs) = (lanes.find(block, [b'\n']) & there, lanes.find(block, [b'\r']) & there);
        let delimiters = lanes.find(block, [self.delimiter]) & there;
        let quotes = self.quote.map_or(0, |quote| lanes.find(block, [quote]) & there);
        let (breaks, double) =
            if crs | self.before.is_after_cr == 0 { (lfs, 0) } else { self.crlfs(lfs, crs) };
        let separators = delimiters | lfs | crs;
        let mut seen = Seen { outside: !0, opening: 0, closed: 0, second_quotes: 0 };
        if quotes | self.before.within | self.before.must_be_mark == 0 {
            self.before.may_be_quote = last(separators);
            self.calm += usize::from(double == 0);
        } else {
            self.calm = 0;
            seen = self.read_quotes(lanes, quotes, separators);
        }
        let Seen { outside, opening, closed, second_quotes } = seen;
        let line_ends = breaks & outside;
        let at = line_ends | delimiters & outside;
        let ends = Ends { place, at, double, opening, closed };
        Separators { ends, line_ends, second_quotes, breaks }
    }

    /// The first byte of each line end among `lfs` and `crs`, and which of them have a second one.
    #[inline(always)]
    fn crlfs(&mut self, lfs: u64, crs: u64) -> (u64, u64) {
        let seconds = lfs & (crs << 1 | self.before.is_after_cr);
        self.before.is_after_cr = last(crs);
        let is_before_lf = self.bytes.get(self.next) == Some(&b'\n');
        let double = seconds >> 1 | if is_before_lf { crs & LAST } else { 0 };
        (crs | lfs & !seconds, double)
    }

    /// What the quotes of a block say.
    #[inline(always)]
    fn read_quotes<L: Lanes>(&mut self, lanes: L, quotes: u64, separators: u64) -> Seen {
        let before = self.before;
        let within = lanes.parity(quotes) ^ before.within;
        let (opening, closing) = (quotes & within, quotes & !within);
        let separators = separators & !within;

        let closed = closing << 1 | before.must_be_mark;
        let may_be_quote = (separators | closing) << 1 | before.may_be_quote;
        let marks = separators | opening;
        // What follows the last byte is seen with the next block.
        let wrong = opening & !may_be_quote | closed & !marks;
        let right = (wrong & wrong.wrapping_neg()).wrapping_sub(1);
        self.is_broken = wrong != 0;

        self.before = Before {
            within: last(within).wrapping_neg(),
            may_be_quote: last(separators | closing),
            must_be_mark: last(closing),
            is_after_cr: before.is_after_cr,
        };
        let outside = right & !within;
        Seen { outside, opening, closed, second_quotes: opening & closed }
    }
}

/// The bit of the last byte of a block.
const LAST: u64 = 1 << (BLOCK - 1);

/// The last bit.
#[inline(always)]
fn last(bits: u64) -> u64 {
    bits >> (BLOCK - 1)
}
