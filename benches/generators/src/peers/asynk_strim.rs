//! `asynk-strim`: no macro; the way to the stream goes through the waker.
use std::pin::pin;

use asynk_strim::stream_fn;
use futures_core::Stream;
use futures_util::StreamExt;

use super::{Counts, Delegates, Peer, Suspends};
use crate::drive::suspend;

pub(crate) struct AsynkStrim;

impl Peer for AsynkStrim {
    const NAME: &'static str = "asynk-strim";
}

impl Counts for AsynkStrim {
    fn counting<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        stream_fn(move |mut yielder| async move {
            for at in 0..n {
                yielder.yield_item(at).await;
            }
        })
    }
}

impl Delegates for AsynkStrim {
    fn three_deep<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        delegating(delegating(Self::counting::<SHAPE>(n)))
    }
}

impl Suspends for AsynkStrim {
    fn suspending<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        stream_fn(move |mut yielder| async move {
            for at in 0..n {
                suspend().await;
                yielder.yield_item(at).await;
            }
        })
    }
}

fn delegating(inner: impl Stream<Item = u64>) -> impl Stream<Item = u64> {
    stream_fn(move |mut yielder| async move {
        let mut inner = pin!(inner);
        while let Some(item) = inner.next().await {
            yielder.yield_item(item).await;
        }
    })
}
