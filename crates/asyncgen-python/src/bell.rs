//! A file descriptor that becomes readable when something is ready, and the ids of what is.
//!
//! This is all that a Rust thread touches to wake Python: no object, no interpreter. The
//! descriptor lives as long as the last waker that could ring it, so a late waker never writes
//! into a descriptor that somebody else has opened since.

use std::{
    io,
    os::fd::{AsFd, BorrowedFd},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Wake, Waker},
    time::Duration,
};

use asyncgen_sources::Signal;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Who waits owns one; wakers share it.
#[derive(Debug)]
pub(crate) struct Bell {
    signal: Signal,
    ready: Mutex<Vec<u64>>,
    next_id: AtomicU64,
}

impl Bell {
    pub(crate) fn new() -> io::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            signal: Signal::new()?,
            ready: Mutex::default(),
            next_id: AtomicU64::new(1),
        }))
    }

    /// A waker of a new id.
    pub(crate) fn waker(self: &Arc<Self>) -> (u64, Waker) {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        (id, Arc::new(Rope { bell: Arc::clone(self), id }).into())
    }

    /// The ids rung since the last call; the descriptor is silent again.
    pub(crate) fn take(&self) -> Vec<u64> {
        let mut ready = self.ready();
        self.signal.clear();
        std::mem::take(&mut ready)
    }

    /// Waits for a ring, at most for `limit`; an interrupted wait is an error.
    pub(crate) fn wait(&self, limit: Duration) -> io::Result<()> {
        let limit = Timespec::try_from(limit).map_err(io::Error::other)?;
        poll(&mut [PollFd::new(&self.signal, PollFlags::IN)], Some(&limit))?;
        Ok(())
    }

    fn ring(&self, id: u64) {
        let mut ready = self.ready();
        ready.push(id);
        if ready.len() == 1 {
            self.signal.set();
        }
    }

    fn ready(&self) -> MutexGuard<'_, Vec<u64>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsFd for Bell {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.signal.as_fd()
    }
}

/// What a waker pulls.
struct Rope {
    bell: Arc<Bell>,
    id: u64,
}

impl Wake for Rope {
    fn wake(self: Arc<Self>) {
        self.bell.ring(self.id);
    }
}
