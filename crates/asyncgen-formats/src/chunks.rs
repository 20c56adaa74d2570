//! Bytes in chunks of one size.

use crate::batch::Entry;
use crate::pending::small;
use crate::{Batch, Decoder, Error, MAX_RECORD, Position, Resume, Tail};

/// Cuts bytes into chunks of one size, of which the last may have fewer: each is a record without a field, all
/// of whose bytes [`Batch::chunk`] gives.
///
/// Nothing is looked at in them; a byte order mark stays, and there are no lines.
///
/// ```
/// use asyncgen_formats::{Batch, ChunksDecoder, Decoder};
///
/// let mut decoder = ChunksDecoder::new(3);
/// let mut batch = Batch::default();
/// decoder.decode(b"\xffabcdef", &mut batch)?;
/// assert_eq!(batch.chunk(1), Some(&b"cde"[..]));
/// decoder.finish(&mut batch)?;
/// assert_eq!((batch.len(), batch.chunk(0)), (1, Some(&b"f"[..])));
/// # Ok::<(), asyncgen_formats::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ChunksDecoder {
    size: usize,
    open: Vec<u8>,
    position: Position,
    tail: Tail,
}

impl ChunksDecoder {
    /// A decoder of chunks of `size` bytes; of one, if it is 0; of [`MAX_RECORD`], if it is more.
    pub fn new(size: usize) -> Self {
        let size = size.clamp(1, MAX_RECORD);
        Self { size, open: Vec::new(), position: Position::START, tail: Tail::Whole }
    }

    /// Moves the first `length` bytes into `batch`.
    fn hand_out(&mut self, length: usize, batch: &mut Batch) {
        batch.clear(self.position);
        if length > 0 {
            batch.bytes.extend_from_slice(&self.open[..length]);
            let starts = (0..length).step_by(self.size);
            let entry = |start| Entry { first_field: 0, offset: small(start), line: 0 };
            batch.records.extend(starts.map(entry));
            self.open.drain(..length);
        }
        self.position.offset += length as u64;
        self.position.record += batch.len() as u64;
        batch.end = self.position;
    }
}

impl Decoder for ChunksDecoder {
    fn decode(&mut self, chunk: &[u8], batch: &mut Batch) -> Result<(), Error> {
        self.open.extend_from_slice(chunk);
        self.hand_out(self.open.len() / self.size * self.size, batch);
        Ok(())
    }

    fn finish(&mut self, batch: &mut Batch) -> Result<(), Error> {
        self.tail = if self.open.is_empty() { Tail::Whole } else { Tail::Torn };
        self.hand_out(self.open.len(), batch);
        Ok(())
    }

    fn position(&self) -> Position {
        self.position
    }
}

impl Resume for ChunksDecoder {
    fn resume(&mut self, position: Position) {
        self.open.clear();
        self.position = position;
    }

    fn follow(&mut self, last: &Self) {
        self.position.file = last.position.file + 1;
    }

    fn tail(&self) -> Tail {
        self.tail
    }
}
