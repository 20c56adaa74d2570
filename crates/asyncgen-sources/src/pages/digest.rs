//! Whether items are the same again.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

/// A digest of items, one after the other.
///
/// All bytes of each page go through it, for which the hash of std's maps is eight times too slow. Two pages have the
/// same one by chance, once in 2⁶⁴; nobody who sends them knows the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digest(u64);

/// Other ones in each process.
static KEYS: LazyLock<[u64; 2]> = LazyLock::new(|| {
    let random = RandomState::new();
    [random.hash_one(1) | 1, random.hash_one(2) | 1]
});

impl Digest {
    pub(crate) fn new() -> Self {
        Self(KEYS[0])
    }

    /// Adds an item.
    pub(crate) fn add(&mut self, item: &[u8]) {
        let (blocks, rest) = item.as_chunks::<16>();
        let mut state = self.0;
        for block in blocks {
            state = mixed(state, u128::from_le_bytes(*block));
        }
        let mut last = [0; 16];
        last[..rest.len()].copy_from_slice(rest);
        state = mixed(state, u128::from_le_bytes(last));
        // Two items are not one, and zeros at the end are not nothing.
        self.0 = mixed(state, item.len() as u128);
    }

    /// The digest of all that was added.
    pub(crate) fn value(self) -> u64 {
        self.0
    }
}

/// The halves of a product that all bits have a part in.
#[expect(clippy::cast_possible_truncation, reason = "a half of it is meant")]
fn mixed(state: u64, block: u128) -> u64 {
    let [one, other] = *KEYS;
    let (low, high) = (block as u64 ^ one ^ state, (block >> 64) as u64 ^ other);
    let product = u128::from(low) * u128::from(high);
    product as u64 ^ (product >> 64) as u64 ^ state.rotate_left(32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(items: &[&str]) -> u64 {
        let mut digest = Digest::new();
        for item in items {
            digest.add(item.as_bytes());
        }
        digest.value()
    }

    #[test]
    fn the_same_items_have_the_same_digest_and_no_others() {
        let long = "a long item of more than sixteen bytes";
        let all: [&[&str]; 12] = [
            &[],
            &[""],
            &["", ""],
            &["a"],
            &["a\0"],
            &["b"],
            &["a", "b"],
            &["ab"],
            &["b", "a"],
            &[long],
            &[&long[..32], &long[32..]],
            &["b long item of more than sixteen bytes"],
        ];
        for (index, one) in all.iter().enumerate() {
            for (other, another) in all.iter().enumerate() {
                assert_eq!(of(one) == of(another), index == other, "{one:?} {another:?}");
            }
        }
    }
}
