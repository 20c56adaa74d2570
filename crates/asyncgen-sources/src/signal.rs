//! A descriptor to wake whoever waits in `poll(2)`, an event loop among them.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

/// Readable from the moment it is set until it is cleared. For the crates of this workspace.
#[derive(Debug)]
pub struct Signal(imp::Ends);

impl Signal {
    /// A signal that is not set.
    pub fn new() -> io::Result<Self> {
        imp::Ends::new().map(Self)
    }

    /// Makes the descriptor readable.
    pub fn set(&self) {
        // Eight bytes are what an eventfd takes. It can fail only when the counter or the socket
        // is full, and then the descriptor is readable already.
        let _full = rustix::io::write(self.0.writer(), &1_u64.to_ne_bytes());
    }

    /// Makes the descriptor silent, if it was set once since it was last cleared.
    pub fn clear(&self) {
        // Fails only when it is silent already.
        let _silent = rustix::io::read(self.0.reader(), &mut [0_u8; 8]);
    }
}

impl AsFd for Signal {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.reader()
    }
}

/// Linux has an eventfd, one descriptor for both ends.
#[cfg(target_os = "linux")]
mod imp {
    use std::io;
    use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

    use rustix::event::{EventfdFlags, eventfd};

    #[derive(Debug)]
    pub(super) struct Ends(OwnedFd);

    impl Ends {
        pub(super) fn new() -> io::Result<Self> {
            Ok(Self(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?))
        }

        pub(super) fn reader(&self) -> BorrowedFd<'_> {
            self.0.as_fd()
        }

        pub(super) fn writer(&self) -> BorrowedFd<'_> {
            self.0.as_fd()
        }
    }
}

/// Elsewhere it is a pair of sockets, which the standard library closes on exec.
#[cfg(not(target_os = "linux"))]
mod imp {
    use std::io;
    use std::os::fd::{AsFd, BorrowedFd};
    use std::os::unix::net::UnixStream;

    #[derive(Debug)]
    pub(super) struct Ends {
        reader: UnixStream,
        writer: UnixStream,
    }

    impl Ends {
        pub(super) fn new() -> io::Result<Self> {
            let (reader, writer) = UnixStream::pair()?;
            reader.set_nonblocking(true)?;
            writer.set_nonblocking(true)?;
            Ok(Self { reader, writer })
        }

        pub(super) fn reader(&self) -> BorrowedFd<'_> {
            self.reader.as_fd()
        }

        pub(super) fn writer(&self) -> BorrowedFd<'_> {
            self.writer.as_fd()
        }
    }
}
