//! What is done with a generator: how it is held and driven.
//!
//! Each shape has a number, which the peers carry through their types, so that each figure has
//! streams of its own: a function with two callers is not inlined, and would then not be flat.
use std::hint::black_box;

use futures_core::Stream;

use crate::drive::{drain, drain_awaiting, drain_in_tokio, drain_waiting, take_one};
use crate::figure::{Boxed, Figure};
use crate::peers::{Counts, Delegates, Receives, Suspends, Waits};

const FLAT: u8 = 0;
const AWAITED: u8 = 1;
const BOXED: u8 = 2;
const DELEGATED: u8 = 3;
const DELEGATED_BOXED: u8 = 4;
const SUSPENDED: u8 = 5;
const SUSPENDED_IN_TOKIO: u8 = 6;
pub(crate) const SUSPENDED_IN_TASK: u8 = 7;
pub(crate) const AT_A_CHANNEL: u8 = 8;
const DROPPED: u8 = 11;
const TAKEN_ONE: u8 = 9;
/// The streams whose items are looked at.
const LOOKED_AT: u8 = 10;

/// Pinned on the stack: the compiler sees the consumer and the stream as one function.
pub(crate) fn flat<P: Counts>() -> Figure {
    let run = |n| drain(P::counting::<FLAT>(n));
    Figure::of::<P>("flat", run).giving(|n| Box::pin(P::counting::<LOOKED_AT>(n)))
}

/// The same, with the consumer an async function.
pub(crate) fn awaited<P: Counts>() -> Figure {
    Figure::of::<P>("awaited", |n| drain_awaiting(P::counting::<AWAITED>(n)))
}

/// Through a virtual call for each item.
pub(crate) fn boxed<P: Counts>() -> Figure {
    let run = |n| drain(black_box(P::boxed::<BOXED>(n)));
    Figure::of::<P>("boxed", run).giving(|n| Box::pin(P::boxed::<LOOKED_AT>(n)))
}

/// A generator in a generator in a generator, flat.
pub(crate) fn delegated<P: Delegates>() -> Figure {
    let run = |n| drain(P::three_deep::<DELEGATED>(n));
    Figure::of::<P>("three deep flat", run).giving(|n| Box::pin(P::three_deep::<LOOKED_AT>(n)))
}

/// A generator in a generator in a generator, the outermost boxed.
pub(crate) fn delegated_boxed<P: Delegates>() -> Figure {
    let run = |n| drain(held(P::three_deep::<DELEGATED_BOXED>(n)));
    Figure::of::<P>("three deep boxed", run)
}

/// One real suspension an item, under the least executor there is.
pub(crate) fn suspended<P: Suspends>() -> Figure {
    let run = |n| drain_waiting(P::suspending::<SUSPENDED>(n));
    Figure::of::<P>("suspending", run).giving(|n| Box::pin(P::suspending::<LOOKED_AT>(n)))
}

/// One real suspension an item, in what a runtime of tokio blocks on.
pub(crate) fn suspended_in_tokio<P: Suspends>() -> Figure {
    let run = |n| drain_in_tokio(P::suspending::<SUSPENDED_IN_TOKIO>(n));
    Figure::of::<P>("suspending in tokio", run)
}

/// One real suspension an item, in a task of tokio; `run` drains the peer's stream there, as only who knows its type
/// knows that it is `Send`.
pub(crate) fn suspended_in_task<P: Suspends>(run: fn(u64)) -> Figure {
    Figure::of::<P>("suspending in a task", run)
}

/// Both in tasks of tokio: who sends the numbers, and who takes them out of the stream that waits for each.
pub(crate) fn at_a_channel<P: Waits>(run: fn(u64)) -> Figure {
    Figure::of::<P>("waiting at a channel", run)
}

/// A number sent in, and one received, an item.
pub(crate) fn sent<P: Receives>() -> Figure {
    Figure::of::<P>("send", P::exchange)
}

/// Made, boxed and dropped without a poll; the items are the generators.
pub(crate) fn dropped<P: Counts>() -> Figure {
    let run = |n| (0..n).for_each(|_| drop(black_box(P::boxed::<DROPPED>(n))));
    Figure::of::<P>("made and dropped", run)
}

/// Made, boxed, asked for one item and dropped in the middle; the items are the generators.
pub(crate) fn taken_one<P: Counts>() -> Figure {
    let run = |n| (0..n).for_each(|_| take_one(black_box(P::boxed::<TAKEN_ONE>(n))));
    Figure::of::<P>("made, one item, dropped", run)
}

/// Boxes a stream so that the compiler forgets what it is.
fn held(stream: impl Stream<Item = u64> + 'static) -> Boxed {
    black_box(Box::pin(stream))
}
