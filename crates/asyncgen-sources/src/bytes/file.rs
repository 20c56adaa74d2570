//! Descriptors that are read on a thread for blocking calls: regular files, and stdin.
//!
//! What the system has in memory of a file is copied at once, where it can be asked for that alone: a hop to another thread
//! and back costs as much as the copy and what is decoded of it.

use std::io;
use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::panic::resume_unwind;
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, read, retry_on_intr};
use tokio::task::{JoinHandle, spawn_blocking};

use super::CHUNK;
use crate::signal::Signal;

/// The chunks of a descriptor.
#[derive(Debug)]
pub(crate) struct FileChunks {
    from: Arc<From>,
    current: Vec<u8>,
    /// What stdin is read into while the chunk before is decoded.
    reading: Option<JoinHandle<(io::Result<usize>, Vec<u8>)>>,
}

#[derive(Debug)]
enum From {
    /// Ours, and a read of it ends soon.
    File(OwnedFd),
    /// The process's, shared with others: its flags stay as they are, and it may be silent for
    /// ever, so a read waits for it and for the signal that the consumer is gone.
    Stdin(Signal),
}

impl FileChunks {
    pub(crate) fn file(file: OwnedFd) -> Self {
        Self { from: Arc::new(From::File(file)), current: Vec::new(), reading: None }
    }

    /// Goes on at `offset`; to be called before anything is read.
    pub(crate) fn seek(&self, offset: u64) -> io::Result<()> {
        if let From::File(file) = self.from.as_ref() {
            rustix::fs::seek(file, rustix::fs::SeekFrom::Start(offset))?;
        }
        Ok(())
    }

    /// The same file once more, for reads at places that are told.
    pub(crate) fn again(&self) -> Option<OwnedFd> {
        match self.from.as_ref() {
            From::File(file) => file.try_clone().ok(),
            From::Stdin(_) => None,
        }
    }

    pub(crate) fn stdin() -> io::Result<Self> {
        let from = Arc::new(From::Stdin(Signal::new()?));
        Ok(Self { from, current: Vec::new(), reading: None })
    }

    /// Copies the next bytes to `room`, as far as the system has them in memory: how many.
    pub(crate) fn copy_cached(&self, room: &mut [u8]) -> usize {
        self.from.copy_cached(room).unwrap_or(0)
    }

    /// The next bytes; none at the end.
    pub(crate) async fn next(&mut self) -> io::Result<&[u8]> {
        let reading = if let Some(reading) = self.reading.take() {
            reading
        } else {
            // A long file that gives no record is to let others run, and be told to stop.
            tokio::task::coop::consume_budget().await;
            self.current.resize(CHUNK, 0);
            if let Some(count) = self.from.copy_cached(&mut self.current) {
                return Ok(&self.current[..count]);
            }
            start(&self.from, mem::take(&mut self.current))
        };
        let (count, buffer) = match reading.await {
            Ok(done) => done,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(error) => return Err(io::Error::other(error)),
            },
        };
        let count = count?;
        let mut spare = mem::replace(&mut self.current, buffer);
        // Of a file the system reads ahead by itself.
        if count > 0 && matches!(*self.from, From::Stdin(_)) {
            spare.resize(CHUNK, 0);
            self.reading = Some(start(&self.from, spare));
        }
        Ok(&self.current[..count])
    }
}

impl From {
    /// Reads what can be had without waiting; `None` where that is nothing, or is not known.
    #[cfg(target_os = "linux")]
    fn copy_cached(&self, buffer: &mut [u8]) -> Option<usize> {
        use rustix::io::{IoSliceMut, ReadWriteFlags, preadv2};

        /// Where the descriptor is.
        const HERE: u64 = u64::MAX;

        let Self::File(file) = self else { return None };
        // What fails here is read once more by who can tell an error from a wait.
        let read = preadv2(file, &mut [IoSliceMut::new(buffer)], HERE, ReadWriteFlags::NOWAIT);
        // Linux 5.9 and 5.10 may say 0 where the file goes on.
        read.ok().filter(|count| *count > 0)
    }

    #[cfg(not(target_os = "linux"))]
    fn copy_cached(&self, _buffer: &mut [u8]) -> Option<usize> {
        None
    }
}

impl Drop for FileChunks {
    fn drop(&mut self) {
        if let From::Stdin(stop) = self.from.as_ref() {
            stop.set();
        }
    }
}

fn start(from: &Arc<From>, mut buffer: Vec<u8>) -> JoinHandle<(io::Result<usize>, Vec<u8>)> {
    let from = Arc::clone(from);
    spawn_blocking(move || (fill(&from, &mut buffer), buffer))
}

fn fill(from: &From, buffer: &mut [u8]) -> io::Result<usize> {
    let count = match from {
        From::File(file) => retry_on_intr(|| read(file, &mut *buffer))?,
        From::Stdin(stop) => {
            let stdin = rustix::stdio::stdin();
            loop {
                if !wait(stdin, stop)? {
                    break 0;
                }
                match retry_on_intr(|| read(stdin, &mut *buffer)) {
                    // Inherited as non-blocking, and another process was faster.
                    Err(Errno::AGAIN) => {}
                    read => break read?,
                }
            }
        }
    };
    Ok(count)
}

/// Waits for something to read; false when told to stop.
fn wait(descriptor: BorrowedFd<'_>, stop: &Signal) -> io::Result<bool> {
    let stop = stop.as_fd();
    let mut both = [PollFd::new(&descriptor, PollFlags::IN), PollFd::new(&stop, PollFlags::IN)];
    loop {
        match poll(&mut both, None) {
            Err(Errno::INTR) => {}
            result => {
                result?;
                return Ok(both[1].revents().is_empty());
            }
        }
    }
}
