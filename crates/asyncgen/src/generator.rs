use core::convert::Infallible;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::Stream;

use crate::verbs::{Aclose, Asend, Athrow, Resume};
use crate::{Closed, Co, SendError};

/// An async generator, as PEP 525 has it: a [`Stream`] that can also be sent values, be thrown
/// errors, be closed, and return a value.
///
/// `Item` is what the `Stream` gives. `Yield` is what the body yields: the same, except for a
/// generator that can fail, whose items are `Result<Yield, E>`, and whose `Return` is `Result<_, E>`.
/// `Sent` is `()` and `Thrown` is `Infallible`, unless the generator is made to take more.
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
///
/// The trait is sealed: the generators of this crate implement it, and pointers to them. For a
/// [`Stream`] of your own there is [`from_stream`](crate::from_stream).
#[must_use = "a generator does nothing until it is polled"]
pub trait Generator: Stream + sealed::Sealed {
    /// What a `yield` of the body gives.
    type Yield;
    /// What the body returns.
    type Return;
    /// What can be sent to it. What `next` sends is the default, as `__anext__()` is `asend(None)`.
    type Sent: Default;
    /// What can be thrown into it.
    type Thrown;

    /// Runs the body until it yields, ends, or waits for something else.
    ///
    /// As with a future, the waker of `cx` is woken when it is worth polling again. After the end it
    /// gives [`State::Closed`] for ever.
    fn poll_resume(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<State<Self::Yield, Self::Return>>;

    /// Puts the answer to the `yield` at which the body is; [`poll_resume`](Self::poll_resume) goes on
    /// from there.
    ///
    /// # Errors
    ///
    /// Gives the value back when the body is not at a `yield`.
    fn start_send(self: Pin<&mut Self>, value: Self::Sent) -> Result<(), SendError<Self::Sent>>;

    /// Puts the error of the `yield` at which the body is; [`poll_resume`](Self::poll_resume) goes on
    /// from there.
    ///
    /// # Errors
    ///
    /// Gives the error back when the body is not at a `yield`.
    fn start_throw(self: Pin<&mut Self>, error: Self::Thrown) -> Result<(), Self::Thrown>;

    /// Stops the body where it is, and runs what it has to do then: see [`close`](Self::close).
    fn poll_close(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Closed<Self::Yield, Self::Return>>;

    /// The return value, once, after the `Stream` has given `None`.
    ///
    /// There is none before the end, none after `poll_resume` gave it, none when an error was
    /// the last item, and none when the generator was closed.
    fn take_return(self: Pin<&mut Self>) -> Option<Self::Return>;

    /// Runs the body to its next `yield`, or to its end: `next` with the return value.
    ///
    /// Cancel safety: as that of [`next`](crate::Next::next).
    fn resume(&mut self) -> Resume<'_, Self>
    where
        Self: Unpin + Sized,
    {
        Resume::new(self)
    }

    /// Sends `value` to the body, as the value of the `yield` at which it is, and runs it to the next
    /// one or to its end: `asend` of PEP 525.
    ///
    /// Cancel safety: nothing is sent before the first poll. A future that is dropped later has sent
    /// the value, and the next verb goes on from there; no item is lost.
    ///
    /// # Errors
    ///
    /// A [`SendError`] gives the value back when no `yield` waits for it: before the first `next`, after
    /// the end, and while the body waits at another `.await` because an earlier verb was dropped.
    ///
    /// ```
    /// use asyncgen::{Co, Generator, State, duplex_gen_fn};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let mut sums = std::pin::pin!(duplex_gen_fn(async |mut co: Co<'_, u32, u32>| {
    ///     let mut sum = 0;
    ///     loop {
    ///         sum += co.yield_(sum).await;
    ///     }
    /// }));
    /// assert_eq!(sums.resume().await, State::Yielded(0));
    /// assert_eq!(sums.send(2).await, Ok(State::Yielded(2)));
    /// assert_eq!(sums.send(3).await, Ok(State::Yielded(5)));
    /// # });
    /// ```
    fn send(&mut self, value: Self::Sent) -> Asend<'_, Self>
    where
        Self: Unpin + Sized,
    {
        Asend::new(self, value)
    }

    /// Raises `error` at the `yield` at which the body is, and runs it to the next one or to its end:
    /// `athrow` of PEP 525.
    ///
    /// The `yield` is then `Err(error)`, and the body may go on. When no `yield` waits, nothing could
    /// catch it: the generator is [closed](Self::close), and the error comes back. So it is before
    /// the first `next`, after the end, and while the body waits at another `.await` because an
    /// earlier verb was dropped. An item that a cleanup yields then is dropped.
    ///
    /// A `yield` that the body has dropped, in a `select!`, takes the error with it, as it does a value
    /// that is sent.
    ///
    /// Cancel safety: nothing is thrown before the first poll. A future that is dropped later has thrown
    /// the error, or has begun to close the generator; the next verb goes on from there.
    ///
    /// # Errors
    ///
    /// The error itself, when no `yield` could take it.
    ///
    /// ```
    /// use asyncgen::{Co, Generator, State, duplex_gen_fn};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let mut patient = std::pin::pin!(duplex_gen_fn(async |mut co: Co<'_, u32, (), &str>| {
    ///     match co.try_yield(1).await {
    ///         Ok(()) => "nothing".to_owned(),
    ///         Err(error) => format!("caught: {error}"),
    ///     }
    /// }));
    /// assert_eq!(patient.resume().await, State::Yielded(1));
    /// assert_eq!(patient.throw("ouch").await, Ok(State::Complete("caught: ouch".to_owned())));
    /// assert_eq!(patient.throw("again").await, Err("again"));
    /// # });
    /// ```
    fn throw(&mut self, error: Self::Thrown) -> Athrow<'_, Self>
    where
        Self: Unpin + Sized,
    {
        Athrow::new(self, error)
    }

    /// Ends the generator where it is, and waits for its cleanup: `aclose` of PEP 525.
    ///
    /// What the body waits for is dropped, be it a `yield` or any other `.await`; the cleanup of each
    /// [`finally!`](crate::finally!) around it runs, the innermost first, and may await. A body that has
    /// not started is dropped without running. On a generator at its end it does nothing.
    ///
    /// Gives the return value if the body ended by itself, after [`Co::stopped`].
    ///
    /// Cancel safety: when the future is dropped, the cleanup goes on at the next verb, be it `close`
    /// again or `next`, which then gives `None`.
    ///
    /// # Errors
    ///
    /// [`IgnoredClose`](crate::IgnoredClose) holds an item that was yielded by a cleanup, or after
    /// `stopped`. The generator is at that `yield` then; closing it again drops that too.
    ///
    /// ```
    /// use asyncgen::{Generator, Next, gen_fn};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let log = std::cell::RefCell::new(Vec::new());
    /// let mut numbers = std::pin::pin!(gen_fn(async |mut co| {
    ///     let log = &log;
    ///     co.finally(
    ///         async |co| co.yield_(1).await,
    ///         async |_| {
    ///             tokio::task::yield_now().await;
    ///             log.borrow_mut().push("closed");
    ///         },
    ///     )
    ///     .await;
    /// }));
    /// assert_eq!(numbers.next().await, Some(1));
    /// numbers.close().await.unwrap();
    /// assert_eq!(*log.borrow(), ["closed"]);
    /// # });
    /// ```
    fn close(&mut self) -> Aclose<'_, Self>
    where
        Self: Unpin + Sized,
    {
        Aclose::new(self)
    }

    /// Whether the body has begun and not ended, so that something may be left to clean up. One that panicked
    /// has not ended.
    #[doc(hidden)]
    fn is_under_way(self: Pin<&mut Self>) -> bool;

    /// What it says of itself: a pointer to one, which may be a `dyn Generator`, has no more to say.
    #[doc(hidden)]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// The body, to be run in the place of another's.
    #[doc(hidden)]
    type Body<'co>: Future<Output = Self::Return>
    where
        Self: Sized;

    #[doc(hidden)]
    fn into_body(self, co: Co<'_, Self::Yield, Self::Sent, Self::Thrown>) -> Self::Body<'_>
    where
        Self: Sized;
}

/// A [`Generator`] of `Y` that returns `R`, and to which nothing is sent or thrown: a name for the most common
/// kind.
///
/// ```
/// use asyncgen::{Next, Yields, stream};
///
/// fn halves(mut n: u32) -> impl Yields<u32, &'static str> {
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
/// let mut both = std::pin::pin!(stream!(async move {
///     let returned = yield_all!(halves(2));
///     assert_eq!(returned, "done");
///     yield_all!(halves(3));
/// }));
/// assert_eq!(both.next().await, Some(2));
/// assert_eq!(both.next().await, Some(3));
/// assert_eq!(both.next().await, None);
/// # });
/// ```
pub trait Yields<Y, R = ()>:
    Generator<Item = Y, Yield = Y, Return = R, Sent = (), Thrown = Infallible>
{
}

impl<G, Y, R> Yields<Y, R> for G where
    G: Generator<Item = Y, Yield = Y, Return = R, Sent = (), Thrown = Infallible> + ?Sized
{
}

/// A generator as it describes itself.
pub(crate) struct Described<'a, G: ?Sized>(pub(crate) &'a G);

impl<G: Generator + ?Sized> fmt::Debug for Described<'_, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.describe(f)
    }
}

pub(crate) mod sealed {
    /// [`YieldAll`](crate::YieldAll) is `Send` if the generator is, which is true of those that are here.
    pub trait Sealed {}
}

/// What a poll of a [`Generator`] came to.
///
/// ```
/// use asyncgen::{Generator, State, stream};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut one = std::pin::pin!(stream!(async move {
///     yield 1;
///     "done"
/// }));
/// assert_eq!(one.resume().await, State::Yielded(1));
/// assert_eq!(one.resume().await, State::Complete("done"));
/// assert_eq!(one.resume().await, State::Closed);
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State<Y, R> {
    /// The body yielded this and waits to be resumed.
    Yielded(Y),
    /// The body returned this; the generator is at its end.
    Complete(R),
    /// The generator was at its end before, or a `close` that had been given up has come to its end.
    Closed,
}
