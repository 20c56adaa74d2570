//! A file that others write to while it is read.

use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::sync::Arc;

/// How many of the bytes that were read are kept, to be compared. With fewer, two files of one form are easily taken
/// for one another.
const KEPT: usize = 4096;

/// Sees to it that what is read of a file is of one version of it, which may grow.
///
/// Between two chunks it costs a look at the size and the times. Only where they have changed, what was read last is
/// read again and compared. An edit elsewhere that does not shorten the file is not seen.
#[derive(Debug)]
pub(super) struct Watch {
    file: Arc<File>,
    seen: Looks,
    /// The first bytes that were read, and where.
    first: (u64, Vec<u8>),
    /// The last ones.
    last: Vec<u8>,
}

/// What changes where a file is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Looks {
    size: u64,
    times: [i64; 4],
}

/// What was done to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    Cut,
    Written,
}

impl Changed {
    pub(super) fn message(self) -> String {
        let what = match self {
            Self::Cut => "cut",
            Self::Written => "written over",
        };
        format!("it was {what} while it was read")
    }
}

impl Watch {
    pub(super) fn new(file: Arc<File>) -> io::Result<Self> {
        let seen = Looks::of(&file)?;
        Ok(Self { file, seen, first: (0, Vec::new()), last: Vec::new() })
    }

    /// Looks at the file after `chunk` was read of it at `at`; none at the end.
    pub(super) fn look(&mut self, at: u64, chunk: &[u8]) -> io::Result<Result<(), Changed>> {
        let now = Looks::of(&self.file)?;
        if now != self.seen {
            if now.size < self.seen.size || now.size < at + chunk.len() as u64 {
                return Ok(Err(Changed::Cut));
            }
            let (start, first) = &self.first;
            let last = at - self.last.len() as u64;
            let is_same =
                self.is(*start, first)? && self.is(last, &self.last)? && self.is(at, chunk)?;
            if !is_same {
                return Ok(Err(Changed::Written));
            }
            self.seen = now;
        }
        if self.first.1.is_empty() {
            self.first = (at, chunk[..chunk.len().min(KEPT)].to_vec());
        }
        if chunk.len() < KEPT {
            let kept = self.last.len().min(KEPT - chunk.len());
            self.last.drain(..self.last.len() - kept);
        } else {
            self.last.clear();
        }
        self.last.extend_from_slice(&chunk[chunk.len().saturating_sub(KEPT)..]);
        Ok(Ok(()))
    }

    /// Whether these are the bytes at `at`.
    fn is(&self, at: u64, bytes: &[u8]) -> io::Result<bool> {
        let mut again = vec![0; bytes.len()];
        match self.file.read_exact_at(&mut again, at) {
            Ok(()) => Ok(again == bytes),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Looks {
    fn of(file: &File) -> io::Result<Self> {
        let about = file.metadata()?;
        let times = [about.mtime(), about.mtime_nsec(), about.ctime(), about.ctime_nsec()];
        Ok(Self { size: about.len(), times })
    }
}
