//! What is done with a generator: how it is held and driven.
//!
//! Each shape has a number, which the peers carry through their types, so that each figure has
//! streams of its own: a function with two callers is not inlined, and would then not be flat.
use std::hint::black_box;
use std::pin::Pin;

use futures_core::Stream;

use crate::drive::{drain, drain_in_tokio, drain_waiting, take_one};
use crate::figure::Figure;
use crate::peers::{Counts, Delegates, Receives, Suspends};

const FLAT: u8 = 0;
const BOXED: u8 = 1;
const DELEGATED: u8 = 2;
const DELEGATED_BOXED: u8 = 3;
const SUSPENDED: u8 = 4;
const SUSPENDED_IN_TOKIO: u8 = 5;
const DROPPED: u8 = 6;
const TAKEN_ONE: u8 = 7;

/// Pinned on the stack: the compiler sees the consumer and the stream as one function.
pub(crate) fn flat<P: Counts>() -> Figure {
    Figure { shape: "flat", peer: P::NAME, run: |n| drain(P::counting::<FLAT>(n)) }
}

/// Through a virtual call for each item.
pub(crate) fn boxed<P: Counts>() -> Figure {
    Figure { shape: "boxed", peer: P::NAME, run: |n| drain(black_box(P::boxed::<BOXED>(n))) }
}

/// A generator in a generator in a generator, flat.
pub(crate) fn delegated<P: Delegates>() -> Figure {
    Figure {
        shape: "three deep flat",
        peer: P::NAME,
        run: |n| drain(P::three_deep::<DELEGATED>(n)),
    }
}

/// A generator in a generator in a generator, the outermost boxed.
pub(crate) fn delegated_boxed<P: Delegates>() -> Figure {
    Figure {
        shape: "three deep boxed",
        peer: P::NAME,
        run: |n| drain(held(P::three_deep::<DELEGATED_BOXED>(n))),
    }
}

/// One real suspension an item, under the least executor there is.
pub(crate) fn suspended<P: Suspends>() -> Figure {
    Figure {
        shape: "suspending",
        peer: P::NAME,
        run: |n| drain_waiting(P::suspending::<SUSPENDED>(n)),
    }
}

/// One real suspension an item, under tokio.
pub(crate) fn suspended_in_tokio<P: Suspends>() -> Figure {
    Figure {
        shape: "suspending in tokio",
        peer: P::NAME,
        run: |n| drain_in_tokio(P::suspending::<SUSPENDED_IN_TOKIO>(n)),
    }
}

/// A number sent in, and one received, an item.
pub(crate) fn sent<P: Receives>() -> Figure {
    Figure { shape: "send", peer: P::NAME, run: P::exchange }
}

/// Made, boxed and dropped without a poll; the items are the generators.
pub(crate) fn dropped<P: Counts>() -> Figure {
    Figure {
        shape: "made and dropped",
        peer: P::NAME,
        run: |n| (0..n).for_each(|_| drop(black_box(P::boxed::<DROPPED>(n)))),
    }
}

/// Made, boxed, asked for one item and dropped in the middle; the items are the generators.
pub(crate) fn taken_one<P: Counts>() -> Figure {
    Figure {
        shape: "made, one item, dropped",
        peer: P::NAME,
        run: |n| (0..n).for_each(|_| take_one(black_box(P::boxed::<TAKEN_ONE>(n)))),
    }
}

/// Boxes a stream so that the compiler forgets what it is.
fn held(stream: impl Stream<Item = u64> + 'static) -> Pin<Box<dyn Stream<Item = u64>>> {
    black_box(Box::pin(stream))
}
