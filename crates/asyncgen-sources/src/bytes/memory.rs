//! Bytes in memory, a slice at a time.

use bytes::Bytes;

use super::CHUNK;

/// The first slice: its records are there in the time that a thread takes to wake. Each further one is twice as long, until
/// it is a [`CHUNK`].
const FIRST: usize = 16 * 1024;

/// Bytes that are handed out in slices of at most [`CHUNK`], so that batches stay small however
/// much is in memory at once.
#[derive(Debug)]
pub(crate) struct Slices {
    bytes: Bytes,
    given: usize,
    size: usize,
}

impl Slices {
    /// The next slice; empty at the end.
    pub(crate) fn next(&mut self) -> &[u8] {
        let start = self.given;
        self.given = self.bytes.len().min(start + self.size);
        self.size = CHUNK.min(self.size * 2);
        &self.bytes[start..self.given]
    }

    /// Goes on at `offset`.
    pub(crate) fn seek(&mut self, offset: u64) {
        self.given = usize::try_from(offset).unwrap_or(usize::MAX).min(self.bytes.len());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.given == self.bytes.len()
    }

    /// The last `length` bytes that were handed out.
    pub(crate) fn last(&self, length: usize) -> Bytes {
        self.bytes.slice(self.given - length..self.given)
    }

    /// Goes on with these bytes.
    pub(crate) fn refill(&mut self, bytes: Bytes) {
        (self.bytes, self.given) = (bytes, 0);
    }
}

impl From<Bytes> for Slices {
    fn from(bytes: Bytes) -> Self {
        Self { bytes, given: 0, size: FIRST }
    }
}

impl Default for Slices {
    /// To be refilled with what has come as a piece, and is as short as its sender would have it: each is one slice, unless it
    /// is longer than a [`CHUNK`].
    fn default() -> Self {
        Self { bytes: Bytes::new(), given: 0, size: CHUNK }
    }
}
