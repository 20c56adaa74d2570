//! Compressed bytes, undone a buffer at a time.

use std::io;

use super::members::{Member, Members, Undo};
use crate::bytes::{CHUNK, Chunks};
use crate::{Error, ErrorKind, Place};

/// How much may come out of compressed bytes. What comes out is handed on at once, so that a bomb
/// fills no memory; it takes time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    pub(crate) decoded: Option<u64>,
    pub(crate) ratio: Option<u64>,
}

/// The ratio is not looked at before so much has come out: a short text of one letter is no bomb.
const RATIO_FROM: u64 = 1 << 20;

/// What is read, and undone as it comes.
///
/// | part | says |
/// |---|---|
/// | `used` | how much of the stored bytes is decoded |
/// | `full` | the last output was filled, so the decoder may hold more |
/// | `failed` | the error to be given after what was decoded before it |
#[derive(Debug)]
pub(super) struct Undoing {
    chunks: Chunks,
    /// Stored bytes: the head of the input, later the chunk that is being decoded.
    stored: Vec<u8>,
    undo: Box<dyn Undo>,
    limits: Limits,
    output: Vec<u8>,
    used: usize,
    full: bool,
    /// All bytes that went in, and that came out.
    total: (u64, u64),
    failed: Option<io::Error>,
}

impl Undoing {
    /// Undoes what `stored` begins and `chunks` goes on with.
    pub(super) fn of<M: Member + 'static>(
        chunks: Chunks,
        stored: Vec<u8>,
        limits: Limits,
    ) -> io::Result<Self> {
        Ok(Self {
            chunks,
            stored,
            undo: Box::new(Members::<M>::new()?),
            limits,
            output: vec![0; CHUNK],
            used: 0,
            full: false,
            total: (0, 0),
            failed: None,
        })
    }

    /// What is known of the place of an error.
    pub(super) fn place(&self) -> &Place {
        self.chunks.place()
    }

    /// Whether the last output was filled.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// The first `filled` bytes of the output.
    pub(super) fn filled(&self, filled: usize) -> &[u8] {
        &self.output[..filled]
    }

    /// Gives the output away, for `other`, which is as long.
    pub(super) fn swap_output(&mut self, other: Vec<u8>) -> Vec<u8> {
        debug_assert_eq!(other.len(), self.output.len());
        std::mem::replace(&mut self.output, other)
    }

    /// Fills the output with what the stored bytes and, as long as it is empty, further chunks decode
    /// to: how many bytes that are, none at the end. The output bounds the memory, however well a bomb is packed.
    pub(super) async fn fill(&mut self) -> Result<usize, Error> {
        let mut filled = 0;
        while self.failed.is_none() && filled < self.output.len() {
            if self.used == self.stored.len() && !self.full {
                if filled > 0 {
                    break;
                }
                let chunk = self.chunks.next().await?;
                if chunk.is_empty() {
                    self.failed = self.undo.end().err();
                    break;
                }
                self.stored.clear();
                self.stored.extend_from_slice(chunk);
                self.used = 0;
            }
            let (used, got, result) =
                self.undo.undo(&self.stored[self.used..], &mut self.output[filled..]);
            self.used += used;
            filled += got;
            self.full = filled == self.output.len();
            self.total = (self.total.0 + used as u64, self.total.1 + got as u64);
            self.failed = result.and_then(|()| self.limits.check(self.total)).err();
        }
        match self.failed.take_if(|_| filled == 0) {
            Some(error) => Err(Error::new(ErrorKind::Compression(error), self.place().clone())),
            None => Ok(filled),
        }
    }
}

impl Limits {
    /// Refuses a limit that nothing keeps.
    pub(crate) fn check_usage(self) -> Result<(), ErrorKind> {
        if self.ratio == Some(0) {
            return Err(ErrorKind::Usage("max_ratio must be 1 or more, not 0".to_owned()));
        }
        Ok(())
    }

    fn check(&self, (stored, decoded): (u64, u64)) -> io::Result<()> {
        let message = match (self.decoded, self.ratio) {
            (Some(limit), _) if decoded > limit => {
                format!("they decode to more than the limit of {limit} bytes")
            }
            (_, Some(ratio)) if decoded > RATIO_FROM && decoded / ratio > stored => {
                format!("they decode to more than {ratio} times their length")
            }
            _ => return Ok(()),
        };
        Err(io::Error::new(io::ErrorKind::InvalidData, message))
    }
}
