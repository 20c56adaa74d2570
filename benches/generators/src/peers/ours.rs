//! Ours: by the macro, without it, and in the box that keeps the generator's protocol.
use std::pin::pin;

use asyncgen::{gen_fn, stream};
use futures_core::Stream;
use futures_util::StreamExt;

use super::{Counts, Delegates, Peer, Suspends};
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
