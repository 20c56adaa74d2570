//! Which bytes of a block are looked for: a bit for each, so that short fields and lines, a few bytes each, cost a count of
//! zeros rather than a search.
#![expect(
    clippy::inline_always,
    reason = "what is compiled for the lanes has to be inlined where they are known"
)]

mod spans;
mod text;
#[cfg(target_arch = "x86_64")]
mod wide;

pub(crate) use spans::Ends;
pub(crate) use text::text;

/// How many bytes are looked at together: the bits of a mask.
pub(crate) const BLOCK: usize = 64;

/// What compares the bytes of a block, several at a time.
pub(crate) trait Lanes: Copy {
    /// A bit for each byte of `block` that is one of `wanted`; the lowest is that of the first.
    fn find<const N: usize>(self, block: &[u8; BLOCK], wanted: [u8; N]) -> u64;

    /// A one where the number of ones up to there, itself included, is odd.
    #[inline(always)]
    fn parity(self, mut bits: u64) -> u64 {
        for shift in [1, 2, 4, 8, 16, 32] {
            bits ^= bits << shift;
        }
        bits
    }
}

/// What is done with blocks, whatever compares their bytes.
pub(crate) trait Work {
    type Output;

    /// Does it. Has to be `inline(always)`, as all in it that is to be compiled for the lanes.
    fn work<L: Lanes>(self, lanes: L) -> Self::Output;
}

/// Does `work` with the best lanes that the processor has.
#[inline]
pub(crate) fn work<W: Work>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    if let Some(wide) = wide::Wide::detect() {
        return wide.run(work);
    }
    work.work(Usual)
}

/// The lanes of every processor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usual;

/// A block of `bytes`, which are fewer, and zeros.
#[inline(never)]
pub(crate) fn padded(bytes: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..bytes.len()].copy_from_slice(bytes);
    block
}

/// The bits before `bit`.
#[inline(always)]
pub(crate) fn below(bit: usize) -> u64 {
    if bit < BLOCK { !(!0 << bit) } else { !0 }
}

/// Where the ones of `mask` are, from the lowest on.
#[inline]
pub(crate) fn ones(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = (mask != 0).then_some(mask.trailing_zeros() as usize)?;
        mask &= mask - 1;
        Some(lowest)
    })
}

/// The places of `byte` in `bytes`, in order.
#[inline]
pub(crate) fn places(bytes: &[u8], byte: u8) -> impl Iterator<Item = usize> {
    let blocks = (0..bytes.len()).step_by(BLOCK);
    blocks.flat_map(move |start| {
        let rest = &bytes[start..];
        let found = match rest.first_chunk() {
            Some(block) => Usual.find(block, [byte]),
            // A NUL would be found in the padding.
            None => Usual.find(&padded(rest), [byte]) & below(rest.len()),
        };
        ones(found).map(move |bit| start + bit)
    })
}

#[cfg(target_arch = "x86_64")]
impl Lanes for Usual {
    #[inline(always)]
    #[expect(unsafe_code, reason = "a function for a set of instructions is called")]
    fn find<const N: usize>(self, block: &[u8; BLOCK], wanted: [u8; N]) -> u64 {
        // SAFETY: SSE2 is part of x86-64.
        unsafe { sse2::find(block, wanted) }
    }
}

#[cfg(not(target_arch = "x86_64"))]
impl Lanes for Usual {
    #[inline(always)]
    fn find<const N: usize>(self, block: &[u8; BLOCK], wanted: [u8; N]) -> u64 {
        portable::find(block, wanted)
    }
}

