use alloc::boxed::Box;
use core::fmt;
use core::panic::Location;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::{FusedStream, Stream};

use crate::delegate::Forward;
use crate::generator::Described;
use crate::generator::sealed::Sealed;
use crate::hooks::{self, Abandoned, Finalizer};
use crate::next::NextItem;
use crate::{Closed, Co, Generator, SendError, State};

/// A boxed generator that is closed even if it is dropped unfinished: what
/// [`Gen::owned`](crate::Gen::owned) gives.
///
/// A destructor cannot await, so a generator that is merely dropped runs no
/// [`finally!`](crate::finally!). This one hands its body, where it is, to a *finaliser*: a hook that may
/// spawn it as a task, where its cleanup runs to the end. It is the `finalizer` of PEP 525, which an
/// event loop of Python sets with `sys.set_asyncgen_hooks`; here it is set in [`hooks`].
///
/// - **At the first poll** it reads the hooks of the thread that polls, and calls `firstiter`.
/// - **Dropped unfinished** after that, it calls the `finalizer` that it read, with an [`Abandoned`].
/// - **Dropped otherwise**, it drops the body where it is, as a [`Gen`](crate::Gen) does: if it was never
///   polled, is at its end, was closed, or if its body panicked; and if there was no finaliser.
///
/// It is `Unpin`, and `Send` as its body is. It is a second allocation next to the slot, and the
/// only one: what is handed over is that box. [`close`](Generator::close) is still the better way where it
/// can be awaited, as it tells when the cleanup is done and what came of it.
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use asyncgen::hooks::{self, Hooks};
/// use asyncgen::stream;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let (tasks, mut abandoned) = tokio::sync::mpsc::unbounded_channel();
/// let _previous = hooks::set(Hooks::new().finalizer(move |generator| {
///     let _ = tasks.send(generator);
/// }));
///
/// let log = Arc::new(Mutex::new(Vec::new()));
/// let seen = Arc::clone(&log);
/// let mut numbers = stream!(async move {
///     finally!({ yield 1 }, {
///         tokio::task::yield_now().await;
///         seen.lock().unwrap().push("closed");
///     });
/// })
/// .owned();
/// assert_eq!(numbers.next().await, Some(1));
/// drop(numbers);
///
/// abandoned.recv().await.unwrap().await;
/// assert_eq!(*log.lock().unwrap(), ["closed"]);
/// # });
/// ```
#[must_use = "a generator does nothing until it is polled"]
pub struct Owned<G>
where
    G: Generator + Send + 'static,
{
    /// Taken by `drop` alone.
    generator: Option<Pin<Box<G>>>,
    /// Whether the hooks were read.
    started: bool,
    /// Set while the body runs: for good, if it panics.
    running: bool,
    finalizer: Option<Finalizer>,
    /// Where it became an `Owned`.
    made_at: &'static Location<'static>,
}

impl<G> Owned<G>
where
    G: Generator + Send + 'static,
{
    /// Owns any generator, such as one that a function returns as `impl Generator`.
    #[track_caller]
    pub fn new(generator: G) -> Self {
        Self {
            generator: Some(Box::pin(generator)),
            started: false,
            running: false,
            finalizer: None,
            made_at: Location::caller(),
        }
    }

    /// The next item, or `None` after the last; cancel safe.
    #[expect(clippy::should_implement_trait, reason = "the verb of PEP 525 and of every stream")]
    pub fn next(&mut self) -> NextItem<'_, Self> {
        NextItem::new(self)
    }

    /// The return value, once, after the `Stream` has given `None`.
    pub fn take_return(&mut self) -> Option<G::Return> {
        self.inner().take_return()
    }

    #[inline]
    fn inner(&mut self) -> Pin<&mut G> {
        self.generator.as_mut().expect("it is there until the drop").as_mut()
    }

    /// Runs the body to its next item or its end: with hooks.
    #[inline]
    fn step<T>(&mut self, poll: impl FnOnce(Pin<&mut G>) -> T) -> T {
        if !self.started {
            self.start();
        }
        self.run(poll)
    }

    #[inline]
    fn run<T>(&mut self, poll: impl FnOnce(Pin<&mut G>) -> T) -> T {
        self.running = true;
        let polled = poll(self.inner());
        self.running = false;
        polled
    }

    #[cold]
    fn start(&mut self) {
        let (firstiter, finalizer) = hooks::in_force();
        // Before `firstiter`, which may panic and is called once.
        self.started = true;
        self.finalizer = finalizer;
        if let Some(firstiter) = firstiter {
            firstiter(self.made_at);
        }
    }
}

impl<G> Drop for Owned<G>
where
    G: Generator + Send + 'static,
{
    fn drop(&mut self) {
        let Some(finalizer) = self.finalizer.as_ref().filter(|_| !self.running) else { return };
        if let Some(generator) =
            self.generator.take_if(|generator| generator.as_mut().is_under_way())
        {
            hooks::finalize(finalizer, Abandoned::new(generator, self.made_at));
        }
    }
}

impl<G> Sealed for Owned<G> where G: Generator + Send + 'static {}

impl<G> Generator for Owned<G>
where
    G: Generator + Send + 'static,
{
    type Yield = G::Yield;
    type Return = G::Return;
    type Sent = G::Sent;
    type Thrown = G::Thrown;

    #[inline]
    fn poll_resume(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<State<G::Yield, G::Return>> {
        self.step(|generator| generator.poll_resume(cx))
    }

    fn start_send(mut self: Pin<&mut Self>, value: G::Sent) -> Result<(), SendError<G::Sent>> {
        self.inner().start_send(value)
    }

    fn start_throw(mut self: Pin<&mut Self>, error: G::Thrown) -> Result<(), G::Thrown> {
        self.inner().start_throw(error)
    }

    fn poll_close(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Closed<G::Yield, G::Return>> {
        // Without hooks: on a body that was not polled it runs nothing.
        self.run(|generator| generator.poll_close(cx))
    }

    fn take_return(mut self: Pin<&mut Self>) -> Option<G::Return> {
        self.inner().take_return()
    }

    fn is_under_way(mut self: Pin<&mut Self>) -> bool {
        self.inner().is_under_way()
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }

    type Body<'co> = Forward<'co, Self>;

    fn into_body(self, co: Co<'_, G::Yield, G::Sent, G::Thrown>) -> Forward<'_, Self> {
        Forward::new(self, co)
    }
}

impl<G> Stream for Owned<G>
where
    G: Generator + Send + 'static,
{
    type Item = G::Item;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<G::Item>> {
        self.step(|generator| generator.poll_next(cx))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.generator.as_ref().map_or((0, Some(0)), Stream::size_hint)
    }
}

impl<G> FusedStream for Owned<G>
where
    G: Generator + FusedStream + Send + 'static,
{
    fn is_terminated(&self) -> bool {
        self.generator.as_ref().is_none_or(FusedStream::is_terminated)
    }
}

impl<G> fmt::Debug for Owned<G>
where
    G: Generator + Send + 'static,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut owned = f.debug_struct("Owned");
        owned.field("owned_at", &format_args!("{}", self.made_at));
        if let Some(generator) = &self.generator {
            owned.field("generator", &Described(&**generator));
        }
        owned.finish_non_exhaustive()
    }
}
