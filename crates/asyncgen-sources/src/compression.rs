//! Gzip, zstd, bzip2 and xz, recognised by their magic bytes and undone on the producer's side.
//!
//! All members are read. What follows the last one and is none is an error, and so is a source that
//! ends inside a member. What was decoded before an error is handed out first.

mod brotli;
mod bzip2;
mod deflate;
mod gzip;
mod members;
mod xz;
mod zstd;

use std::io;
use std::str::FromStr;

use self::members::{Members, Undo};
use crate::bytes::{CHUNK, Chunks};
use crate::resume::Stored;
use crate::{Error, ErrorKind};

/// How the bytes of an input are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// As their first bytes say.
    #[default]
    Infer,
    /// Not, whatever the first bytes say.
    None,
    /// Gzip, all members.
    Gzip,
    /// Zstandard, all frames.
    Zstd,
    /// Bzip2, all streams.
    Bzip2,
    /// Xz, all streams.
    Xz,
}

/// How much may come out of compressed bytes. What comes out is handed on at once, so that a bomb
/// fills no memory; it takes time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    pub(crate) decoded: Option<u64>,
    pub(crate) ratio: Option<u64>,
}

/// The ratio is not looked at before so much has come out: a short text of one letter is no bomb.
const RATIO_FROM: u64 = 1 << 20;

/// The first bytes of each, of which the shortest that tells is enough.
const MAGIC: [(Compression, &[u8]); 4] = [
    (Compression::Gzip, &[0x1f, 0x8b]),
    (Compression::Zstd, &[0x28, 0xb5, 0x2f, 0xfd]),
    (Compression::Bzip2, b"BZh"),
    (Compression::Xz, &[0xfd, b'7', b'z', b'X', b'Z', 0]),
];

/// What follows `BZh` and a digit: the first block, or the end of a stream without one. A text may
/// well begin with `BZh`.
const BZIP2_BLOCKS: [&[u8]; 2] = [b"1AY&SY", &[0x17, 0x72, 0x45, 0x38, 0x50, 0x90]];

/// The bytes that tell all formats from each other and from text.
const HEAD: usize = 10;

impl Compression {
    /// What each is called.
    pub const NAMES: [(&'static str, Self); 6] = [
        ("infer", Self::Infer),
        ("none", Self::None),
        ("gzip", Self::Gzip),
        ("zstd", Self::Zstd),
        ("bzip2", Self::Bzip2),
        ("xz", Self::Xz),
    ];
}

impl FromStr for Compression {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, known)| known).ok_or(())
    }
}

/// How a server says that it has packed a body, where the first bytes do not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Deflate,
    Brotli,
}

/// The bytes of an input with compression undone.
#[derive(Debug)]
pub(crate) struct Plain {
    chunks: Chunks,
    compression: Compression,
    limits: Limits,
    layer: Layer,
    /// Stored bytes: the head of the input, later the chunk that is being decoded.
    stored: Vec<u8>,
}

#[derive(Debug)]
enum Layer {
    /// Nothing was read.
    Unknown,
    None,
    Compressed(Box<Undoing>),
}

/// | part | says |
/// |---|---|
/// | `used` | how much of the stored bytes is decoded |
/// | `full` | the last output was filled, so the decoder may hold more |
/// | `failed` | the error to be given after what was decoded before it |
#[derive(Debug)]
struct Undoing {
    undo: Box<dyn Undo>,
    limits: Limits,
    output: Vec<u8>,
    used: usize,
    full: bool,
    /// All bytes that went in, and that came out.
    total: (u64, u64),
    failed: Option<io::Error>,
}

impl Plain {
    pub(crate) fn new(chunks: Chunks, compression: Compression, limits: Limits) -> Self {
        Self { chunks, compression, limits, layer: Layer::Unknown, stored: Vec::new() }
    }

