//! What is read and can be read again, and what proves a place in it.

use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde_json::{Value, json};

use super::hash;
use crate::bytes::version::Version;

/// How many bytes prove a place. With fewer, two files of one form are easily taken for one another.
const PROOF: u64 = 4096;

/// How many bytes of a file are read where positions are asked for one after the other: of each [`PROOF`] bytes are
/// wanted. Less is read again and again; more is much where only a few are asked for.
const WINDOW: u64 = 64 * 1024;

/// What is read, as it is stored.
#[derive(Debug)]
pub(crate) enum Stored {
    File(Arc<File>, Mutex<Seen>),
    Bytes(Bytes),
    /// What a server has sent.
    Version(Version),
}

/// What proves a place.
#[derive(Debug, Clone)]
pub(crate) enum Proof {
    Facts(Facts),
    Version(Version),
}

/// Of what can be looked into again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(super) size: u64,
    /// When the file was changed, in nanoseconds; 0 of bytes.
    pub(super) modified: i64,
    /// Hashes of the first bytes, and of those before the place.
    pub(super) head: u64,
    pub(super) tail: u64,
}

impl From<Arc<File>> for Stored {
    fn from(file: Arc<File>) -> Self {
        Self::File(file, Mutex::default())
    }
}

impl Stored {
    /// What a server has said of it.
    pub(crate) fn version(&self) -> Option<&Version> {
        match self {
            Self::Version(version) => Some(version),
            _ => None,
        }
    }

    /// What proves a place: the bytes before it where they are stored as they are, `plain`. Of what is
    /// compressed it is the end of the file.
    pub(super) fn proof(&self, offset: u64, plain: bool) -> io::Result<Proof> {
        Ok(match self {
            Self::Version(version) => Proof::Version(version.clone()),
            _ => Proof::Facts(self.facts(offset, plain)?),
        })
    }

    pub(super) fn facts(&self, offset: u64, plain: bool) -> io::Result<Facts> {
        let (size, modified) = self.size_and_time()?;
        let end = if plain { offset } else { size };
        let (first, last) = (0..end.min(PROOF), end.saturating_sub(PROOF)..end);
        let (head, tail) = match self {
            Self::File(file, seen) => {
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                if (seen.size, seen.modified) != (size, modified) {
                    *seen = Seen { size, modified, ..Seen::default() };
                }
                (seen.head.hash(file, first)?, seen.tail.hash(file, last)?)
            }
            Self::Bytes(bytes) => (hash(part(bytes, 0, first)), hash(part(bytes, 0, last))),
            Self::Version(_) => (0, 0),
        };
        Ok(Facts { size, modified, head, tail })
    }

    pub(super) fn size_and_time(&self) -> io::Result<(u64, i64)> {
        match self {
            Self::File(file, _) => {
                let metadata = file.metadata()?;
                let time = metadata.mtime().saturating_mul(1_000_000_000) + metadata.mtime_nsec();
                Ok((metadata.len(), time))
            }
            Self::Bytes(bytes) => Ok((bytes.len() as u64, 0)),
            Self::Version(version) => Ok((version.length.unwrap_or(0), 0)),
        }
    }
}

impl Proof {
    /// Writes it into a position.
    pub(super) fn write(&self, token: &mut Value) {
        let written = match self {
            Self::Facts(Facts { size, modified, head, tail }) => json!({
                "sz": size, "mt": modified, "h": format!("{head:016x}"), "t": format!("{tail:016x}"),
            }),
            Self::Version(version) => version.to_json(),
        };
        if let (Value::Object(token), Value::Object(written)) = (token, written) {
            token.extend(written);
        }
    }

    pub(super) fn read(token: &Value) -> Option<Self> {
        if let Some(version) = Version::of_json(token) {
            return Some(Self::Version(version));
        }
        let hash = |key: &str| u64::from_str_radix(token[key].as_str()?, 16).ok();
        Some(Self::Facts(Facts {
            size: token["sz"].as_u64()?,
            modified: token["mt"].as_i64()?,
            head: hash("h")?,
            tail: hash("t")?,
        }))
    }
}

/// What was read of a file to prove places in it: good as long as its size and time are these.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    size: u64,
    modified: i64,
    head: Window,
    tail: Window,
}

/// Some bytes of a file, and the last hash that was made of them.
#[derive(Debug, Default)]
struct Window {
    start: u64,
    bytes: Vec<u8>,
    last: Option<(Span, u64)>,
}

type Span = std::ops::Range<u64>;

impl Window {
    /// A hash of the bytes in `span`, as far as there are so many.
    fn hash(&mut self, file: &File, span: Span) -> io::Result<u64> {
        if let Some((_, hash)) = self.last.as_ref().filter(|(last, _)| *last == span) {
            return Ok(*hash);
        }
        if span.start < self.start || self.start + (self.bytes.len() as u64) < span.end {
            let ahead = if self.last.is_some() { span.start + WINDOW } else { span.end };
            self.bytes = read(file, span.start..span.end.max(ahead))?;
            self.start = span.start;
        }
        let made = hash(part(&self.bytes, self.start, span.clone()));
        self.last = Some((span, made));
        Ok(made)
    }
}

/// What of `bytes`, which begin at `start`, is in `span`.
fn part(bytes: &[u8], start: u64, span: Span) -> &[u8] {
    let index = |at: u64| usize::try_from(at - start).unwrap_or(usize::MAX).min(bytes.len());
    &bytes[index(span.start)..index(span.end)]
}

/// The bytes of `file` in `span`, as far as there are so many.
fn read(file: &File, span: Span) -> io::Result<Vec<u8>> {
    let length = usize::try_from(span.end - span.start).map_err(io::Error::other)?;
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while filled < length {
        match file.read_at(&mut bytes[filled..], span.start + filled as u64) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}
