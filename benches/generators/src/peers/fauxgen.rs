//! `fauxgen`: an attribute on a function; the way to the stream goes through the waker.
use std::hint::black_box;
use std::pin::pin;

use fauxgen::{Generator, GeneratorState, generator};
use futures_core::Stream;
use futures_util::StreamExt;

use super::{Counts, Delegates, Peer, Receives, Suspends};
use crate::drive::suspend;

pub(crate) struct Fauxgen;

impl Peer for Fauxgen {
    const NAME: &'static str = "fauxgen";
}

impl Counts for Fauxgen {
    fn counting<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        #[generator(yield = u64)]
        async fn counting<const SHAPE: u8>(n: u64) {
            for at in 0..n {
                r#yield!(at);
            }
        }
        counting::<SHAPE>(n)
    }
}

impl Delegates for Fauxgen {
    fn three_deep<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        #[generator(yield = u64)]
        async fn delegating<S: Stream<Item = u64>>(inner: S) {
            let mut inner = pin!(inner);
            while let Some(item) = inner.next().await {
                r#yield!(item);
            }
        }
        delegating(delegating(Self::counting::<SHAPE>(n)))
    }
}

impl Suspends for Fauxgen {
    fn suspending<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        #[generator(yield = u64)]
        async fn suspending<const SHAPE: u8>(n: u64) {
            for at in 0..n {
                suspend().await;
                r#yield!(at);
            }
        }
        suspending::<SHAPE>(n)
    }
}

impl Receives for Fauxgen {
    fn exchange(n: u64) {
        #[generator(yield = u64, arg = u64)]
        fn echo() -> u64 {
            let mut sum = 0_u64;
            while sum < u64::MAX {
                sum += r#yield!(sum);
            }
            sum
        }
        let mut echo = pin!(echo());
        for sent in 0..n {
            match echo.as_mut().resume(black_box(sent)) {
                GeneratorState::Yielded(sum) | GeneratorState::Complete(sum) => {
                    black_box(sum);
                }
            }
        }
    }
}
