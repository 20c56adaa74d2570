//! Bytes pushed by a thread that is not ours.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::signal::Signal;

/// The chunks that wait to be decoded: one while the next is made.
const QUEUE: usize = 2;

/// The producing end of [`Input::feed`](crate::Input::feed): a thread that reads something this
/// library cannot read pushes its bytes.
///
/// Dropping it before [`finish`](Feed::finish) is an error of the source: a reader that died must
/// not look like the end.
///
/// ```
/// use asyncgen_sources::{Input, lines};
///
/// let (feed, input) = Input::feed("<numbers>").unwrap();
/// std::thread::spawn(move || {
///     for n in 0..1000 {
///         if feed.push(format!("{n}\n")).is_err() {
///             return; // nobody wants more
///         }
///     }
///     feed.finish();
/// });
/// # async fn example(input: Input) -> Result<(), asyncgen_sources::Error> {
/// let mut rows = lines(input).rows();
/// assert_eq!(rows.next().await.unwrap()?.get(0), Some("0"));
/// # Ok(())
/// # }
/// # pollster::block_on(example(input)).unwrap();
/// ```
#[derive(Debug)]
pub struct Feed {
    queue: mpsc::Sender<io::Result<Option<Bytes>>>,
    closed: Arc<Signal>,
}

/// The consumer of a [`Feed`] is gone: nobody wants more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the consumer of the feed is gone")
    }
}

impl std::error::Error for Closed {}

impl Feed {
    /// Hands over the next bytes; waits for room.
    ///
    /// # Panics
    ///
    /// On a thread that runs async tasks, which must not be blocked.
    pub fn push(&self, bytes: impl Into<Bytes>) -> Result<(), Closed> {
        self.send(Ok(Some(bytes.into())))
    }

    /// Says that the source ends here.
    pub fn finish(self) {
        // It fails when nobody wants to know.
        let _ = self.send(Ok(None));
    }

    /// Says that reading failed: the source ends with this error, after what was pushed.
    pub fn fail(self, message: impl Into<String>) {
        let _ = self.send(Err(io::Error::other(message.into())));
    }

    /// A descriptor that becomes readable when the consumer is gone, so that a reader can wait in
    /// `poll(2)` for its own descriptor and this one. Never read from it.
    pub fn closed(&self) -> BorrowedFd<'_> {
        self.closed.as_fd()
    }

    /// Whether the consumer is gone.
    pub fn is_closed(&self) -> bool {
        self.queue.is_closed()
    }

    fn send(&self, fed: io::Result<Option<Bytes>>) -> Result<(), Closed> {
        self.queue.blocking_send(fed).map_err(|_| Closed)
    }
}

/// The consuming end of a [`Feed`].
#[derive(Debug)]
pub(crate) struct FeedChunks {
    /// Always there, except while dropping.
    queue: Option<mpsc::Receiver<io::Result<Option<Bytes>>>>,
    closed: Arc<Signal>,
    /// The process in which the feed is read: a child forked from it must not close it.
    process: u32,
}

pub(crate) fn feed() -> io::Result<(Feed, FeedChunks)> {
    let closed = Arc::new(Signal::new()?);
    let (sender, receiver) = mpsc::channel(QUEUE);
    let feed = Feed { queue: sender, closed: Arc::clone(&closed) };
    let process = std::process::id();
    Ok((feed, FeedChunks { queue: Some(receiver), closed, process }))
}

impl FeedChunks {
    /// The next bytes.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let Some(queue) = &mut self.queue else { return Ok(None) };
        let dropped = || Err(io::Error::other("the feed was dropped before its end"));
        queue.recv().await.unwrap_or_else(dropped)
    }
}

impl Drop for FeedChunks {
    fn drop(&mut self) {
        let queue = self.queue.take();
        if self.process == std::process::id() {
            // First the queue, so that who sees the signal cannot push any more.
            drop(queue);
            self.closed.set();
        } else {
            std::mem::forget(queue);
        }
    }
}
