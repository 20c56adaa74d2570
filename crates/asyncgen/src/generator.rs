use core::ops::DerefMut;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::Stream;

/// An async generator: a [`Stream`] that also has a return value.
///
/// `Item` is what the `Stream` gives. `Yield` is what the body yields: the same, except for a
/// generator that can fail, whose items are `Result<Yield, E>`, and whose `Return` is `Result<_, E>`.
///
/// A function returns `impl Generator<…>`, which is `Send` whenever the body is:
///
/// ```
/// use asyncgen::{Generator, Next, stream};
///
/// fn halves(mut n: u32) -> impl Generator<Item = u32, Return = &'static str> {
///     stream!(async move {
///         while n > 1 {
///             yield n;
///             n /= 2;
///         }
///         "done"
///     })
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut items = std::pin::pin!(halves(5));
/// assert_eq!(items.next().await, Some(5));
/// assert_eq!(items.next().await, Some(2));
/// assert_eq!(items.next().await, None);
/// assert_eq!(items.as_mut().take_return(), Some("done"));
/// # });
/// ```
#[must_use = "a generator does nothing until it is polled"]
pub trait Generator: Stream {
    /// What a `yield` of the body gives.
    type Yield;
    /// What the body returns.
    type Return;

    /// Runs the body until it yields, returns, or waits for something else.
    ///
    /// As with a future, the waker of `cx` is woken when it is worth polling again.
    ///
    /// # Panics
    ///
    /// When it is called after [`State::Complete`]; `Stream::poll_next` answers `None` there.
    fn poll_resume(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<State<Self::Yield, Self::Return>>;

    /// The return value, once, after the `Stream` has given `None`.
    ///
    /// There is none before the end, none after `poll_resume` gave it, and none when an error was
    /// the last item.
    fn take_return(self: Pin<&mut Self>) -> Option<Self::Return>;
}

/// What a poll of a [`Generator`] came to.
///
/// ```
/// use std::future::poll_fn;
///
/// use asyncgen::{Generator, State, stream};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut one = std::pin::pin!(stream!(async move {
///     yield 1;
///     "done"
/// }));
/// assert_eq!(poll_fn(|cx| one.as_mut().poll_resume(cx)).await, State::Yielded(1));
/// assert_eq!(poll_fn(|cx| one.as_mut().poll_resume(cx)).await, State::Complete("done"));
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State<Y, R> {
    /// The body yielded this and waits to be resumed.
    Yielded(Y),
    /// The body returned this; the generator is at its end.
    Complete(R),
}

impl<P> Generator for Pin<P>
where
    P: DerefMut<Target: Generator> + Unpin,
{
    type Yield = <P::Target as Generator>::Yield;
    type Return = <P::Target as Generator>::Return;

    fn poll_resume(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<State<Self::Yield, Self::Return>> {
        self.as_deref_mut().poll_resume(cx)
    }

    fn take_return(self: Pin<&mut Self>) -> Option<Self::Return> {
        self.as_deref_mut().take_return()
    }
}

impl<G: Generator + Unpin + ?Sized> Generator for &mut G {
    type Yield = G::Yield;
    type Return = G::Return;

    fn poll_resume(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<State<Self::Yield, Self::Return>> {
        Pin::new(&mut **self).poll_resume(cx)
    }

    fn take_return(mut self: Pin<&mut Self>) -> Option<Self::Return> {
        Pin::new(&mut **self).take_return()
    }
}
