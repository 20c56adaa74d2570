//! The fields that end in a block, written several at a time.

use std::mem::MaybeUninit;

use super::BLOCK;
use crate::batch::Span;
use crate::pending::small;

/// What ends fields in a block: a bit for each byte.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ends {
    /// The place of the lowest bit.
    pub(crate) place: usize,
    /// The first byte of each end.
    pub(crate) at: u64,
    /// The ends that have a second byte.
    pub(crate) double: u64,
    /// The opening quotes of fields that stand in quotes, and those of pairs inside of them.
    pub(crate) opening: u64,
    /// The bytes after a closing quote.
    pub(crate) closed: u64,
}

/// How many spans are written before it is asked whether there are more. It is the question that costs, as often as it
/// cannot be foreseen: with fewer it is asked more often, with more others are written in vain.
const AT_ONCE: usize = 4;

/// The fewest spans that are so many at a time, and for which there is always room: as many as a block can have.
const ROOM: usize = BLOCK.next_multiple_of(AT_ONCE);

/// So few spans are written without asking for more. Long texts have no more in a block, which is foreseen; with more, others
/// are written in vain: text in quotes is read 6 % slower (`cargo run --release -p files-bench -- "quoted text"`).
const FEW: usize = 2;

type Slots = [MaybeUninit<Span>; ROOM];

impl Ends {
    /// Passes over those before `place`.
    #[inline(always)]
    pub(crate) fn pass_to(&mut self, place: usize) {
        let passed = place.saturating_sub(self.place);
        self.at &= if passed < BLOCK { !0 << passed } else { 0 };
    }

    /// How many there are.
    #[inline(always)]
    pub(crate) fn count(&self) -> usize {
        self.at.count_ones() as usize
    }

    /// The byte after the end at `bit`.
    #[inline(always)]
    pub(crate) fn after(&self, bit: usize) -> usize {
        self.place + bit + 1 + usize::from(self.double >> bit & 1 != 0)
    }

    /// Adds the field before each, without its quotes; the first begins at `start`. Gives where the next one begins.
    #[inline(always)]
    #[expect(
        unsafe_code,
        reason = "the check for room, once a field, would cost more than the field"
    )]
    pub(crate) fn add_spans(&self, start: usize, spans: &mut Vec<Span>) -> usize {
        let Some(last) = self.at.checked_ilog2() else { return start };
        spans.reserve(1 + ROOM);
        let Some([first, slots @ ..]) =
            spans.spare_capacity_mut().first_chunk_mut::<{ 1 + ROOM }>()
        else {
            return start;
        };

        // Of the first field the quotes may stand before the block.
        let bit = self.at.trailing_zeros();
        let quotes = u32::from(self.closed >> bit & 1 != 0);
        let place = small(self.place);
        first.write(Span { start: small(start) + quotes, end: place + bit - quotes });
        let mut others = self.at & self.at.wrapping_sub(1);
        if self.opening | self.closed | self.double == 0 {
            write_alike(slots, place, self.at, 0);
        } else if self.at & !self.closed | self.double == 0 {
            write_alike(slots, place, self.at, 1);
        } else {
            let texts = self.texts();
            others = texts.1;
            if others.count_ones() as usize <= FEW {
                write_some(&mut slots[..FEW], place, texts);
            } else {
                write(slots, place, texts);
            }
        }
        let added = 1 + others.count_ones() as usize;
        // SAFETY: the first was written, and slots until no end was left, or `FEW`, which are no fewer than the `others`; for
        // which there is room: one for each of those, whatever the masks are.
        unsafe { spans.set_len(spans.len() + added) };
        self.after(last as usize)
    }

    /// Where the texts of the fields behind the first end begin, and where they end: a bit for each. Those that end in the
    /// block begin in it too; one may begin more.
    #[inline(always)]
    fn texts(&self) -> (u64, u64) {
        let begun = (self.at & !self.double) << 1 | (self.at & self.double) << 2;
        let ended = self.at & self.at.wrapping_sub(1);
        let starts = begun & !self.opening | (begun & self.opening) << 1;
        let ends = ended & !self.closed | (ended & self.closed) >> 1;
        (starts, ends)
    }
}

/// Writes the spans from each of `starts` to the end of the same number, until no end is left.
#[inline(always)]
fn write(slots: &mut Slots, place: u32, mut texts: (u64, u64)) {
    for slots in slots.as_chunks_mut::<AT_ONCE>().0 {
        texts = write_some(slots, place, texts);
        if texts.1 == 0 {
            break;
        }
    }
}

