//! FIFOs, terminals and other descriptors that can be silent for ever, opened by us with
//! `O_NONBLOCK`: they wait in the runtime's poller and hold no thread.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::net::unix::pipe::Receiver;

/// What a pipe holds. With room for more a writer that is quick enough would fill it, now and then: batches of many sizes
/// take twice the memory, and are read no faster.
const PIPE: usize = 64 * 1024;

/// How long to wait before looking again for the first writer of a FIFO, on systems that say
/// "ready" when there is none. Linux does not.
const WRITER_POLL: Duration = Duration::from_millis(20);

/// The chunks of a descriptor that does not block.
#[derive(Debug)]
pub(crate) struct NonblockingChunks {
    descriptor: Receiver,
    buffer: Vec<u8>,
    /// Whether anything was read: before, a FIFO without a writer looks like one at its end.
    begun: bool,
}

impl NonblockingChunks {
    /// Fails for a descriptor that the poller does not take, as `/dev/zero`, which never blocks.
    pub(crate) fn new(descriptor: OwnedFd) -> io::Result<Self> {
        let descriptor = Receiver::from_owned_fd_unchecked(descriptor)?;
        Ok(Self { descriptor, buffer: vec![0; PIPE], begun: false })
    }

    /// The next bytes, as many as are there; none at the end.
    pub(crate) async fn next(&mut self) -> io::Result<&[u8]> {
        loop {
            self.descriptor.readable().await?;
            match fill(&self.descriptor, &mut self.buffer) {
                Ok(0) if !self.begun && !hung_up(&self.descriptor)? => {
                    tokio::time::sleep(WRITER_POLL).await;
                }
                Ok(count) => {
                    self.begun = true;
                    return Ok(&self.buffer[..count]);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Reads until the buffer is full or nothing is there: a few large batches cost less than many small ones.
fn fill(descriptor: &Receiver, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match descriptor.try_read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // An error that lasts comes again at the next read, after what is there.
            Err(_) if filled > 0 => break,
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Whether a writer has come and gone.
fn hung_up(descriptor: &Receiver) -> io::Result<bool> {
    let mut one = [PollFd::new(descriptor, PollFlags::IN)];
    poll(&mut one, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))?;
    Ok(one[0].revents().contains(PollFlags::HUP))
}
