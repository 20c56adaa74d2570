//! Bytes that the consumer itself gives, between two polls.

use std::future::poll_fn;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

/// The bytes that are decoded at a time. It is done in the consumer's own poll, and other tasks of its
/// thread wait so long: 64 KiB take 0.1 ms. With less, the cost of a batch shows.
const PIECE: usize = 64 * 1024;

/// The giving end of [`Input::by_hand`](crate::Input::by_hand). For the crates of this workspace.
///
/// Such a source has no producer: it decodes in the consumer's poll what was given before, and is
/// pending until more is. So it asks for bytes only when all records of those it had are handed out,
/// and no more than one chunk is in memory.
#[derive(Debug, Clone, Default)]
pub struct Hand(Arc<Mutex<Slot>>);

#[derive(Debug, Default)]
struct Slot {
    /// The next bytes, the end, or that there is nothing more to be had.
    given: Option<io::Result<Option<Bytes>>>,
    /// There while the source waits for what is to be given.
    asking: Option<Waker>,
}

impl Hand {
    /// Whether the source waits for bytes: only then may they be given.
    pub fn is_asked(&self) -> bool {
        self.slot().asking.is_some()
    }

    /// Gives the next bytes; none are not the end.
    pub fn give(&self, bytes: impl Into<Bytes>) {
        self.put(Ok(Some(bytes.into())));
    }

    /// Says that the source ends here.
    pub fn finish(&self) {
        self.put(Ok(None));
    }

    /// Says that there is nothing more to be had: the source ends with this error.
    pub fn fail(&self, message: impl Into<String>) {
        self.put(Err(io::Error::other(message.into())));
    }

    fn put(&self, given: io::Result<Option<Bytes>>) {
        let asking = {
            let mut slot = self.slot();
            slot.given = Some(given);
            slot.asking.take()
        };
        if let Some(waker) = asking {
            waker.wake();
        }
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        let mut slot = self.slot();
        if let Some(given) = slot.given.take() {
            return Poll::Ready(given);
        }
        slot.asking = Some(cx.waker().clone());
        Poll::Pending
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The consuming end of a [`Hand`].
#[derive(Debug)]
pub(crate) struct HandChunks {
    hand: Hand,
    /// What is left of the bytes given.
    rest: Bytes,
}

impl HandChunks {
    pub(crate) fn new(hand: Hand) -> Self {
        Self { hand, rest: Bytes::new() }
    }

    /// The next bytes, never more than [`PIECE`].
    pub(crate) async fn next(&mut self) -> io::Result<Option<Bytes>> {
        if self.rest.is_empty() {
            match poll_fn(|cx| self.hand.poll(cx)).await? {
                Some(bytes) => self.rest = bytes,
                None => return Ok(None),
            }
        } else {
            // Nothing else lets other tasks run while a piece after the other has no record.
            tokio::task::yield_now().await;
        }
        Ok(Some(self.rest.split_to(self.rest.len().min(PIECE))))
    }
}
