//! What is undone on a thread of its own, ahead of who reads it.

use std::future::{Future, poll_fn};
use std::panic::resume_unwind;
use std::pin::pin;
use std::task::Poll;
use std::{io, mem};

use tokio::runtime::Handle;
use tokio::sync::{SemaphorePermit, mpsc};
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

use super::undoing::Undoing;
use crate::bytes::CHUNK;
use crate::{Error, ErrorKind, Place};

/// The pieces that wait for who reads them. With one, both sides wait for each other's wake, which takes as
/// long as a piece; more wait for the slower side and win nothing, at a chunk of memory each.
const QUEUE: usize = 2;

/// A chunk of memory, and how much of it is filled.
type Piece = (Vec<u8>, usize);

/// The reading end. Dropping it ends the thread at its next piece, or at once where it waits; nobody
/// waits for that.
#[derive(Debug)]
pub(super) struct Apart {
    pieces: mpsc::Receiver<Result<Piece, Error>>,
    /// Memory that was read, for further pieces.
    spare: mpsc::Sender<Vec<u8>>,
    current: Vec<u8>,
    /// Until it has ended.
    thread: Option<JoinHandle<()>>,
    place: Place,
}

impl Apart {
    /// Goes on with `undoing` on a thread for blocking calls, which is held as long as `permit` is.
    pub(super) fn start(mut undoing: Box<Undoing>, permit: SemaphorePermit<'static>) -> Self {
        let (sender, pieces) = mpsc::channel(QUEUE);
        // One more is lent to who reads.
        let (spare, mut spares) = mpsc::channel(QUEUE + 1);
        let place = undoing.place().clone();
        let runtime = Handle::current();
        let thread = spawn_blocking(move || {
            let _permit = permit;
            runtime.block_on(async {
                let work = undo_all(&mut undoing, &sender, &mut spares);
                unless(work, sender.closed()).await;
            });
        });
        Self { pieces, spare, current: Vec::new(), thread: Some(thread), place }
    }

    /// The next bytes; none at the end.
    pub(super) async fn next(&mut self) -> Result<&[u8], Error> {
        let read = mem::take(&mut self.current);
        if !read.is_empty() {
            // There is room for all there are, and a thread that has ended needs none.
            let _ = self.spare.try_send(read);
        }
        let Some(piece) = self.pieces.recv().await else { return self.end().await };
        let filled;
        (self.current, filled) = piece?;
        Ok(&self.current[..filled])
    }

    /// What it means that the thread says nothing more: it has said that it is at the end, or cannot.
    async fn end(&mut self) -> Result<&[u8], Error> {
        let Some(thread) = self.thread.take() else { return Ok(&[]) };
        match thread.await.map_err(JoinError::try_into_panic) {
            Ok(()) => Ok(&[]),
            Err(Ok(panic)) => resume_unwind(panic),
            Err(Err(error)) => {
                let kind = ErrorKind::Read(io::Error::other(error));
                Err(Error::new(kind, self.place.clone()))
            }
        }
    }
}

/// Sends all that comes of `undoing`, to the end or to an error.
async fn undo_all(
    undoing: &mut Undoing,
    pieces: &mpsc::Sender<Result<Piece, Error>>,
    spares: &mut mpsc::Receiver<Vec<u8>>,
) {
    loop {
        let filled = undoing.fill().await;
        let is_last = !matches!(filled, Ok(1..));
        let piece = filled.map(|filled| {
            let spare = spares.try_recv().unwrap_or_else(|_| vec![0; CHUNK]);
            (undoing.swap_output(spare), filled)
        });
        if pieces.send(piece).await.is_err() || is_last {
            return;
        }
    }
}

/// Runs `work` to its end, or until `stop` has come.
async fn unless(work: impl Future<Output = ()>, stop: impl Future<Output = ()>) {
    let (mut work, mut stop) = (pin!(work), pin!(stop));
    poll_fn(|cx| match stop.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(()),
        Poll::Pending => work.as_mut().poll(cx),
    })
    .await;
}
