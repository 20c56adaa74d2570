//! Batches whose memory is used again.

use std::sync::{Arc, Mutex, TryLockError};
use std::{hint, thread};

use crate::Batch;

/// The batches that wait to be used again: as many as may be under way between two threads at once and come back together.
/// With fewer, some would be let go and made again from time to time, each time somewhere else in memory.
const SPARE: usize = 4;

/// How often a lock is asked for that the other side holds, and after how many times that side is let run, if it was stopped
/// meanwhile. Both come at the same time, as a batch that is taken makes room for the next one.
const TRIES: usize = 1000;
const SPINS: usize = 100;

/// The most bytes of a batch that is kept: one that grew for a very long record is let go.
const KEPT: usize = 8 << 20;

/// Where the batches of a source go when nobody holds them any more, and where it takes the next one from.
///
/// The memory of a batch comes from the system page by page, which costs as much as decoding it.
///
/// ```
/// use asyncgen_formats::{Decoder, LinesDecoder, Pool};
///
/// let (pool, mut decoder) = (Pool::default(), LinesDecoder::new(1024));
/// for chunk in [b"one\ntwo\n", b"six\nten\n"] {
///     let mut batch = pool.take();
///     decoder.decode(chunk, &mut batch)?;
///     assert_eq!(batch.len(), 2);
/// }
/// # Ok::<(), asyncgen_formats::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Pool(Arc<Spares>);

#[derive(Debug)]
struct Spares {
    batches: Mutex<Vec<Batch>>,
    most: usize,
    kept: usize,
}

impl Default for Pool {
    /// For the long batches of one file: keeps 4 of at most 8 MiB each.
    fn default() -> Self {
        Self::new(SPARE, KEPT)
    }
}

impl Pool {
    /// Keeps at most `count` batches that nobody needs, those with at most `bytes` bytes of memory.
    pub fn new(count: usize, bytes: usize) -> Self {
        Self(Arc::new(Spares { batches: Mutex::default(), most: count, kept: bytes }))
    }

    /// An empty batch, which comes back when it is dropped.
    pub fn take(&self) -> Batch {
        let mut batch = self.with(Vec::pop).flatten().unwrap_or_default();
        batch.pool = Some(self.clone());
        batch
    }

    /// Takes in a batch that nobody needs.
    pub(crate) fn put(&self, batch: Batch) {
        if batch.memory() <= self.0.kept {
            self.with(|spare| {
                if spare.len() < self.0.most {
                    spare.push(batch);
                }
            });
        }
    }

    /// Does nothing where the lock is held for longer than a few instructions: in a process forked meanwhile it is for ever.
    fn with<T>(&self, act: impl FnOnce(&mut Vec<Batch>) -> T) -> Option<T> {
        for attempt in 0..TRIES {
            match self.0.batches.try_lock() {
                Ok(mut spare) => return Some(act(&mut spare)),
                Err(TryLockError::Poisoned(poisoned)) => {
                    return Some(act(&mut poisoned.into_inner()));
                }
                Err(TryLockError::WouldBlock) if attempt < SPINS => hint::spin_loop(),
                Err(TryLockError::WouldBlock) => thread::yield_now(),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, Pool, SPARE};
    use crate::{Batch, Decoder, LinesDecoder};

    fn fill(batch: &mut Batch, length: usize) {
        let mut decoder = LinesDecoder::new(usize::MAX);
        decoder.decode(&vec![b'x'; length], batch).unwrap();
        decoder.finish(batch).unwrap();
    }

    #[test]
    fn a_batch_comes_back_empty_with_its_memory() {
        let pool = Pool::default();
        let mut batch = pool.take();
        fill(&mut batch, 1000);
        let text = batch.first(0).unwrap().as_ptr();
        let kept = batch.clone();
        drop(batch);
        let mut batch = pool.take();
        assert!(batch.is_empty() && batch.memory() >= 1000);
        fill(&mut batch, 10);
        assert_eq!(kept.first(0).unwrap().len(), 1000);
        assert_ne!(kept.first(0).unwrap().as_ptr(), text);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let pool = Pool::default();
        drop((0..=SPARE).map(|_| pool.take()).collect::<Vec<_>>());
        assert_eq!(pool.0.batches.lock().unwrap().len(), SPARE);
        drop([pool.take(), pool.take()]);
        let mut batch = pool.take();
        fill(&mut batch, KEPT + 1);
        drop(batch);
        assert_eq!(pool.0.batches.lock().unwrap().len(), SPARE - 1);
    }
}