#[cfg(target_arch = "x86_64")]
mod sse2 {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8,
        _mm_setzero_si128,
    };

    use super::BLOCK;

    #[target_feature(enable = "sse2")]
    #[inline]
    pub(super) fn find<const N: usize>(block: &[u8; BLOCK], wanted: [u8; N]) -> u64 {
        let mut mask = 0;
        for (index, &[low, high]) in block.as_chunks::<8>().0.as_chunks().0.iter().enumerate() {
            let lanes = _mm_set_epi64x(i64::from_le_bytes(high), i64::from_le_bytes(low));
            let mut found = _mm_setzero_si128();
            for byte in wanted {
                found =
                    _mm_or_si128(found, _mm_cmpeq_epi8(lanes, _mm_set1_epi8(byte.cast_signed())));
            }
            mask |= u64::from(_mm_movemask_epi8(found).cast_unsigned()) << (16 * index);
        }
        mask
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable {
    use super::BLOCK;

    /// Written so that the compiler makes vector comparisons of it; one multiplication brings eight bits together.
    pub(super) fn find<const N: usize>(block: &[u8; BLOCK], wanted: [u8; N]) -> u64 {
        let mut found = [0; BLOCK];
        for (found, &byte) in found.iter_mut().zip(block) {
            *found = wanted.iter().fold(0, |found, &wanted| found | u8::from(byte == wanted));
        }
        let mut mask = 0;
        for (index, bits) in found.as_chunks::<8>().0.iter().enumerate() {
            let bits = u64::from_le_bytes(*bits).wrapping_mul(0x0102_0408_1020_4080) >> 56;
            mask |= bits << (8 * index);
        }
        mask
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Lanes, Usual, Work, below, padded, places, portable, work};

    #[derive(Clone, Copy)]
    struct Find {
        block: [u8; BLOCK],
        wanted: [u8; 3],
    }

    impl Work for Find {
        type Output = u64;

        #[inline(always)]
        fn work<L: Lanes>(self, lanes: L) -> u64 {
            lanes.find(&self.block, self.wanted)
        }
    }

    #[test]
    fn every_byte_at_every_place() {
        for wanted in [*b",\n\r", [0, b'"', 0xFF], [0x7F, 0x80, b'x']] {
            for byte in 0..=u8::MAX {
                for place in 0..BLOCK {
                    let mut block = [b'.'; BLOCK];
                    block[place] = byte;
                    let expected = u64::from(wanted.contains(&byte)) << place;
                    let find = Find { block, wanted };
                    let found = [find.work(Usual), work(find), portable::find(&block, wanted)];
                    assert_eq!(found, [expected; 3], "{byte} at {place}");
                }
            }
        }
        assert_eq!(Usual.find(&[b','; BLOCK], [b',']), u64::MAX);
    }

    #[derive(Clone, Copy)]
    struct Parity(u64);

    impl Work for Parity {
        type Output = u64;

        #[inline(always)]
        fn work<L: Lanes>(self, lanes: L) -> u64 {
            lanes.parity(self.0)
        }
    }

    #[test]
    fn parity_of_the_ones_before() {
        let patterns =
            (0..BLOCK).map(|bit| !0_u64 << bit).chain((1..BLOCK).map(|bit| 1 << bit | 1));
        for bits in patterns.chain([0_u64, 0x5555_5555_5555_5555, 0x0123_4567_89AB_CDEF]) {
            let odd = |bit: usize| u64::from((bits & !(!1 << bit)).count_ones() % 2);
            let expected = (0..BLOCK).fold(0, |mask, bit| mask | odd(bit) << bit);
            assert_eq!([Parity(bits).work(Usual), work(Parity(bits))], [expected; 2], "{bits:x}");
        }
    }

    #[test]
    fn a_block_that_is_not_all_there() {
        for length in 0..=BLOCK {
            let block = padded(&[b'x'; BLOCK][..length]);
            assert_eq!(below(length), Usual.find(&block, [b'x']), "{length}");
            assert_eq!(below(length).count_ones() as usize, length);
        }
    }

    #[test]
    fn places_of_every_length() {
        for length in 0..3 * BLOCK {
            for step in 1..=length {
                let bytes: Vec<u8> = (0..length).map(|at| u8::from(at % step == 0)).collect();
                let expected: Vec<usize> = (0..length).step_by(step).collect();
                assert_eq!(places(&bytes, 1).collect::<Vec<_>>(), expected, "{length} by {step}");
            }
        }
    }
}
