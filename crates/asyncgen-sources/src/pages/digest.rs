//! Whether items are the same again.

use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::LazyLock;

use foldhash::quality::{FoldHasher, RandomState};

/// A digest of items, one after the other.
///
/// All bytes of each page go through it, for which the hash of std's maps is twenty times too slow. Two pages have the
/// same one by chance, once in 2⁶⁴; nobody who sends them knows the seeds.
#[derive(Clone)]
pub(crate) struct Digest(FoldHasher<'static>);

/// Other ones in each process.
static SEEDS: LazyLock<RandomState> = LazyLock::new(RandomState::default);

impl Digest {
    pub(crate) fn new() -> Self {
        Self(SEEDS.build_hasher())
    }

    /// Adds an item.
    pub(crate) fn add(&mut self, item: &[u8]) {
        // Its length has a part in it: two items are not one.
        self.0.write(item);
    }

    /// The digest of all that was added.
    pub(crate) fn value(&self) -> u64 {
        self.0.finish()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Digest").field(&self.value()).finish()
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.value() == other.value()
    }
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
