//! Gzip (RFC 1952), recognised by its magic bytes and undone on the producer's side.
//!
//! All members are read. Zeros after the last one are padding, as gzip(1) has it (tapes and some
//! block stores leave them); anything else there is an error, and so is a source that ends inside
//! a member. What was inflated before an error is handed out first.

use std::io;

use flate2::{Decompress, FlushDecompress, Status};

use crate::bytes::{CHUNK, Chunks};
use crate::{Error, ErrorKind};

const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The largest window that deflate knows, as a power of two.
const WINDOW_BITS: u8 = 15;

/// The bytes of an input with gzip undone.
#[derive(Debug)]
pub(crate) struct Plain {
    chunks: Chunks,
    layer: Layer,
    /// Stored bytes: the head of the input, later the chunk that is being inflated.
    stored: Vec<u8>,
}

#[derive(Debug)]
enum Layer {
    /// Nothing was read.
    Unknown,
    None,
    Gzip(Box<Inflating>),
}

/// | part | says |
/// |---|---|
/// | `used` | how much of the stored bytes is inflated |
/// | `full` | the last output was filled, so the inflater may hold more |
/// | `failed` | the error to be given after what was inflated before it |
#[derive(Debug)]
struct Inflating {
    gunzip: Gunzip,
    output: Vec<u8>,
    used: usize,
    full: bool,
    failed: Option<io::Error>,
}

impl Plain {
    pub(crate) fn new(chunks: Chunks) -> Self {
        Self { chunks, layer: Layer::Unknown, stored: Vec::new() }
    }

    /// The next bytes, never more than [`CHUNK`]; none at the end.
    pub(crate) async fn next(&mut self) -> Result<&[u8], Error> {
        if matches!(self.layer, Layer::Unknown) {
            self.recognise().await?;
            if matches!(self.layer, Layer::None) {
                return Ok(&self.stored);
            }
        }
        let Layer::Gzip(inflating) = &mut self.layer else { return self.chunks.next().await };
        let filled = inflating.fill(&mut self.chunks, &mut self.stored).await?;
        match inflating.failed.take_if(|_| filled == 0) {
            None => Ok(&inflating.output[..filled]),
            Some(error) => {
                let place = self.chunks.place().clone();
                Err(Error::new(ErrorKind::Compression(error), place))
            }
        }
    }

    async fn recognise(&mut self) -> Result<(), Error> {
        // No more is asked for than it takes to tell.
        while self.stored.len() < MAGIC.len() && MAGIC.starts_with(&self.stored) {
            let chunk = self.chunks.next().await?;
            if chunk.is_empty() {
                break;
            }
            self.stored.extend_from_slice(chunk);
        }
        // An input of the first magic byte alone is no text either: it is taken as cut off.
        let head = &self.stored[..self.stored.len().min(MAGIC.len())];
        let gzip = !head.is_empty() && MAGIC.starts_with(head);
        self.layer = if gzip { Layer::Gzip(Box::new(Inflating::new())) } else { Layer::None };
        Ok(())
    }
}

impl Inflating {
    fn new() -> Self {
        let output = vec![0; CHUNK];
        Self { gunzip: Gunzip::new(), output, used: 0, full: false, failed: None }
    }

    /// Fills the output with what the stored bytes and, as long as it is empty, further chunks
    /// inflate to. The output bounds the memory, however well a bomb is packed.
    async fn fill(&mut self, chunks: &mut Chunks, stored: &mut Vec<u8>) -> Result<usize, Error> {
        let mut filled = 0;
        // Inflating is all work and no waiting: let the other tasks of the thread run.
        tokio::task::yield_now().await;
        while self.failed.is_none() && filled < self.output.len() {
            if self.used == stored.len() && !self.full {
                if filled > 0 {
                    break;
                }
                let chunk = chunks.next().await?;
                if chunk.is_empty() {
                    self.failed = self.gunzip.finish().err();
                    break;
                }
                stored.clear();
                stored.extend_from_slice(chunk);
                self.used = 0;
            }
            let step = self.gunzip.inflate(&stored[self.used..], &mut self.output[filled..]);
            self.used += step.used;
            filled += step.filled;
            self.full = filled == self.output.len();
            self.failed = step.result.err();
        }
        Ok(filled)
    }
}

/// Gzip without I/O: all members of a stream.
#[derive(Debug)]
struct Gunzip {
    inflate: Decompress,
    state: State,
}

/// | from | to | when |
/// |---|---|---|
/// | `Between` | `Member` | a byte that is not zero |
/// | `Between` | `Padding` | a zero |
/// | `Member` | `Between` | the member's checksum is right |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Between,
    Member,
    Padding,
}

/// What one call came to, also when it failed.
struct Step {
    used: usize,
    filled: usize,
    result: io::Result<()>,
}

impl Gunzip {
    fn new() -> Self {
        Self { inflate: Decompress::new_gzip(WINDOW_BITS), state: State::Member }
    }

    fn inflate(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        match (self.state, input.first()) {
            (State::Member, _) => self.member(input, output),
            (_, None) => Step { used: 0, filled: 0, result: Ok(()) },
            (State::Between, Some(0)) => {
                self.state = State::Padding;
                padding(input)
            }
            (State::Between, Some(byte)) if *byte == MAGIC[0] => {
                // Keeps the gzip framing that it was made with.
                self.inflate.reset(true);
                self.state = State::Member;
                self.member(input, output)
            }
            (State::Between, Some(_)) => Step { used: 0, filled: 0, result: Err(garbage()) },
            (State::Padding, Some(_)) => padding(input),
        }
    }

    fn member(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let (used, filled) = (self.inflate.total_in(), self.inflate.total_out());
        let status = self.inflate.decompress(input, output, FlushDecompress::None);
        let counted = |after: u64, before: u64| usize::try_from(after - before).unwrap_or(0);
        let result = match status {
            Ok(Status::StreamEnd) => {
                self.state = State::Between;
                Ok(())
            }
            Ok(Status::Ok | Status::BufError) => Ok(()),
            Err(error) => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                error.message().unwrap_or("not gzip").to_owned(),
            )),
        };
        Step {
            used: counted(self.inflate.total_in(), used),
            filled: counted(self.inflate.total_out(), filled),
            result,
        }
    }

    /// Says that the input has ended.
    fn finish(&self) -> io::Result<()> {
        if self.state == State::Member {
            let message = "the gzip data end too early";
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message));
        }
        Ok(())
    }
}

fn padding(input: &[u8]) -> Step {
    let result = if input.iter().all(|byte| *byte == 0) { Ok(()) } else { Err(garbage()) };
    Step { used: input.len(), filled: 0, result }
}

fn garbage() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "something that is not gzip follows the gzip data")
}
