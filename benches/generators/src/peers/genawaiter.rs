//! `genawaiter`: no macro; a shared cell, counted without atomics (`rc`) or behind a lock (`sync`).
use std::hint::black_box;
use std::pin::pin;

use futures_core::Stream;
use futures_util::StreamExt;
use genawaiter::{GeneratorState, rc, sync};

use super::{Counts, Delegates, Peer, Receives, Suspends};
use crate::drive::suspend;

pub(crate) struct GenawaiterRc;

pub(crate) struct GenawaiterSync;

/// Both have the same functions in modules of different names, and no trait in common.
macro_rules! genawaiter {
    ($peer:ident, $name:literal, $module:ident) => {
        impl Peer for $peer {
            const NAME: &'static str = $name;
        }

        impl Counts for $peer {
            fn counting<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
                $module::Gen::new(|co| async move {
                    for at in 0..n {
                        co.yield_(at).await;
                    }
                })
            }
        }

        impl Delegates for $peer {
            fn three_deep<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
                fn delegating(inner: impl Stream<Item = u64>) -> impl Stream<Item = u64> {
                    $module::Gen::new(|co| async move {
                        let mut inner = pin!(inner);
                        while let Some(item) = inner.next().await {
                            co.yield_(item).await;
                        }
                    })
                }
                delegating(delegating(Self::counting::<SHAPE>(n)))
            }
        }

        impl Suspends for $peer {
            fn suspending<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
                $module::Gen::new(|co| async move {
                    for at in 0..n {
                        suspend().await;
                        co.yield_(at).await;
                    }
                })
            }
        }

        impl Receives for $peer {
            fn exchange(n: u64) {
                let mut echo = $module::Gen::new(|co: $module::Co<u64, u64>| async move {
                    let mut sum = 0_u64;
                    loop {
                        sum = sum.wrapping_add(co.yield_(sum).await);
                    }
                });
                for sent in 0..n {
                    match echo.resume_with(black_box(sent)) {
                        GeneratorState::Yielded(sum) => drop(black_box(sum)),
                        GeneratorState::Complete(never) => never,
                    }
                }
            }
        }
    };
}

genawaiter!(GenawaiterRc, "genawaiter rc", rc);
genawaiter!(GenawaiterSync, "genawaiter sync", sync);
