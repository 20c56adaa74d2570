//! The fields that end in a block, written several at a time.

use super::BLOCK;
use crate::batch::Span;
use crate::pending::small;

/// What ends fields in a block: a bit for each byte.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    /// The place of the lowest bit.
    pub(crate) place: usize,
    /// The first byte of each end.
    pub(crate) at: u64,
    /// The ends that have a second byte.
    pub(crate) double: u64,
    /// The bytes after a closing quote. A field that ends there has quotes, which are not its text.
    pub(crate) quoted: u64,
}

/// How many spans are written before it is asked whether there are more. It is the question that costs, as often as it
/// cannot be foreseen: with fewer it is asked more often, with more others are written in vain.
const AT_ONCE: usize = 6;

impl Ends {
    /// Passes over those before `place`.
    #[inline(always)]
    pub(crate) fn pass_to(&mut self, place: usize) {
        let passed = place.saturating_sub(self.place);
        self.at &= if passed < BLOCK { !0 << passed } else { 0 };
    }

    /// How many there are up to `bit`, itself included.
    #[inline(always)]
    pub(crate) fn count_to(&self, bit: usize) -> usize {
        (self.at & (!0 >> (BLOCK - 1 - bit))).count_ones() as usize
    }

    /// The byte after the end at `bit`.
    #[inline(always)]
    pub(crate) fn after(&self, bit: usize) -> usize {
        self.place + bit + 1 + usize::from(self.double >> bit & 1 != 0)
    }

    /// Adds the field before each, of which the first begins at `start`. Gives where the next one begins.
    #[inline(always)]
    pub(crate) fn add_spans(&self, start: usize, spans: &mut Vec<Span>) -> usize {
        let Some(last) = self.at.checked_ilog2() else { return start };
        if self.quoted & self.at == 0 && self.double == 0 {
            self.add::<true>(small(start), spans);
        } else {
            self.add::<false>(small(start), spans);
        }
        self.after(last as usize)
    }

    #[inline(always)]
    #[expect(
        unsafe_code,
        reason = "the check for room, once a field, would cost more than the field"
    )]
    fn add<const IS_PLAIN: bool>(&self, mut start: u32, spans: &mut Vec<Span>) {
        spans.reserve(BLOCK + AT_ONCE);
        let (place, mut rest) = (small(self.place), self.at);
        for slots in spans.spare_capacity_mut().as_chunks_mut::<AT_ONCE>().0 {
            if rest == 0 {
                break;
            }
            for slot in slots {
                // Behind the last one this is the end of the block, and nobody reads what is written.
                let bit = rest.trailing_zeros();
                rest &= rest.wrapping_sub(1);
                let end = place + bit;
                if IS_PLAIN {
                    slot.write(Span { start, end });
                    start = end + 1;
                } else {
                    let quote = bit_of(self.quoted, bit);
                    slot.write(Span { start: start + quote, end: end - quote });
                    start = end + 1 + bit_of(self.double, bit);
                }
            }
        }
        let added = self.at.count_ones() as usize;
        // SAFETY: there is room for a chunk of slots more than a block has bytes, so that slots were written until no end
        // was left: one for each, and there are `added`.
        unsafe { spans.set_len(spans.len() + added) };
    }
}

/// 1 where `bits` has a one.
#[inline(always)]
fn bit_of(bits: u64, bit: u32) -> u32 {
    u32::from(bits.wrapping_shr(bit) & 1 != 0)
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Ends};
    use crate::batch::Span;

    /// Spans one by one.
    fn naive(ends: Ends, start: usize) -> (Vec<(usize, usize)>, usize) {
        let mut start = start;
        let mut spans = Vec::new();
        for bit in (0..BLOCK).filter(|bit| ends.at >> bit & 1 == 1) {
            let quote = (ends.quoted >> bit & 1) as usize;
            let end = ends.place + bit;
            spans.push((start + quote, end - quote));
            start = end + 1 + (ends.double >> bit & 1) as usize;
        }
        (spans, start)
    }

    #[test]
    fn as_many_as_there_are() {
        for step in 1..=BLOCK {
            for first in 0..step {
                let at = (first..BLOCK).step_by(step).fold(0, |at, bit| at | 1 << bit);
                for (quoted, double) in [(0, 0), (!0, 0), (0, at), (0xFF_00FF_0F0F, 0x5555 & at)] {
                    // Two quotes need two bytes.
                    let quoted = if step > 2 { quoted & !7 } else { 0 };
                    let ends = Ends { place: 1000, at, double, quoted };
                    let mut spans = vec![Span { start: 7, end: 7 }];
                    let next = ends.add_spans(990, &mut spans);
                    let found: Vec<_> = spans[1..]
                        .iter()
                        .map(|span| (span.start as usize, span.end as usize))
                        .collect();
                    assert_eq!((found, next), naive(ends, 990), "{ends:?}");
                }
            }
        }
    }

    #[test]
    fn some_are_passed_over() {
        let mut ends = Ends { place: 100, at: !0, double: 0, quoted: 0 };
        ends.pass_to(99);
        assert_eq!((ends.at, ends.count_to(0), ends.count_to(63)), (!0, 1, 64));
        ends.pass_to(103);
        assert_eq!((ends.at, ends.count_to(4)), (!7, 2));
        ends.pass_to(164);
        assert_eq!(ends.at, 0);
    }
}
