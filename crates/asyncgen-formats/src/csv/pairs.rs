//! Pairs of quotes in a field that stands in quotes: each is one quote.
#![expect(
    clippy::inline_always,
    reason = "what is compiled for the lanes has to be inlined where they are known"
)]

use std::ops::Range;

use memchr::memchr;

use crate::block::{BLOCK, Lanes, Work, below};
use crate::pending::Pending;

/// Makes one of each pair of quotes in some fields, in order, behind which none has any.
pub(super) struct Unescape<'r, F> {
    pub(super) pending: &'r mut Pending,
    pub(super) fields: F,
    pub(super) bytes: &'r [u8],
    pub(super) quote: u8,
}

impl<F: Iterator<Item = usize>> Work for Unescape<'_, F> {
    type Output = ();

    #[inline(always)]
    fn work<L: Lanes>(self, lanes: L) {
        let Self { pending, fields, bytes, quote } = self;
        for field in fields {
            pending.remake(field, |text, made| unescape(lanes, quote, (bytes, text), made));
        }
    }
}

/// Adds a part of `bytes` to `made`, of each pair of quotes only one.
#[inline(always)]
fn unescape<L: Lanes>(
    lanes: L,
    quote: u8,
    (bytes, Range { start: mut at, end }): (&[u8], Range<usize>),
    made: &mut Vec<u8>,
) {
    let mut count = made.len();
    made.resize(count + (end - at) + BLOCK, 0);
    // Ones where the last byte before `at` is the first of a pair.
    let mut within = 0;
    while let Some(window) = bytes[at..].first_chunk::<{ 2 * BLOCK }>()
        && let Some(block) = window.first_chunk()
        && at < end
    {
        let length = BLOCK.min(end - at);
        let quotes = lanes.find(block, [quote]) & below(length);
        let odd = lanes.parity(quotes) ^ within;
        within = (odd >> (BLOCK - 1)).wrapping_neg();
        let (mut seconds, mut from) = (quotes & !odd, 0);
        // From behind each second quote up to the next one; what is written too much is written over.
        while seconds != 0 {
            let second = seconds.trailing_zeros() as usize;
            made[count..count + BLOCK].copy_from_slice(&window[from..from + BLOCK]);
            count += second - from;
            from = second + 1;
            seconds &= seconds - 1;
        }
        made[count..count + BLOCK].copy_from_slice(&window[from..from + BLOCK]);
        count += length - from;
        at += length;
    }
    made.truncate(count);
    if at < end {
        unescape_rest(quote, &bytes[at + usize::from(within != 0)..end], made);
    }
}

/// As [`unescape`], where there is nothing behind it that may be read.
fn unescape_rest(quote: u8, text: &[u8], made: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr(quote, rest) {
        made.extend_from_slice(&rest[..=at]);
        rest = &rest[at + 2..];
    }
    made.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Lanes, Work, unescape};
    use crate::block;

    /// The bytes, and where the text in them ends.
    struct Unescaped<'b>(&'b [u8], usize);

    impl Work for Unescaped<'_> {
        type Output = Vec<u8>;

        #[inline(always)]
        fn work<L: Lanes>(self, lanes: L) -> Vec<u8> {
            let mut made = b"before".to_vec();
            unescape(lanes, b'"', (self.0, 1..self.1), &mut made);
            made
        }
    }

    #[test]
    fn as_many_as_there_are_wherever_they_are() {
        for length in (0..20).chain(BLOCK - 3..BLOCK + 3).chain(2 * BLOCK - 3..2 * BLOCK + 3) {
            for (first, step) in (0..8).flat_map(|first| (1..BLOCK).map(move |s| (first, s))) {
                let is_quote = |at: usize| at >= first && (at - first).is_multiple_of(step);
                let text: Vec<u8> =
                    (0..length).map(|at| if is_quote(at) { b'"' } else { b'x' }).collect();
                let pieces = text.iter().map(|byte| if *byte == b'"' { "\"\"" } else { "x" });
                let written = pieces.collect::<String>();
                for behind in [0, 1, BLOCK, 3 * BLOCK] {
                    let bytes = ["\"", &written, &"\"".repeat(behind)].concat();
                    let made = block::work(Unescaped(bytes.as_bytes(), 1 + written.len()));
                    assert_eq!(made, [b"before", &*text].concat(), "{written} {behind}");
                }
            }
        }
    }
}
