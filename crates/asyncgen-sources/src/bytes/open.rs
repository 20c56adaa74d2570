//! Opening a path.

use std::fs::OpenOptions;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::PathBuf;

use rustix::fs::OFlags;

use super::file::FileChunks;
use super::nonblocking::NonblockingChunks;

/// What a path led to.
#[derive(Debug)]
pub(crate) enum Opened {
    /// A regular file, and its length.
    File(FileChunks, u64),
    /// What never blocks, but has no length, or does not tell it: a device, a file in /proc.
    Endless(FileChunks),
    /// What can be silent for ever.
    Nonblocking(NonblockingChunks),
}

/// Opens `path` without waiting for the other side of a FIFO.
pub(crate) async fn open(path: PathBuf) -> io::Result<Opened> {
    // Even this can block, on a network file system, say.
    let opened = tokio::task::spawn_blocking(move || {
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        let file =
            OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
        let metadata = file.metadata()?;
        io::Result::Ok((file, metadata))
    });
    let (file, metadata) = opened.await.map_err(io::Error::other)??;
    let kind = metadata.file_type();
    if kind.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory"));
    }
    if kind.is_fifo() {
        return NonblockingChunks::new(OwnedFd::from(file)).map(Opened::Nonblocking);
    }
    if kind.is_char_device() {
        // The poller keeps what it is asked about, so it is asked about a copy.
        return Ok(match NonblockingChunks::new(OwnedFd::from(file.try_clone()?)) {
            Ok(chunks) => Opened::Nonblocking(chunks),
            Err(_) => Opened::Endless(FileChunks::file(OwnedFd::from(file))),
        });
    }
    let chunks = FileChunks::file(OwnedFd::from(file));
    Ok(match metadata.len() {
        0 => Opened::Endless(chunks),
        length => Opened::File(chunks, length),
    })
}
