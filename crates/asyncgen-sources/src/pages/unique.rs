//! Items that have been there before.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use asyncgen_formats::Batch;
use asyncgen_formats::json::{Path, text_at};

use super::slot::value_path;

/// The items that are remembered, 48 MB of them at most. An item that comes twice does so because
/// others were added or taken away while the pages were walked, so it comes again on one of the next
/// pages: fewer would do, and more would only fill the memory.
const REMEMBERED: usize = 1 << 20;

/// What tells an item that was there before, and the items that were.
#[derive(Debug)]
pub(crate) struct Unique {
    path: Path,
    /// Hashes of 128 bits, by two functions: of a billion of them no two are the same by chance.
    seen: HashSet<u128>,
    order: VecDeque<u128>,
    hashers: [RandomState; 2],
    most: usize,
}

impl Unique {
    /// By what stands in an item at the path that `text` spells.
    pub(crate) fn by(text: &str) -> Result<Self, String> {
        let path = value_path(text)?;
        let hashers = [RandomState::new(), RandomState::new()];
        let (seen, order) = (HashSet::new(), VecDeque::new());
        Ok(Self { path, seen, order, hashers, most: REMEMBERED })
    }

    /// The parts of `batch` that are new.
    pub(crate) fn parts(&mut self, batch: &Batch) -> Result<Vec<Range<usize>>, String> {
        let mut parts: Vec<Range<usize>> = Vec::new();
        for (index, record) in batch.iter().enumerate() {
            if !self.is_new(record.get(0).unwrap_or_default())? {
                continue;
            }
            match parts.last_mut().filter(|last| last.end == index) {
                Some(last) => last.end += 1,
                None => parts.push(index..index + 1),
            }
        }
        Ok(parts)
    }

    fn is_new(&mut self, item: &str) -> Result<bool, String> {
        // As it is written: `1` and `"1"` are two keys, and so are integers of any size.
        let key = text_at(item, &self.path)
            .ok_or_else(|| format!("an item has nothing at {}, by which it is told", self.path))?;
        let [high, low] = self.hashers.each_ref().map(|hasher| u128::from(hasher.hash_one(key)));
        let key = (high << 64) | low;
        if !self.seen.insert(key) {
            return Ok(false);
        }
        if self.order.len() == self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        self.order.push_back(key);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten() {
        let mut unique = Unique::by("id").unwrap();
        unique.most = 2;
        let mut new = |id: &str| unique.is_new(&format!("{{\"id\": {id}}}")).unwrap();
        assert_eq!(
            ["1", "2", "1", "\"1\"", "2", "1", "3"].map(&mut new),
            [true, true, false, true, false, true, true]
        );
    }
}
