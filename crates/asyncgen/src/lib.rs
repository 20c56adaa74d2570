//! Async generators for stable Rust: functions that yield values over time, as Python has them.
//!
//! ```
//! use std::pin::pin;
//!
//! use asyncgen::{Next, generator};
//!
//! generator!(
//!     /// The lines of a poem, slowly.
//!     pub async fn lines(poem: &str) -> Yields<&str> {
//!         for line in poem.lines() {
//!             tokio::task::yield_now().await;
//!             yield line;
//!         }
//!     }
//! );
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let mut lines = pin!(lines("roses are red\nviolets are blue"));
//! let mut last = None;
//! while let Some(line) = lines.next().await {
//!     last = Some(line);
//! }
//! assert_eq!(last, Some("violets are blue"));
//! # });
//! ```
//!
//! # Ways to write one
//!
//! | | items | |
//! |---|---|---|
//! | [`stream!(async move { … yield x; … })`](stream!) | `Y` | an expression; borrows as an async block does |
//! | [`try_stream!(async move { … yield f()?; … Ok(()) })`](try_stream!) | `Result<Y, E>` | the same, with `?` |
//! | [`generator!(async fn name(…) -> Yields<Y> { … })`](generator!) | `Y` | a function, or a method |
//! | [`generator!(async fn name(…) -> Yields<Y, E> { … })`](generator!) | `Result<Y, E>` | the same, with `?` |
//! | [`gen_fn(async \|mut co\| { co.yield_(x).await; })`](gen_fn()) | `Y` | no macro |
//! | [`try_gen_fn(async \|mut co\| { … Ok(()) })`](try_gen_fn()) | `Result<Y, E>` | the same, with `?` |
//!
//! All of them format with rustfmt and infer their types. What comes out is a [`Generator`], which is
//! a [`Stream`](futures_core::Stream) that has a return value too. It uses no runtime and runs on any
//! executor, and the crate is `no_std` with `alloc`.
//!
//! # The contract
//!
//! The rules are those of Python's PEP 525, in so far as a stream can show them:
//!
//! - **Nothing runs before the first poll**, and between two polls the body stands still at its
//!   `yield` or `.await`. There is no buffer: the body goes on when the consumer asks for more.
//! - **The end.** After the body has returned, the stream gives `None` for ever, and
//!   [`take_return`](Generator::take_return) the return value, once.
//! - **Errors.** In a generator that can fail, an error that the body returns is the last item; all
//!   items before it have been delivered. Then the stream is at its end.
//! - **Panics** go to the caller of that poll. Polling the generator again panics too; dropping it
//!   is fine.
//! - **Cancel safety.** [`next`](Next::next) may be dropped at any time: the generator keeps its place
//!   and no item is lost. In the body, a value that a `yield` has handed over is delivered, also when
//!   the future that yields is then dropped by a `select!`; see [`Co::yield_`].
//! - **Drop.** A generator that is dropped unfinished drops its body where it stands: destructors run,
//!   code after the `yield` does not, and nothing can be awaited any more.
//! - **`Send`** is a generator whose items and body are, also behind `impl Generator`. Wakers reach
//!   the body as they are, so that `will_wake` and `FuturesUnordered` work as with any future. A
//!   [`Co::yield_`] may be polled by an executor inside of the body, too; a `yield` of the macros
//!   belongs to the body itself, and one that another macro hides in an `async` block must not be
//!   handed to such an executor, which would never poll it again.
//!
//! # Finalisers
//!
//! A destructor cannot await, so a generator that is dropped unfinished runs no [`finally!`]. Where
//! a generator may be dropped like that, [`owned`](Gen::owned) it: an `Owned` hands what is left of it to a
//! finaliser, a hook that has it closed elsewhere, as Python's event loops do with
//! `sys.set_asyncgen_hooks`. The module `hooks` (feature `std`, on by default) has the contract; the feature
//! `tokio` has a finaliser that closes on a tokio runtime, and a `shutdown` that waits for it:
//!
//! ```
//! use asyncgen::stream;
//! use asyncgen::tokio::Finalizer;
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() {
//!     let finalizer = Finalizer::current();
//!     finalizer.install();
//!
//!     let mut numbers = stream!(async move { yield 1 }).owned();
//!     assert_eq!(numbers.next().await, Some(1));
//!     drop(numbers);
//!
//!     finalizer.shutdown().await;
//! }
//! ```
//!
//! # How it works
//!
//! The body is an ordinary async closure. `yield x` puts `x` into a *slot*, one heap cell for each
//! generator, and suspends; the poll of the generator that ran the body finds the slot full and
//! returns the item. A body that waits for something else leaves the slot empty, and the poll is
//! pending. There is no thread-local, no channel and no marker to be trusted.
//!
//! Safety is argued by types: the handle to the slot, [`Co`], has a lifetime for which the body must
//! accept *every* choice, so the body can keep it nowhere but in its own future, which the generator
//! owns and drops before the slot. Yielding borrows the handle mutably, so two yields cannot overlap.
//! All `unsafe` code and the argument for it are in one small module.
//!
//! The macros rewrite tokens and do not parse the body: code that is being typed still expands, so
//! that editors complete in it. They rewrite inside other macros too, such as `select!`, and say in
//! their own words when a `yield` stands where it belongs to no generator: in a nested async block, a
//! closure, a function or a constant.
#![no_std]

extern crate alloc;

#[cfg(feature = "std")]
extern crate std;

#[cfg(feature = "std")]
mod abandoned;
mod boxed;
mod co;
mod delegate;
mod finally;
mod from_stream;
mod gen_fn;
mod generator;
#[cfg(feature = "std")]
pub mod hooks;
mod macros;
mod next;
#[cfg(feature = "std")]
mod owned;
mod slot;
#[cfg(feature = "tokio")]
pub mod tokio;
mod try_gen;
mod verbs;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use boxed::{BoxGen, LocalBoxGen};
pub use co::{Co, TryYield, Yield};
pub use finally::WaitForStop;
pub use from_stream::{FromStream, from_stream};
pub use gen_fn::{Gen, duplex_gen_fn, gen_fn, in_place_fn};
pub use generator::{Generator, State};
pub use next::{Next, NextItem};
#[cfg(feature = "std")]
pub use owned::Owned;
pub use slot::{Body, Heap, InPlace, YieldAll};
pub use try_gen::{TryGen, try_duplex_gen_fn, try_gen_fn};
pub use verbs::{Aclose, Asend, Athrow, Closed, IgnoredClose, Refusal, Resume, SendError};
