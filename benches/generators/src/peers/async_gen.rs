//! `async-gen`: a macro, and a heap cell between the body and the stream.
use std::pin::pin;

use async_gen::stream;
use futures_core::Stream;
use futures_util::StreamExt;

use super::{Counts, Delegates, Peer, Suspends};
use crate::drive::suspend;

pub(crate) struct AsyncGen;

impl Peer for AsyncGen {
    const NAME: &'static str = "async-gen";
}

impl Counts for AsyncGen {
    fn counting<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        stream! {
            for at in 0..n {
                yield at;
            }
        }
    }
}

impl Delegates for AsyncGen {
    fn three_deep<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        delegating(delegating(Self::counting::<SHAPE>(n)))
    }
}

impl Suspends for AsyncGen {
    fn suspending<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        stream! {
            for at in 0..n {
                suspend().await;
                yield at;
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
