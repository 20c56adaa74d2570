//! Which bytes of a block are looked for: a bit for each, so that short fields and lines, a few bytes each, cost a count of
//! zeros rather than a search.

/// How many bytes are looked at together: the bits of a mask.
pub(crate) const BLOCK: usize = 64;

/// A bit for each of the first [`BLOCK`] bytes of `bytes` that is one of `wanted`; the lowest is that of the first.
#[inline]
pub(crate) fn find<const N: usize>(bytes: &[u8], wanted: [u8; N]) -> u64 {
    if let Some(block) = bytes.first_chunk() {
        return find_in_block(block, wanted);
    }
    let mut block = [0; BLOCK];
    block[..bytes.len()].copy_from_slice(bytes);
    // A NUL that is wanted would be found in the padding.
    find_in_block(&block, wanted) & !(!0 << bytes.len())
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
    blocks.flat_map(move |start| ones(find(&bytes[start..], [byte])).map(move |bit| start + bit))
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[expect(unsafe_code, reason = "a function for a set of instructions is called")]
fn find_in_block<const N: usize>(block: &[u8; BLOCK], wanted: [u8; N]) -> u64 {
    // SAFETY: SSE2 is part of x86-64.
    unsafe { sse2::find(block, wanted) }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn find_in_block<const N: usize>(block: &[u8; BLOCK], wanted: [u8; N]) -> u64 {
    portable::find(block, wanted)
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
    use super::{BLOCK, find, places, portable};

    #[test]
    fn every_byte_at_every_place() {
        for wanted in [*b",\n\r", [0, b'"', 0xFF], [0x7F, 0x80, b'x']] {
            for byte in 0..=u8::MAX {
                for place in 0..BLOCK {
                    let mut block = [b'.'; BLOCK];
                    block[place] = byte;
                    let expected = u64::from(wanted.contains(&byte)) << place;
                    assert_eq!(find(&block, wanted), expected, "{byte} at {place}");
                    assert_eq!(
                        portable::find(&block, wanted),
                        expected,
                        "{byte} at {place}, portable"
                    );
                    assert_eq!(
                        find(&block[..=place], wanted),
                        expected,
                        "{byte} at the end, {place}"
                    );
                }
            }
        }
        assert_eq!(find(&[b','; BLOCK], [b',']), u64::MAX);
        assert_eq!(find(&[], [0]), 0);
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
