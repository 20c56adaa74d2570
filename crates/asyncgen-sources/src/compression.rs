//! Gzip, zstd, bzip2 and xz, recognised by their magic bytes and undone on the producer's side: what is
//! long on a thread of its own, so that it is decoded while more of it is undone.
//!
//! All members are read. What follows the last one and is none is an error, and so is a source that
//! ends inside a member. What was decoded before an error is handed out first.

mod apart;
mod brotli;
mod bzip2;
mod deflate;
mod gzip;
mod members;
mod undoing;
mod xz;
mod zstd;

use std::mem;
use std::str::FromStr;

use bytes::Bytes;

use self::apart::Apart;
pub(crate) use self::undoing::Limits;
use self::undoing::Undoing;
use crate::bytes::Chunks;
use crate::resume::Stored;
use crate::{Error, ErrorKind, runtime};

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
    /// Whether a long input may have a thread of its own.
    may_part: bool,
    layer: Layer,
    /// The head of the input, before it is known what it is.
    head: Bytes,
}

/// | from | to | when |
/// |---|---|---|
/// | `Unknown` | `None`, `Here` | the first bytes tell |
/// | `Here` | `Apart` | there is much to undo, and a thread to be had |
#[derive(Debug)]
enum Layer {
    /// Nothing was read.
    Unknown,
    None,
    /// It is undone where it is asked for.
    Here(Box<Undoing>),
    Apart(Apart),
}

impl Plain {
    pub(crate) fn new(chunks: Chunks, compression: Compression, limits: Limits) -> Self {
        let (may_part, layer, head) = (false, Layer::Unknown, Bytes::new());
        Self { chunks, compression, limits, may_part, layer, head }
    }

    /// Lets a thread undo it ahead of who reads it, where it is long. But not where the consumer gives
    /// the bytes itself: nothing may be asked for then that nobody waits for.
    pub(crate) fn ahead(self) -> Self {
        Self { may_part: !self.chunks.is_by_hand(), ..self }
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

    /// The next bytes, never more than [`CHUNK`](crate::bytes::CHUNK); none at the end.
    pub(crate) async fn next(&mut self) -> Result<&[u8], Error> {
        if matches!(self.layer, Layer::Unknown) {
            self.recognise().await?;
            if matches!(self.layer, Layer::None) {
                return Ok(&self.head);
            }
        }
        self.part();
        match &mut self.layer {
            Layer::Unknown | Layer::None => {
                self.head = Bytes::new();
                self.chunks.next().await
            }
            Layer::Here(undoing) => {
                // Undoing is all work and no waiting: let the other tasks of the thread run.
                tokio::task::yield_now().await;
                let filled = undoing.fill().await?;
                Ok(undoing.filled(filled))
            }
            Layer::Apart(apart) => apart.next().await,
        }
    }

    /// Goes on on a thread of its own, where there is enough to do for one.
    fn part(&mut self) {
        let Layer::Here(undoing) = &self.layer else { return };
        if !self.may_part || !undoing.is_full() {
            return;
        }
        let Some(permit) = runtime::permit() else { return };
        if let Layer::Here(undoing) = mem::replace(&mut self.layer, Layer::None) {
            self.layer = Layer::Apart(Apart::start(undoing, permit));
        }
    }

    /// Reads enough to tell how the input is compressed.
    async fn recognise(&mut self) -> Result<(), Error> {
        let mut ended = false;
        let coding = self.chunks.coding();
        let is_told = coding.is_some() || self.compression != Compression::Infer;
        while !ended && !is_told && may_be_compressed(&self.head) {
            ended = !self.read_head().await?;
        }
        if coding.is_some() && !self.read_head().await? {
            // Servers that have nothing to send pack nothing, whatever they call it.
            self.layer = Layer::None;
            return Ok(());
        }
        let compression = match self.compression {
            Compression::Infer => told_by(&self.head),
            known => known,
        };
        let begin: fn(_, _, _) -> _ = match (coding, compression) {
            (Some(Coding::Deflate), _) => Undoing::of::<deflate::Deflate>,
            (Some(Coding::Brotli), _) => Undoing::of::<brotli::Brotli>,
            (None, Compression::Gzip) => Undoing::of::<gzip::Gzip>,
            (None, Compression::Zstd) => Undoing::of::<zstd::Zstd>,
            (None, Compression::Bzip2) => Undoing::of::<bzip2::Bzip2>,
            (None, Compression::Xz) => Undoing::of::<xz::Xz>,
            (None, Compression::Infer | Compression::None) => {
                if self.head.is_empty() && !ended {
                    self.read_head().await?;
                }
                self.layer = Layer::None;
                return Ok(());
            }
        };
        let undoing = begin(self.chunks.take_rest(), mem::take(&mut self.head).into(), self.limits);
        let at = |error| Error::new(ErrorKind::Compression(error), self.chunks.place().clone());
        self.layer = Layer::Here(Box::new(undoing.map_err(at)?));
        Ok(())
    }

    /// Reads on in the head; false at the end.
    async fn read_head(&mut self) -> Result<bool, Error> {
        let chunk = self.chunks.next_kept().await?;
        let is_there = !chunk.is_empty();
        // Mostly the first bytes say all.
        let head = mem::take(&mut self.head);
        self.head = if head.is_empty() { chunk } else { [head, chunk].concat().into() };
        Ok(is_there)
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;

    use super::{Compression, Limits, Plain};
    use crate::Input;
    use crate::bytes::Chunks;
    use crate::progress::Shared;

    #[test]
    fn the_first_piece_is_let_go_with_the_next_one() {
        let (hand, input) = Input::by_hand("t");
        pollster::block_on(async {
            let chunks = Chunks::open(input, "t".into(), Arc::new(Shared::new()), None).await;
            let mut plain = Plain::new(chunks.unwrap(), Compression::Infer, Limits::default());
            let first = Bytes::from(vec![b'x'; 1000]);
            for piece in [first.clone(), Bytes::from("next")] {
                let length = piece.len();
                hand.give(piece);
                assert_eq!(plain.next().await.unwrap().len(), length);
            }
            assert!(first.is_unique());
        });
    }
}
