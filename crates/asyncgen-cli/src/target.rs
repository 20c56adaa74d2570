//! Where the output goes: stdout or a file that is not the input.

use std::{
    ffi::OsStr,
    fs::{File, Metadata},
    io,
    os::fd::{AsFd, BorrowedFd},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use rustix::event::{PollFd, PollFlags, poll};

use crate::failure::Failure;

/// Where the output goes.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    Stdout,
    File(PathBuf),
    /// A file that is gone on with, behind so many bytes of it where that is known.
    Behind(PathBuf, Option<u64>),
}

impl Target {
    /// The target named by `-o`; `-` and nothing are stdout.
    pub(crate) fn new(output: Option<PathBuf>) -> Self {
        match output {
            Some(path) if path.as_os_str() != "-" => Self::File(path),
            _ => Self::Stdout,
        }
    }

    /// The same, but what is there stays: all of it, or the first `written` bytes.
    pub(crate) fn behind(self, written: Option<u64>) -> Self {
        match self {
            Self::File(path) => Self::Behind(path, written),
            other => other,
        }
    }

    /// The path, of a file.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdout => None,
            Self::File(path) | Self::Behind(path, _) => Some(path),
        }
    }

    /// Fails where writing would destroy, or for ever feed, the very file that is read.
    pub(crate) fn refuse_input(&self, input: &OsStr) -> Result<(), Failure> {
        let input_file = match input.to_str() {
            Some("-") => identity_of(rustix::stdio::stdin()),
            _ => std::fs::metadata(input).ok().and_then(|data| identity(&data)),
        };
        let output_file = match self.path() {
            None => identity_of(rustix::stdio::stdout()),
            Some(path) => std::fs::metadata(path).ok().and_then(|data| identity(&data)),
        };
        if input_file.is_none() || input_file != output_file {
            return Ok(());
        }
        let input = if input == "-" { "<stdin>".into() } else { input.to_string_lossy() };
        Err(Failure::Usage(format!("{input}: is the output as well; write to another file")))
    }

    /// Opens it for writing; a file that is not gone on with is emptied.
    pub(crate) fn open(&self) -> io::Result<Opened> {
        Ok(match self {
            Self::Stdout => Opened::Stdout,
            Self::File(path) => Opened::File(File::create(path)?),
            Self::Behind(path, written) => Opened::File(behind(path, *written)?),
        })
    }
}

/// An open [`Target`]. Unbuffered: what comes are whole buffers.
#[derive(Debug)]
pub(crate) enum Opened {
    Stdout,
    File(File),
}

impl Opened {
    /// Writes all of `buf`, waiting as long as it takes.
    pub(crate) fn write_all(&self, mut buf: &[u8]) -> io::Result<()> {
        let fd = match self {
            Self::Stdout => rustix::stdio::stdout(),
            Self::File(file) => file.as_fd(),
        };
        while !buf.is_empty() {
            match rustix::io::write(fd, buf) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => buf = &buf[written..],
                Err(rustix::io::Errno::INTR) => {}
                // Inherited as non-blocking: somebody else's choice, which is left as it is.
                Err(rustix::io::Errno::AGAIN) => {
                    poll(&mut [PollFd::new(&fd, PollFlags::OUT)], None)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// A file whose first `written` bytes stay, or all.
fn behind(path: &Path, written: Option<u64>) -> io::Result<File> {
    let file = File::options().append(true).create(true).open(path)?;
    let data = file.metadata()?;
    match written.filter(|_| data.is_file()) {
        Some(written) if data.len() < written => Err(io::Error::other(
            "it is shorter than what was written to it before the position that is gone on at",
        )),
        Some(written) => file.set_len(written).map(|()| file),
        None => Ok(file),
    }
}

/// What makes two names the same regular file: device and inode.
fn identity(data: &Metadata) -> Option<(u64, u64)> {
    data.is_file().then(|| (data.dev(), data.ino()))
}

fn identity_of(fd: BorrowedFd<'_>) -> Option<(u64, u64)> {
    let file = File::from(rustix::io::dup(fd).ok()?);
    identity(&file.metadata().ok()?)
}
