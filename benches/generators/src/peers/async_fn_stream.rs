//! `async-fn-stream`: no macro; a shared cell, and a thread-local that says whose turn it is.
use std::pin::pin;

use async_fn_stream::fn_stream;
use futures_core::Stream;
use futures_util::StreamExt;

use super::{Counts, Delegates, Peer, Suspends};
use crate::drive::suspend;

pub(crate) struct AsyncFnStream;

impl Peer for AsyncFnStream {
    const NAME: &'static str = "async-fn-stream";
}

impl Counts for AsyncFnStream {
    fn counting<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        fn_stream(|emitter| async move {
            for at in 0..n {
                emitter.emit(at).await;
            }
        })
    }
}

impl Delegates for AsyncFnStream {
    fn three_deep<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        delegating(delegating(Self::counting::<SHAPE>(n)))
    }
}

impl Suspends for AsyncFnStream {
    fn suspending<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        fn_stream(|emitter| async move {
            for at in 0..n {
                suspend().await;
                emitter.emit(at).await;
            }
        })
    }
}

fn delegating(inner: impl Stream<Item = u64>) -> impl Stream<Item = u64> {
    fn_stream(|emitter| async move {
        let mut inner = pin!(inner);
        while let Some(item) = inner.next().await {
            emitter.emit(item).await;
        }
    })
}
