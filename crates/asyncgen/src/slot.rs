//! The slot: where a value waits between the `yield` that gives it and the poll that returns it,
//! and where what is sent, thrown or asked waits for the body.
//!
//! This module is the only one of the crate with `unsafe` code, and this is the whole argument for it:
//!
//! * One [`Cell`] per generator. The [`Driver`] owns it, in the heap or in itself; the body reaches it
//!   through a [`Port`], a pointer.
//! * **The port never outlives the cell.** The first poll makes the only port of a cell and gives it to a
//!   body that accepts a port of *every* lifetime `'co` ([`Body`]), so that the body can keep the
//!   port nowhere but in the future it returns: it can neither return it as its output (whose
//!   type does not name `'co`) nor put it into anything that was there before. `'co` is invariant,
//!   so two ports cannot be swapped either. The driver is pinned by then and never `Unpin`; it owns that
//!   future, never moves it out, and declares it before the cell, so it is dropped first. A
//!   leaked driver leaks both.
//! * **No two accesses overlap.** A port is not `Clone` and works through `&mut self`, so there is
//!   one access by the body at a time, while the body runs: in a poll of the future, or in its
//!   drop. A [`Watch`] is a second pointer of a future that polls a part of the body, which has the
//!   port and cannot let go of it ([`Body`] again): it is used before and after that poll. Its waker, to which the
//!   cell points, is in a box of its own, and the cell has forgotten it when that goes. The driver
//!   touches the cell before and after a poll, or in the drop of the cell, after that of the future.
//!   No reference to the cell outlives one of the methods below. Work that the body lends to another thread must be over when its poll returns, as
//!   `'co` may end there.
//! * **No two threads share a cell.** There is no atomic here and no lock: a generator, with its cell and all that points
//!   to it, is on one thread at a time, and whoever moves it to another (a task, a channel, a finaliser's hook)
//!   orders the two. So there are no steps of two threads to be tried in each order, as loom would; that the moves
//!   are sound is what `Send` says (`send`), and the interpreter checks the tests that make them for races.
//! * **A value keeps its type.** A port is invariant in `Y`, `S` and `E`, so that a body cannot put a
//!   `&'short T` where the consumer takes a `&'static T`. [`Tag`] says which of them the cell holds.
//! * **Delegation** gives a body the port of another generator's body, for as long as that is borrowed
//!   ([`Port::reborrow`]); what holds then is the same.
#![expect(unsafe_code, reason = "the slot shared by a body and its driver; argued above")]

mod body;
mod cell;
mod driver;
mod place;
mod port;
mod send;
mod shifting;
mod watch;

pub use body::Body;
pub(crate) use body::Straight;
pub(crate) use cell::Cell;
pub(crate) use driver::{Driver, Polled};
pub(crate) use place::Place;
pub use place::{Heap, InPlace};
pub(crate) use port::Port;
pub(crate) use send::Delegated;
pub(crate) use watch::Watch;
