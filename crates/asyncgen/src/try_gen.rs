use core::convert::Infallible;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};
use pin_project_lite::pin_project;

use crate::generator::sealed::Sealed;
use crate::pointer::pass_on;
use crate::{
    Body, BoxGen, Closed, Co, Gen, Generator, LocalBoxGen, SendError, State, duplex_gen_fn, gen_fn,
};

/// As [`gen_fn`](crate::gen_fn()), for a body that can fail: it may use `?`.
///
/// The items are `Result<Y, E>`: what the body yields comes as `Ok`, and an error that it returns is
/// the last item.
///
/// ```
/// use asyncgen::{Next, try_gen_fn};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut numbers = std::pin::pin!(try_gen_fn(async |mut co| {
///     for text in ["1", "two"] {
///         co.yield_(text.parse::<u32>()?).await;
///     }
///     Ok::<(), std::num::ParseIntError>(())
/// }));
/// assert_eq!(numbers.next().await, Some(Ok(1)));
/// assert!(numbers.next().await.is_some_and(|item| item.is_err()));
/// assert_eq!(numbers.next().await, None);
/// # });
/// ```
#[inline]
#[track_caller]
pub fn try_gen_fn<Y, R, E, F>(body: F) -> TryGen<Y, F>
where
    F: AsyncFnOnce(Co<'_, Y>) -> Result<R, E> + for<'co> Body<'co, Y, Return = Result<R, E>>,
{
    TryGen::new(gen_fn(body))
}

/// As [`duplex_gen_fn`](crate::duplex_gen_fn()), for a body that can fail: it may use `?`.
#[inline]
#[track_caller]
pub fn try_duplex_gen_fn<Y, S, T, R, E, F>(body: F) -> TryGen<Y, F, S, T>
where
    F: AsyncFnOnce(Co<'_, Y, S, T>) -> Result<R, E>
        + for<'co> Body<'co, Y, S, T, Return = Result<R, E>>,
{
    TryGen::new(duplex_gen_fn(body))
}

pin_project! {
    /// A generator that can fail, made by [`try_gen_fn`] or [`try_stream!`](crate::try_stream!).
    ///
    /// Its [`Stream`] gives `Ok` of what the body yields; an error that the body returns is its last
    /// item. As a [`Generator`] it yields and returns what the body does.
    ///
    /// ```
    /// use std::pin::pin;
    ///
    /// use asyncgen::{Body, Next, TryGen, try_stream};
    ///
    /// async fn first<F>(
    ///     numbers: TryGen<u32, F>,
    /// ) -> Result<Option<u32>, String>
    /// where
    ///     F: for<'co> Body<'co, u32, Return = Result<(), String>>,
    /// {
    ///     pin!(numbers).next().await.transpose()
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let numbers = |fails: bool| {
    ///     try_stream!(async move {
    ///         if fails {
    ///             return Err("none today".to_owned());
    ///         }
    ///         yield 1;
    ///         Ok(())
    ///     })
    /// };
    /// assert_eq!(first(numbers(false)).await, Ok(Some(1)));
    /// assert_eq!(first(numbers(true)).await, Err("none today".to_owned()));
    /// # });
    /// ```
    #[must_use = "a generator does nothing until it is polled"]
    pub struct TryGen<Y, F, S = (), T = Infallible>
    where
        F: Body<'static, Y, S, T>,
    {
        #[pin]
        inner: Gen<Y, F, S, T>,
    }
}

impl<Y, F, S, T> TryGen<Y, F, S, T>
where
    F: Body<'static, Y, S, T>,
{
    #[inline]
    pub(crate) fn new(inner: Gen<Y, F, S, T>) -> Self {
        Self { inner }
    }
}

impl<Y, R, E, F, S, T> TryGen<Y, F, S, T>
where
    F: for<'co> Body<'co, Y, S, T, Return = Result<R, E>>,
    S: Default,
{
    /// The same generator, boxed: `Unpin`, with a type that can be named and stored.
    pub fn boxed<'a>(self) -> BoxGen<'a, Y, Result<R, E>, Result<Y, E>, S, T>
    where
        Self: Send + 'a,
    {
        BoxGen::new(self)
    }

    /// As [`boxed`](Self::boxed), for a body that is not `Send`.
    pub fn boxed_local<'a>(self) -> LocalBoxGen<'a, Y, Result<R, E>, Result<Y, E>, S, T>
    where
        Self: 'a,
    {
        LocalBoxGen::new(self)
    }

    /// The same generator, boxed, and closed by a finaliser when it is dropped unfinished.
    ///
    /// See [`Owned`](crate::Owned).
    #[cfg(feature = "std")]
    #[track_caller]
    pub fn owned(self) -> crate::Owned<Self>
    where
        Self: Send + 'static,
    {
        crate::Owned::new(self)
    }
}

impl<Y, F, S, T> Sealed for TryGen<Y, F, S, T> where F: Body<'static, Y, S, T> {}

impl<Y, R, E, F, S, T> Generator for TryGen<Y, F, S, T>
where
    F: for<'co> Body<'co, Y, S, T, Return = Result<R, E>>,
    S: Default,
{
    type Yield = Y;
    type Return = Result<R, E>;
    type Sent = S;
    type Thrown = T;

    pass_on!(|this| this.project().inner);

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }

    type Body<'co> = <F as Body<'co, Y, S, T>>::Future;

    #[inline]
    fn into_body(self, co: Co<'_, Y, S, T>) -> Self::Body<'_> {
        self.inner.into_body(co)
    }
}

impl<Y, R, E, F, S, T> Stream for TryGen<Y, F, S, T>
where
    F: for<'co> Body<'co, Y, S, T, Return = Result<R, E>>,
    S: Default,
{
    type Item = Result<Y, E>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Y, E>>> {
        let mut inner = self.project().inner;
        Poll::Ready(match ready!(inner.as_mut().poll_resume(cx)) {
            State::Yielded(value) => Some(Ok(value)),
            State::Complete(Err(error)) => Some(Err(error)),
            State::Complete(Ok(returned)) => {
                inner.keep_return(Ok(returned));
                None
            }
            State::Closed => None,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // An error may follow the last value.
        if self.is_terminated() { (0, Some(0)) } else { (0, None) }
    }
}

impl<Y, R, E, F, S, T> FusedStream for TryGen<Y, F, S, T>
where
    F: for<'co> Body<'co, Y, S, T, Return = Result<R, E>>,
    S: Default,
{
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl<Y, F, S, T> fmt::Debug for TryGen<Y, F, S, T>
where
    F: Body<'static, Y, S, T>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TryGen").field("inner", &self.inner).finish()
    }
}
