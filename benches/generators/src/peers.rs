//! The ways to write a stream of numbers, one a file, and what each can do.
//!
//! A peer implements the traits of the shapes that it can take, and `table.rs` lists it there.
mod async_fn_stream;
mod async_gen;
mod async_stream;
mod asynk_strim;
mod fauxgen;
mod genawaiter;
mod hand_written;
mod ours;
mod unfold;

use std::pin::Pin;

use futures_channel::mpsc::Receiver;
use futures_core::Stream;

pub(crate) use async_fn_stream::AsyncFnStream;
pub(crate) use async_gen::AsyncGen;
pub(crate) use async_stream::AsyncStream;
pub(crate) use asynk_strim::AsynkStrim;
pub(crate) use fauxgen::Fauxgen;
pub(crate) use genawaiter::{GenawaiterRc, GenawaiterSync};
pub(crate) use hand_written::HandWritten;
pub(crate) use ours::{OurBoxGen, OurDuplex, OurGenFn, OurStream, OurYieldAll};
pub(crate) use unfold::Unfold;

/// A way to write a stream.
pub(crate) trait Peer {
    /// Its name in the tables; ours begin with that of the crate, which the charts colour.
    const NAME: &'static str;
}

/// Gives the numbers below `n`.
///
/// `SHAPE`, here and in the other traits, makes the stream's type its own in each shape.
pub(crate) trait Counts: Peer {
    fn counting<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static;

    /// The same behind a virtual call.
    fn boxed<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + Unpin + 'static {
        let boxed: Pin<Box<dyn Stream<Item = u64>>> = Box::pin(Self::counting::<SHAPE>(n));
        boxed
    }
}

/// Gives on what a generator gives that gives on what a third one gives. Another way to do so is another peer.
pub(crate) trait Delegates: Peer {
    fn three_deep<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static;
}

/// Gives the numbers below `n`, and waits before each.
pub(crate) trait Suspends: Peer {
    fn suspending<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static;
}

/// Gives on the numbers that another task sends, and waits for each.
pub(crate) trait Waits: Peer {
    fn receiving<const SHAPE: u8>(numbers: Receiver<u64>) -> impl Stream<Item = u64> + 'static;
}

/// Receives a number at each `yield`, and yields the sum so far.
pub(crate) trait Receives: Peer {
    /// Sends `n` numbers and takes the answers.
    fn exchange(n: u64);
}
