//! Lines of text.

use crate::pending::{Input, Pending};
use crate::place::LineEnds;
use crate::splitter::Splitter;
use crate::{Batch, Decoder, Error, Position, Resume, Tail};

/// Decodes lines: each is a record of one field, the line without its end.
///
/// LF and CRLF end a line; a CR elsewhere and a NUL are text, as is all else in UTF-8. The last
/// line needs no end. A byte order mark at the start is dropped.
///
/// ```
/// use asyncgen_formats::{Batch, Decoder, LinesDecoder};
///
/// let mut decoder = LinesDecoder::new(1024);
/// let mut batch = Batch::default();
/// decoder.decode(b"one\r\n\ntwo\nthr", &mut batch)?;
/// let lines: Vec<&str> = batch.iter().flatten().collect();
/// assert_eq!(lines, ["one", "", "two"]);
///
/// decoder.decode(b"ee", &mut batch)?;
/// assert!(batch.is_empty());
/// decoder.finish(&mut batch)?;
/// assert_eq!(batch.get(0).unwrap().get(0), Some("three"));
/// # Ok::<(), asyncgen_formats::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LinesDecoder {
    pending: Pending,
    splitter: Splitter,
}

impl LinesDecoder {
    /// A decoder that refuses lines of more than `max_line` bytes, their ends not counted.
    pub fn new(max_line: usize) -> Self {
        Self { pending: Pending::default(), splitter: Splitter::new(max_line, None) }
    }

    /// Whether a line keeps its end, LF or CRLF, as part of its field.
    #[must_use]
    pub fn keep_ends(mut self, keep: bool) -> Self {
        self.splitter.keep_ends(keep);
        self
    }

    fn run(&mut self, input: Input, batch: &mut Batch) -> Result<(), Error> {
        let split = self.splitter.split(&mut self.pending, input);
        self.pending.hand_out(batch, LineEnds::Lf).and(split)
    }
}

impl Decoder for LinesDecoder {
    fn decode(&mut self, chunk: &[u8], batch: &mut Batch) -> Result<(), Error> {
        if self.pending.push(chunk) {
            return self.run(Input::Open, batch);
        }
        batch.clear(self.position());
        Ok(())
    }

    fn fill(
        &mut self,
        length: usize,
        batch: &mut Batch,
        read: &mut dyn FnMut(&mut [u8]) -> usize,
    ) -> usize {
        self.pending.fill(length, batch, read)
    }

    fn finish(&mut self, batch: &mut Batch) -> Result<(), Error> {
        self.run(Input::Ended, batch)
    }

    fn position(&self) -> Position {
        self.pending.base()
    }
}

impl Resume for LinesDecoder {
    fn resume(&mut self, position: Position) {
        self.pending.resume(position);
        self.splitter.restart();
    }

    fn follow(&mut self, last: &Self) {
        self.pending.follow(&last.pending);
    }

    fn tail(&self) -> Tail {
        self.splitter.tail()
    }
}
