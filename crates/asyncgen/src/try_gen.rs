use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};
use pin_project_lite::pin_project;

use crate::{Body, BoxGen, Co, Gen, Generator, LocalBoxGen, State, gen_fn};

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
pub fn try_gen_fn<Y, R, E, F>(body: F) -> TryGen<Y, <F as Body<'static, Y>>::Future>
where
    F: AsyncFnOnce(Co<'_, Y>) -> Result<R, E> + for<'co> Body<'co, Y, Return = Result<R, E>>,
{
    TryGen { inner: gen_fn(body) }
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
    /// use asyncgen::{Next, TryGen, try_stream};
    ///
    /// async fn first<F: Future<Output = Result<(), String>>>(
    ///     numbers: TryGen<u32, F>,
    /// ) -> Result<Option<u32>, String> {
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
    pub struct TryGen<Y, Fut: Future> {
        #[pin]
        inner: Gen<Y, Fut>,
    }
}

impl<Y, R, E, Fut: Future<Output = Result<R, E>>> TryGen<Y, Fut> {
    /// The same generator, boxed: `Unpin`, with a type that can be named and stored.
    pub fn boxed<'a>(self) -> BoxGen<'a, Y, Result<R, E>, Result<Y, E>>
    where
        Self: Send + 'a,
    {
        BoxGen::new(self)
    }

    /// As [`boxed`](Self::boxed), for a body that is not `Send`.
    pub fn boxed_local<'a>(self) -> LocalBoxGen<'a, Y, Result<R, E>, Result<Y, E>>
    where
        Self: 'a,
    {
        LocalBoxGen::new(self)
    }
}

impl<Y, R, E, Fut: Future<Output = Result<R, E>>> Generator for TryGen<Y, Fut> {
    type Yield = Y;
    type Return = Result<R, E>;

    #[inline]
    fn poll_resume(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<State<Y, Result<R, E>>> {
        self.project().inner.poll_resume(cx)
    }

    fn take_return(self: Pin<&mut Self>) -> Option<Result<R, E>> {
        self.project().inner.take_return()
    }
}

impl<Y, R, E, Fut: Future<Output = Result<R, E>>> Stream for TryGen<Y, Fut> {
    type Item = Result<Y, E>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Y, E>>> {
        let mut inner = self.project().inner;
        if inner.is_terminated() {
            return Poll::Ready(None);
        }
        Poll::Ready(match ready!(inner.as_mut().poll_resume(cx)) {
            State::Yielded(value) => Some(Ok(value)),
            State::Complete(Err(error)) => Some(Err(error)),
            State::Complete(Ok(returned)) => {
                inner.keep_return(Ok(returned));
                None
            }
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // An error may follow the last value.
        if self.is_terminated() { (0, Some(0)) } else { (0, None) }
    }
}

impl<Y, R, E, Fut: Future<Output = Result<R, E>>> FusedStream for TryGen<Y, Fut> {
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl<Y, Fut: Future> fmt::Debug for TryGen<Y, Fut> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TryGen").field("inner", &self.inner).finish()
    }
}
