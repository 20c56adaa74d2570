//! Async generators for stable Rust: functions that yield values over time, as Python has them.
//!
//! ```
//! use asyncgen::{async_for, generator};
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
//! let mut last = None;
//! async_for!(for line in lines("roses are red\nviolets are blue") {
//!     last = Some(line);
//! });
//! assert_eq!(last, Some("violets are blue"));
//! # });
//! ```
//!
//! # Why
//!
//! A [`Stream`](futures_core::Stream) is what asynchronous Rust reads from: pages of an API, lines of a file,
//! events. To write one by hand is to write a state machine; stable Rust has no `async gen` to write it
//! for you. Python has had it since PEP 525: an `async def` with a `yield` in it, which can be read, sent
//! values, thrown errors and closed, and whose `finally` may await. This crate is that, whole, as
//! a library: no runtime, no thread-local, no boxed futures, `no_std` with `alloc`, and what the compiler
//! sees as a whole costs what a hand-written stream does.
//!
//! | to write one | items | |
//! |---|---|---|
//! | [`stream!(async move { … yield x; … })`](stream!) | `Y` | an expression; borrows as an async block does |
//! | [`try_stream!(async move { … yield f()?; … Ok(()) })`](try_stream!) | `Result<Y, E>` | the same, with `?` |
//! | [`generator!(async fn name(…) -> Yields<Y> { … })`](generator!) | `Y` | a function, or a method |
//! | [`generator!(async fn name(…) -> Yields<Y, E> { … })`](generator!) | `Result<Y, E>` | the same, with `?` |
//! | [`generator!(async move \|\| -> Yields<Y, Sent = S, Thrown = T> { … })`](generator!) | `Y` | an expression with its types |
//! | [`gen_fn(async \|mut co\| { co.yield_(x).await; })`](gen_fn()) | `Y` | no macro |
//! | [`try_gen_fn(async \|mut co\| { … Ok(()) })`](try_gen_fn()) | `Result<Y, E>` | the same, with `?` |
//! | [`duplex_gen_fn(async \|mut co: Co<'_, Y, S, T>\| …)`](duplex_gen_fn()) | `Y` | the same, with values sent and errors thrown |
//! | [`in_place_fn(async \|mut co\| …)`](in_place_fn()) | `Y` | allocates nothing |
//!
//! All of them format with rustfmt. What comes out is a [`Generator`], which is a
//! [`Stream`](futures_core::Stream): it goes wherever one does.
//!
//! # The four verbs
//!
//! [`next`](Next::next), [`send`](Generator::send), [`throw`](Generator::throw) and
//! [`close`](Generator::close), which Python writes `__anext__`, `asend`, `athrow` and `aclose`. What is sent is
//! the value of the `yield`; what is thrown is its error, for the body to catch there:
//!
//! ```
//! use asyncgen::{Generator, State, generator};
//!
//! generator!(
//!     /// Yields what it heard, until it has had enough; gives how many errors it met.
//!     async fn echo() -> Yields<String, Sent = String, Thrown = &'static str, Return = u32> {
//!         let (mut heard, mut errors) = ("nothing yet".to_owned(), 0);
//!         while errors < 2 {
//!             match yield heard.clone() {
//!                 Ok(sent) => heard = sent,
//!                 Err(error) => {
//!                     heard = format!("caught: {error}");
//!                     errors += 1;
//!                 }
//!             }
//!         }
//!         errors
//!     }
//! );
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let mut echo = std::pin::pin!(echo());
//! let heard = |text: &str| State::Yielded(text.to_owned());
//! assert_eq!(echo.resume().await, heard("nothing yet"));
//! assert_eq!(echo.send("hello".to_owned()).await.unwrap(), heard("hello"));
//! assert_eq!(echo.throw("oh").await.unwrap(), heard("caught: oh"));
//! assert_eq!(echo.throw("no").await.unwrap(), State::Complete(2));
//! # });
//! ```
//!
//! - **Nothing runs before the first poll**, and between two polls the body stands still at its
//!   `yield` or `.await`. There is no buffer: the body goes on when the consumer asks for more.
//! - **The end.** After the body has returned, the stream gives `None` for ever, and
//!   [`take_return`](Generator::take_return) the return value, once; [`resume`](Generator::resume) is a `next`
//!   that gives it with the end.
//! - **Errors.** In a generator that can fail, an error that the body returns is the last item; all
//!   items before it have been delivered. Then the stream is at its end.
//! - **Panics** go to the caller of that poll. Polling the generator again panics too; dropping it
//!   is fine.
//! - **Cancel safety.** Each verb may be dropped at any time: the generator keeps its place, the next
//!   verb goes on from there, and no item is lost. In the body, a value that a `yield` has handed over is
//!   delivered, also when the future that yields is then dropped by a `select!`; see [`Co::yield_`].
//! - **`Send`** is a generator whose items and body are, also behind `impl Generator`. Wakers reach
//!   the body as they are, so that `will_wake` and `FuturesUnordered` work as with any future. An executor inside
//!   of the body, which polls only what was woken, may have a part of it that yields or delegates, be it one that
//!   another macro makes of its input.
//!
//! # Cleanup
//!
//! [`finally!`] is `try … finally`: its second part runs however the first is left, and may await. Left by its
//! end, by `?`, `return`, `break` or `continue`; and by [`close`](Generator::close), wherever the body waits
//! then, be it a `yield`, or an `.await` at which an earlier `next` was given up. [`defer!`] is the same
//! for the rest of a block.
//!
//! ```
//! use asyncgen::{Generator, Next, stream};
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let (server, mut said) = tokio::sync::mpsc::channel(1);
//! let mut ticks = std::pin::pin!(stream!(async move {
//!     defer!({ server.send("bye").await.unwrap() });
//!     for tick in 0.. {
//!         yield tick;
//!     }
//! }));
//! assert_eq!(ticks.next().await, Some(0));
//! ticks.close().await.unwrap();
//! assert_eq!(said.recv().await, Some("bye"));
//! # });
//! ```
//!
//! The promise: a stop takes effect at once. What the innermost `finally!` guards is dropped where it
//! waits, `select!`, `join!` and nested blocks included, and its cleanup runs; then the next one out; then
//! the rest of the body is dropped. A body that would rather end by itself waits for
//! [`stopped!`] in its `select!`.
//!
//! **Drop.** A destructor cannot await: a generator that is dropped unfinished drops its body where it
//! stands. Destructors run, code after the `yield` does not, and no cleanup; a debug build says so on
//! standard error if one was due. `close` it, or own it:
//!
//! # Finalisers
//!
//! Where a generator may be dropped unfinished, make it [`owned`](Gen::owned): an `Owned` hands what is left
//! of it to a finaliser, a hook that has it closed elsewhere, as Python's event loops do with
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
//! # Delegation
//!
//! [`yield_all!`] is `yield from`: it yields all that an inner generator does, and its value is what that
//! returns. The inner body runs on the slot of the outermost generator: an item costs the same however deep it
//! comes from, and what is sent, thrown or closed reaches the innermost directly. (Each poll still goes down
//! through the bodies, as with any future.) A generator that is boxed or has run keeps its own slot and is
//! forwarded to, as is any other stream.
//!
//! ```
//! use asyncgen::{Next, generator, yield_all};
//!
//! struct Tree(u32, Vec<Tree>);
//!
//! generator!(
//!     /// The numbers of a tree; gives how many there are.
//!     async fn walk(tree: &Tree) -> Yields<u32, Return = usize> {
//!         yield tree.0;
//!         let mut count = 1;
//!         for branch in &tree.1 {
//!             count += yield_all!(Box::pin(walk(branch)) as Walk<'_>);
//!         }
//!         count
//!     }
//! );
//!
//! /// A recursive generator is boxed at each level, as a recursive future is.
//! type Walk<'a> = std::pin::Pin<Box<dyn asyncgen::Yields<u32, usize> + 'a>>;
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let tree = Tree(1, vec![Tree(2, vec![Tree(3, vec![])]), Tree(4, vec![])]);
//! let mut numbers = std::pin::pin!(walk(&tree));
//! let mut seen = Vec::new();
//! while let Some(number) = numbers.next().await {
//!     seen.push(number);
//! }
//! assert_eq!(seen, [1, 2, 3, 4]);
//! # });
//! ```
//!
//! # What it costs
//!
//! Instructions an item, in one binary with the others, where 4 and 14 are a hand-written stream's:
//!
//! | | flat | boxed | three deep | three deep, boxed | suspending | made and dropped |
//! |---|---|---|---|---|---|---|
//! | hand-written | 4 | 14 | 4 | 14 | 15 | 149 |
//! | **[`stream!`]**, **[`yield_all!`]** | **4** | **40** | **4** | **54** | **9** | **299** |
//! | [`gen_fn`](gen_fn()) | 4 | 60 | 4 | – | 58 | 299 |
//! | async-stream | 7 | 45 | 80 | 122 | 32 | 153 |
//! | async-gen | 36 | 47 | 107 | 128 | 64 | 291 |
//! | genawaiter, rc | 45 | 61 | 144 | 166 | 81 | 453 |
//! | fauxgen | 63 | 152 | 237 | 288 | 90 | 154 |
//! | asynk-strim | 55 | 134 | 349 | 405 | 108 | 153 |
//! | async-fn-stream | 149 | 177 | 441 | 467 | 214 | 378 |
//!
//! *Flat* is pinned on the stack where the compiler sees all of it, *boxed* a `Pin<Box<dyn Stream>>`, *three deep*
//! an inner generator behind two that give on what it gives: by `yield_all!` for ours, by hand for the others
//! (by hand it is 85 and 115 for ours: slower than async-stream when flat). A body that waits for each item of a
//! channel, in a task of tokio, takes 1501 of them, tokio's own included, with async-stream 1522, by hand 1441; one
//! that only gives up its turn before each item 349, 350 and 305. Where async-stream is
//! ahead: making a generator, by one allocation, which is the slot; and a body that gives up its turn before each item,
//! if it is what a tokio runtime blocks on, with 421 instructions to 435: the compiler inlines the
//! consumer there only if that is small, and ours, with a slot and a protocol in it, is a call of its own. Ten more
//! if the body has a `finally!` or another macro of ours in it, or a
//! `yield` in the input of somebody else's, as it then knows by which waker it is polled.
//! `cargo run --release -p generators-bench -- --instructions` prints all of it, and a test holds
//! the first five of ours.
//!
//! # From async-stream, in ten lines
//!
//! 1. `stream! { … }` becomes `stream!(async move { … })`, and rustfmt formats it.
//! 2. `try_stream! { … }` becomes `try_stream!(async move { … Ok(()) })`: it ends with a `Result`.
//! 3. `yield x` and `?` stay.
//! 4. `for await x in s { … }` becomes `async_for!(for x in s { … })`.
//! 5. A loop that yields all of an inner stream becomes `yield_all!(inner);`.
//! 6. `impl Stream<Item = T>` stays, or becomes `impl Yields<T>` where the verbs are wanted.
//! 7. `pin_mut!(s)` becomes `let mut s = std::pin::pin!(s)`, or `s.boxed()`.
//! 8. What was in a guard's `Drop` and needed to await goes into `defer!({ … });`.
//! 9. A function that was only a `stream!` may be a `generator!(async fn …)`.
//! 10. Nothing else: the items, the order and the laziness are the same.
//!
#![doc = include_str!("pep525.md")]
//!
//! # How it works
//!
//! The body is an ordinary async closure. `yield x` puts `x` into a *slot*, one heap cell for each
//! generator, and suspends; the poll of the generator that ran the body finds the slot full and
//! returns the item. A body that waits for something else leaves the slot empty, and the poll is
//! pending. What is sent or thrown takes the same way back. A stop is a mark in the slot, for which the
//! guards in the body look after each poll of what they guard. There is no thread-local, no channel and no
//! marker to be trusted.
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
mod pointer;
mod slot;
#[cfg(feature = "tokio")]
pub mod tokio;
mod try_gen;
mod verbs;
mod yield_all;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use boxed::{BoxGen, LocalBoxGen};
pub use co::{Co, TryYield, Yield};
pub use finally::WaitForStop;
pub use from_stream::{FromStream, from_stream};
pub use gen_fn::{Gen, duplex_gen_fn, gen_fn, in_place_fn};
pub use generator::{Generator, State, Yields};
pub use next::{Next, NextItem};
#[cfg(feature = "std")]
pub use owned::Owned;
pub use slot::{Body, Heap, InPlace};
pub use try_gen::{TryGen, try_duplex_gen_fn, try_gen_fn};
pub use verbs::{Aclose, Asend, Athrow, Closed, IgnoredClose, Refusal, Resume, SendError};
pub use yield_all::YieldAll;