/// Fills `slots` with spans, from each of `starts` to the end of the same number. Gives the starts and ends that are left.
#[inline(always)]
fn write_some(
    slots: &mut [MaybeUninit<Span>],
    place: u32,
    (mut starts, mut ends): (u64, u64),
) -> (u64, u64) {
    for slot in slots {
        // Behind the last one this is the end of the block, and nobody reads what is written.
        let (start, end) = (starts.trailing_zeros(), ends.trailing_zeros());
        slot.write(Span { start: place + start, end: place + end });
        starts &= starts.wrapping_sub(1);
        ends &= ends.wrapping_sub(1);
    }
    (starts, ends)
}

/// As [`write`], where each span stands between two of `ends`, and `quotes` of them at either side.
#[inline(always)]
fn write_alike(slots: &mut Slots, place: u32, mut ends: u64, quotes: u32) {
    let (before, behind) = (place.wrapping_sub(quotes), place + 1 + quotes);
    let mut start = behind + ends.trailing_zeros();
    ends &= ends.wrapping_sub(1);
    for slots in slots.as_chunks_mut::<AT_ONCE>().0 {
        for slot in slots {
            let bit = ends.trailing_zeros();
            slot.write(Span { start, end: before.wrapping_add(bit) });
            start = behind + bit;
            ends &= ends.wrapping_sub(1);
        }
        if ends == 0 {
            break;
        }
    }
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
            let quote = (ends.closed >> bit & 1) as usize;
            let end = ends.place + bit;
            spans.push((start + quote, end - quote));
            start = end + 1 + (ends.double >> bit & 1) as usize;
        }
        (spans, start)
    }

    fn check(ends: Ends) {
        let mut spans = vec![Span { start: 7, end: 7 }];
        let next = ends.add_spans(990, &mut spans);
        let found = spans[1..].iter().map(|span| (span.start as usize, span.end as usize));
        assert_eq!((found.collect::<Vec<_>>(), next), naive(ends, 990), "{ends:?}");
    }

    #[test]
    fn as_many_as_there_are() {
        for step in 1..=BLOCK {
            for first in 0..step {
                let at = (first..BLOCK).step_by(step).fold(0, |at, bit| at | 1 << bit);
                let plain = Ends { place: 1000, at, double: 0, opening: 0, closed: 0 };
                check(plain);
                if step > 1 {
                    check(Ends { double: at, ..plain });
                    check(Ends { double: at & 0x5555_5555_5555_5555, ..plain });
                }
            }
        }
    }

    #[test]
    fn with_quotes() {
        // Separators so far from each other that quotes have room, of which each second or each third field has some.
        for step in 4..=BLOCK {
            for first in 0..step {
                for each in 1..4 {
                    let mut ends = Ends { place: 1000, at: 0, double: 0, opening: 0, closed: 0 };
                    for (number, bit) in (first..BLOCK).step_by(step).enumerate() {
                        ends.at |= 1 << bit;
                        ends.double |= u64::from(number % 2 == 1 && bit + 1 < BLOCK) << bit;
                        ends.closed |= u64::from(number % each == 0) << bit;
                        let next = bit + 1 + (ends.double >> bit & 1) as usize;
                        if (number + 1) % each == 0 && next < BLOCK {
                            ends.opening |= 1 << next;
                        }
                    }
                    check(ends);
                }
            }
        }
    }

    #[test]
    fn all_in_quotes() {
        for step in 3..=BLOCK {
            for first in 0..step {
                let at = (first..BLOCK).step_by(step).fold(0, |at, bit| at | 1 << bit);
                check(Ends { place: 1000, at, double: 0, opening: at << 1, closed: at });
            }
        }
    }

    #[test]
    fn no_more_than_were_written_whatever_the_masks_are() {
        // No block has such: each second end would stand behind a quote, and behind another end.
        let closed = 0xaaaa_aaaa_aaaa_aaaa;
        let mut spans = vec![Span { start: 7, end: 7 }; 200];
        spans.truncate(1);
        let ends = Ends { place: 1000, at: !0, double: 0, opening: 0, closed };
        ends.add_spans(990, &mut spans);
        assert!(spans[1..].iter().all(|span| span.end != 7), "{spans:?}");
    }

    #[test]
    fn some_are_passed_over() {
        let mut ends = Ends { place: 100, at: !0, double: 0, opening: 0, closed: 0 };
        ends.pass_to(99);
        assert_eq!((ends.at, ends.count()), (!0, 64));
        ends.pass_to(103);
        assert_eq!((ends.at, ends.count()), (!7, 61));
        ends.pass_to(164);
        assert_eq!(ends.at, 0);
    }
}
