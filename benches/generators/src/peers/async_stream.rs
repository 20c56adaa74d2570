//! `async-stream`: a macro, and a thread-local between the body and the stream.
use std::pin::pin;

use async_stream::stream;
use futures_channel::mpsc::Receiver;
use futures_core::Stream;
use futures_util::StreamExt;

use super::{Counts, Delegates, Peer, Suspends, Waits};
use crate::drive::suspend;

pub(crate) struct AsyncStream;

impl Peer for AsyncStream {
    const NAME: &'static str = "async-stream";
}

impl Counts for AsyncStream {
    fn counting<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        stream! {
            for at in 0..n {
                yield at;
            }
        }
    }
}

impl Delegates for AsyncStream {
    fn three_deep<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        delegating(delegating(Self::counting::<SHAPE>(n)))
    }
}

impl Suspends for AsyncStream {
    fn suspending<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        stream! {
            for at in 0..n {
                suspend().await;
                yield at;
            }
        }
    }
}

impl Waits for AsyncStream {
    fn receiving<const SHAPE: u8>(mut numbers: Receiver<u64>) -> impl Stream<Item = u64> + 'static {
        stream! {
            while let Some(number) = numbers.next().await {
                yield number;
            }
        }
    }
}

fn delegating(inner: impl Stream<Item = u64>) -> impl Stream<Item = u64> {
    stream! {
        let mut inner = pin!(inner);
        while let Some(item) = inner.next().await {
            yield item;
        }
    }
}