    /// Whether what comes out is what goes in; known once something has come.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.layer, Layer::None)
    }

    /// What is read, where it is what comes out.
    pub(crate) fn straight(&mut self) -> Option<&mut Chunks> {
        if self.is_plain() { Some(&mut self.chunks) } else { None }
    }

    /// What is read, where it can be read again; once.
    pub(crate) fn take_stored(&mut self) -> Option<Stored> {
        self.chunks.take_stored()
    }

    /// The next bytes, never more than [`CHUNK`]; none at the end.
    pub(crate) async fn next(&mut self) -> Result<&[u8], Error> {
        if matches!(self.layer, Layer::Unknown) {
            self.recognise().await?;
            if matches!(self.layer, Layer::None) {
                return Ok(&self.stored);
            }
        }
        let Layer::Compressed(undoing) = &mut self.layer else { return self.chunks.next().await };
        let filled = undoing.fill(&mut self.chunks, &mut self.stored).await?;
        if filled > 0 {
            return Ok(&undoing.output[..filled]);
        }
        match undoing.failed.take() {
            Some(error) => {
                Err(Error::new(ErrorKind::Compression(error), self.chunks.place().clone()))
            }
            None => Ok(&[]),
        }
    }

    /// Reads enough to tell how the input is compressed.
    async fn recognise(&mut self) -> Result<(), Error> {
        let packed = match self.chunks.coding() {
            None => None,
            Some(Coding::Deflate) => Some(Undoing::new::<deflate::Deflate>(self.limits)),
            Some(Coding::Brotli) => Some(Undoing::new::<brotli::Brotli>(self.limits)),
        };
        if let Some(packed) = packed {
            let at = |error| Error::new(ErrorKind::Compression(error), self.chunks.place().clone());
            self.layer = Layer::Compressed(packed.map_err(at)?);
            return Ok(());
        }
        let mut ended = false;
        while !ended && self.compression == Compression::Infer && may_be_compressed(&self.stored) {
            let chunk = self.chunks.next().await?;
            ended = chunk.is_empty();
            self.stored.extend_from_slice(chunk);
        }
        let compression = match self.compression {
            Compression::Infer => told_by(&self.stored),
            known => known,
        };
        let at = |error| Error::new(ErrorKind::Compression(error), self.chunks.place().clone());
        self.layer = match compression {
            Compression::Infer | Compression::None if self.stored.is_empty() && !ended => {
                self.stored.extend_from_slice(self.chunks.next().await?);
                Layer::None
            }
            Compression::Infer | Compression::None => Layer::None,
            Compression::Gzip => {
                Layer::Compressed(Undoing::new::<gzip::Gzip>(self.limits).map_err(at)?)
            }
            Compression::Zstd => {
                Layer::Compressed(Undoing::new::<zstd::Zstd>(self.limits).map_err(at)?)
            }
            Compression::Bzip2 => {
                Layer::Compressed(Undoing::new::<bzip2::Bzip2>(self.limits).map_err(at)?)
            }
            Compression::Xz => Layer::Compressed(Undoing::new::<xz::Xz>(self.limits).map_err(at)?),
        };
        Ok(())
    }
}

/// Whether `head` is too short to say that it is none of the formats, and not to say which.
fn may_be_compressed(head: &[u8]) -> bool {
    head.is_empty()
        || (head.len() < HEAD
            && MAGIC.iter().any(|(_, magic)| {
                let length = magic.len().min(head.len());
                magic[..length] == head[..length]
            }))
}

/// The format of what begins with `head`. An input that ends inside the magic bytes is taken as cut
/// off where they are no text.
fn told_by(head: &[u8]) -> Compression {
    let found = MAGIC.iter().find(|(compression, magic)| {
        if *compression == Compression::Bzip2 {
            let block = head.get(4..).unwrap_or_default();
            return head.starts_with(magic)
                && BZIP2_BLOCKS.iter().any(|known| block.starts_with(known));
        }
        let length = magic.len().min(head.len());
        let is_text = head[..length].is_ascii() && length < magic.len() && *magic != MAGIC[0].1;
        length > 0 && magic[..length] == head[..length] && !is_text
    });
    found.map_or(Compression::None, |(compression, _)| *compression)
}

impl Undoing {
    fn new<M: members::Member + 'static>(limits: Limits) -> io::Result<Box<Self>> {
        Ok(Box::new(Self {
            undo: Box::new(Members::<M>::new()?),
            limits,
            output: vec![0; CHUNK],
            used: 0,
            full: false,
            total: (0, 0),
            failed: None,
        }))
    }

    /// Fills the output with what the stored bytes and, as long as it is empty, further chunks
    /// decode to. The output bounds the memory, however well a bomb is packed.
    async fn fill(&mut self, chunks: &mut Chunks, stored: &mut Vec<u8>) -> Result<usize, Error> {
        let mut filled = 0;
        // Decoding is all work and no waiting: let the other tasks of the thread run.
        tokio::task::yield_now().await;
        while self.failed.is_none() && filled < self.output.len() {
            if self.used == stored.len() && !self.full {
                if filled > 0 {
                    break;
                }
                let chunk = chunks.next().await?;
                if chunk.is_empty() {
                    self.failed = self.undo.end().err();
                    break;
                }
                stored.clear();
                stored.extend_from_slice(chunk);
                self.used = 0;
            }
            let (used, got, result) =
                self.undo.undo(&stored[self.used..], &mut self.output[filled..]);
            self.used += used;
            filled += got;
            self.full = filled == self.output.len();
            self.total = (self.total.0 + used as u64, self.total.1 + got as u64);
            self.failed = result.and_then(|()| self.limits.check(self.total)).err();
        }
        Ok(filled)
    }
}

impl Limits {
    fn check(&self, (stored, decoded): (u64, u64)) -> io::Result<()> {
        let message = match (self.decoded, self.ratio) {
            (Some(limit), _) if decoded > limit => {
                format!("they decode to more than the limit of {limit} bytes")
            }
            (_, Some(ratio)) if decoded > RATIO_FROM && decoded / ratio.max(1) > stored => {
                format!("they decode to more than {ratio} times their length")
            }
            _ => return Ok(()),
        };
        Err(io::Error::new(io::ErrorKind::InvalidData, message))
    }
}
