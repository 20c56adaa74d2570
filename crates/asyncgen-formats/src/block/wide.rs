//! The lanes of AVX2, and the instructions that count bits, of a processor that has them.

use std::arch::x86_64::{
    __m256i, _mm_clmulepi64_si128, _mm_cvtsi64_si128, _mm_cvtsi128_si64, _mm_set1_epi8,
    _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    _mm256_setzero_si256,
};

use super::{BLOCK, Lanes, Work};

/// Shows that the processor has them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wide(());

impl Wide {
    pub(crate) fn detect() -> Option<Self> {
        let is_there = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("pclmulqdq")
            && is_x86_feature_detected!("popcnt");
        is_there.then_some(Self(()))
    }

    /// Does `work`, compiled for them.
    #[inline]
    #[expect(unsafe_code, reason = "a function for a set of instructions is called")]
    pub(crate) fn run<W: Work>(self, work: W) -> W::Output {
        // SAFETY: `self` shows that the processor has them.
        unsafe { run(self, work) }
    }
}

impl Lanes for Wide {
    #[inline(always)]
    #[expect(unsafe_code, reason = "a function for a set of instructions is called")]
    fn find<const N: usize>(self, block: &[u8; BLOCK], wanted: [u8; N]) -> u64 {
        // SAFETY: `self` shows that the processor has them.
        unsafe { find(block, wanted) }
    }

    #[inline(always)]
    #[expect(unsafe_code, reason = "a function for a set of instructions is called")]
    fn parity(self, bits: u64) -> u64 {
        // SAFETY: `self` shows that the processor has them.
        unsafe { parity(bits) }
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,pclmulqdq,popcnt")]
fn run<W: Work>(wide: Wide, work: W) -> W::Output {
    work.work(wide)
}

#[target_feature(enable = "avx2")]
#[inline]
fn find<const N: usize>(block: &[u8; BLOCK], wanted: [u8; N]) -> u64 {
    let mut mask = 0;
    for (index, half) in block.as_chunks::<{ BLOCK / 2 }>().0.iter().enumerate() {
        let lanes = load(half);
        let mut found = _mm256_setzero_si256();
        for byte in wanted {
            let same = _mm256_cmpeq_epi8(lanes, _mm256_set1_epi8(byte.cast_signed()));
            found = _mm256_or_si256(found, same);
        }
        mask |= u64::from(_mm256_movemask_epi8(found).cast_unsigned()) << (32 * index);
    }
    mask
}

/// A product without carries adds, modulo 2, each bit to all from it on.
#[target_feature(enable = "pclmulqdq")]
#[inline]
fn parity(bits: u64) -> u64 {
    let bits = _mm_cvtsi64_si128(bits.cast_signed());
    _mm_cvtsi128_si64(_mm_clmulepi64_si128(bits, _mm_set1_epi8(-1), 0)).cast_unsigned()
}

#[target_feature(enable = "avx2")]
#[inline]
#[expect(unsafe_code, reason = "there is no safe way to load lanes")]
fn load(bytes: &[u8; BLOCK / 2]) -> __m256i {
    // SAFETY: 32 bytes are read, from any address.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}
