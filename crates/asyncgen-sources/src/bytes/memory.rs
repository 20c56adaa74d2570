//! Bytes in memory, a slice at a time.

use bytes::Bytes;

use super::CHUNK;

/// Bytes that are handed out in slices of [`CHUNK`], so that batches stay small however much is
/// in memory at once.
#[derive(Debug, Default)]
pub(crate) struct Slices {
    bytes: Bytes,
    given: usize,
}

impl Slices {
    /// The next slice; empty at the end.
    pub(crate) fn next(&mut self) -> &[u8] {
        let start = self.given;
        self.given = self.bytes.len().min(start + CHUNK);
        &self.bytes[start..self.given]
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.given == self.bytes.len()
    }
}

impl From<Bytes> for Slices {
    fn from(bytes: Bytes) -> Self {
        Self { bytes, given: 0 }
    }
}
