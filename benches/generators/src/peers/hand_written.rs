//! A state machine by hand: what the others are measured by.
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_channel::mpsc::Receiver;
use futures_core::Stream;
use pin_project_lite::pin_project;

use super::{Counts, Delegates, Peer, Receives, Suspends, Waits};

pub(crate) struct HandWritten;

impl Peer for HandWritten {
    const NAME: &'static str = "hand-written";
}

impl Counts for HandWritten {
    fn counting<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        Counting::<SHAPE> { at: 0, end: n }
    }
}

impl Delegates for HandWritten {
    fn three_deep<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        delegating(delegating(Self::counting::<SHAPE>(n)))
    }
}

impl Suspends for HandWritten {
    fn suspending<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        Suspending::<SHAPE> { at: 0, end: n, suspended: false }
    }
}

impl Waits for HandWritten {
    fn receiving<const SHAPE: u8>(numbers: Receiver<u64>) -> impl Stream<Item = u64> + 'static {
        Receiving::<SHAPE> { numbers }
    }
}

impl Receives for HandWritten {
    fn exchange(n: u64) {
        let mut echo = Echo { sum: 0 };
        for sent in 0..n {
            black_box(echo.send(black_box(sent)));
        }
    }
}

struct Counting<const SHAPE: u8> {
    at: u64,
    end: u64,
}

impl<const SHAPE: u8> Stream for Counting<SHAPE> {
    type Item = u64;

    fn poll_next(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<u64>> {
        if self.at == self.end {
            return Poll::Ready(None);
        }
        self.at += 1;
        Poll::Ready(Some(self.at - 1))
    }
}

pin_project! {
    struct Delegating<S> {
        #[pin]
        inner: S,
    }
}

impl<S: Stream> Stream for Delegating<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        self.project().inner.poll_next(cx)
    }
}

struct Suspending<const SHAPE: u8> {
    at: u64,
    end: u64,
    suspended: bool,
}

impl<const SHAPE: u8> Stream for Suspending<SHAPE> {
    type Item = u64;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u64>> {
        if self.suspended {
            self.suspended = false;
            self.at += 1;
            return Poll::Ready(Some(self.at - 1));
        }
        if self.at == self.end {
            return Poll::Ready(None);
        }
        self.suspended = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

struct Receiving<const SHAPE: u8> {
    numbers: Receiver<u64>,
}

impl<const SHAPE: u8> Stream for Receiving<SHAPE> {
    type Item = u64;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u64>> {
        Pin::new(&mut self.numbers).poll_next(cx)
    }
}

struct Echo {
    sum: u64,
}

impl Echo {
    fn send(&mut self, sent: u64) -> u64 {
        self.sum = self.sum.wrapping_add(sent);
        self.sum
    }
}

fn delegating(inner: impl Stream<Item = u64>) -> impl Stream<Item = u64> {
    Delegating { inner }
}
