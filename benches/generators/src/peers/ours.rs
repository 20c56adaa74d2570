//! Ours: by the macro, without it, in the box that keeps the generator's protocol, with delegation, and with
//! the whole protocol: values sent and errors thrown.
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use asyncgen::{Generator, State, gen_fn, generator, stream};
use futures_channel::mpsc::Receiver;
use futures_core::Stream;
use futures_util::StreamExt;

use super::{Counts, Delegates, Peer, Receives, Suspends, Waits};
use crate::drive::suspend;

pub(crate) struct OurStream;

impl Peer for OurStream {
    const NAME: &'static str = "asyncgen stream!";
}

impl Counts for OurStream {
    fn counting<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        stream!(async move {
            for at in 0..n {
                yield at;
            }
        })
    }
}

impl Delegates for OurStream {
    fn three_deep<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        delegating(delegating(Self::counting::<SHAPE>(n)))
    }
}

fn delegating(inner: impl Stream<Item = u64>) -> impl Stream<Item = u64> {
    stream!(async move {
        let mut inner = pin!(inner);
        while let Some(item) = inner.next().await {
            yield item;
        }
    })
}

impl Suspends for OurStream {
    fn suspending<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        stream!(async move {
            for at in 0..n {
                suspend().await;
                yield at;
            }
        })
    }
}

impl Waits for OurStream {
    fn receiving<const SHAPE: u8>(mut numbers: Receiver<u64>) -> impl Stream<Item = u64> + 'static {
        stream!(async move {
            while let Some(number) = numbers.next().await {
                yield number;
            }
        })
    }
}

pub(crate) struct OurBoxGen;

impl Peer for OurBoxGen {
    const NAME: &'static str = "asyncgen BoxGen";
}

impl Counts for OurBoxGen {
    fn counting<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        OurStream::counting::<SHAPE>(n)
    }

    fn boxed<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + Unpin + 'static {
        stream!(async move {
            for at in 0..n {
                yield at;
            }
        })
        .boxed()
    }
}

pub(crate) struct OurGenFn;

impl Peer for OurGenFn {
    const NAME: &'static str = "asyncgen gen_fn";
}

impl Counts for OurGenFn {
    fn counting<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        gen_fn(async move |mut co| {
            for at in 0..n {
                co.yield_(at).await;
            }
        })
    }
}

impl Delegates for OurGenFn {
    fn three_deep<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        delegating_without_macro(delegating_without_macro(Self::counting::<SHAPE>(n)))
    }
}

fn delegating_without_macro(inner: impl Stream<Item = u64>) -> impl Stream<Item = u64> {
    gen_fn(async move |mut co| {
        let mut inner = pin!(inner);
        while let Some(item) = inner.next().await {
            co.yield_(item).await;
        }
    })
}

impl Suspends for OurGenFn {
    fn suspending<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        gen_fn(async move |mut co| {
            for at in 0..n {
                suspend().await;
                co.yield_(at).await;
            }
        })
    }
}

impl Waits for OurGenFn {
    fn receiving<const SHAPE: u8>(mut numbers: Receiver<u64>) -> impl Stream<Item = u64> + 'static {
        gen_fn(async move |mut co| {
            while let Some(number) = numbers.next().await {
                co.yield_(number).await;
            }
        })
    }
}

pub(crate) struct OurYieldAll;

impl Peer for OurYieldAll {
    const NAME: &'static str = "asyncgen yield_all!";
}

generator!(
    async fn numbers<const SHAPE: u8>(n: u64) -> Yields<u64> {
        for at in 0..n {
            yield at;
        }
    }
);

impl Delegates for OurYieldAll {
    fn three_deep<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        stream!(async move {
            yield_all!(stream!(async move {
                yield_all!(numbers::<SHAPE>(n));
            }));
        })
    }
}

pub(crate) struct OurDuplex;

impl Peer for OurDuplex {
    const NAME: &'static str = "asyncgen, sent and thrown";
}

generator!(
    async fn answered<const SHAPE: u8>(n: u64) -> Yields<u64, Sent = u64, Thrown = u8> {
        for at in 0..n {
            if (yield at).is_err() {
                return;
            }
        }
    }
);

generator!(
    async fn sums() -> Yields<u64, Sent = u64, Thrown = u8> {
        let mut sum = 0_u64;
        while let Ok(sent) = yield sum {
            sum = sum.wrapping_add(sent);
        }
    }
);

impl Counts for OurDuplex {
    fn counting<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        answered::<SHAPE>(n)
    }
}

impl Receives for OurDuplex {
    fn exchange(n: u64) {
        let mut sums = pin!(sums());
        let mut cx = Context::from_waker(Waker::noop());
        let _ = black_box(sums.as_mut().poll_resume(&mut cx));
        for sent in 0..n {
            let _ = sums.as_mut().start_send(black_box(sent));
            match sums.as_mut().poll_resume(&mut cx) {
                Poll::Ready(State::Yielded(sum)) => drop(black_box(sum)),
                _ => return,
            }
        }
    }
}
