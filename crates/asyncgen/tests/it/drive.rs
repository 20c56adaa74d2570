//! A consumer by hand: it polls as often as it wants, with a waker that does nothing.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// More polls than any future here needs.
const MANY: usize = 1000;

/// Polls to the end.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    cancelled_after(MANY, future).expect("it hangs")
}

/// Polls at most so many times, and drops the future.
pub(crate) fn cancelled_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    (0..polls).find_map(|_| match future.as_mut().poll(&mut cx) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    })
}

/// Is pending so many times.
pub(crate) async fn waits(mut polls: usize) {
    poll_fn(|_| match polls.checked_sub(1) {
        Some(left) => {
            polls = left;
            Poll::Pending
        }
        None => Poll::Ready(()),
    })
    .await;
}

/// What happened, in order.
#[derive(Default)]
pub(crate) struct Log(RefCell<Vec<String>>);

impl Log {
    pub(crate) fn push(&self, entry: impl Into<String>) {
        self.0.borrow_mut().push(entry.into());
    }

    /// What was written since the last look.
    pub(crate) fn take(&self) -> Vec<String> {
        self.0.take()
    }

    /// Writes when it is dropped.
    pub(crate) fn at_drop(&self, entry: &'static str) -> impl Drop {
        AtDrop { log: self, entry }
    }
}

struct AtDrop<'a> {
    log: &'a Log,
    entry: &'static str,
}

impl Drop for AtDrop<'_> {
    fn drop(&mut self) {
        self.log.push(self.entry);
    }
}
