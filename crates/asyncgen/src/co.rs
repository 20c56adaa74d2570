use core::convert::Infallible;
use core::fmt;
use core::future::Future;
use core::panic::Location;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::finally::{self, Stopped};
use crate::slot::{Port, Watch};
use crate::{Generator, YieldAll};

/// The handle by which a body yields: `co.yield_(x).await`.
///
/// [`gen_fn`](crate::gen_fn()) gives it to the body, for a lifetime that the body cannot name: it can
/// be lent to the functions that the body calls, but never stored outside of the body. Yielding
/// borrows it mutably, so two yields cannot overlap.
///
/// `S` is what the consumer may send, the value of a yield; `E` what it may throw into one.
///
/// ```
/// use asyncgen::{Co, Next, gen_fn};
///
/// async fn countdown(co: &mut Co<'_, u32>, from: u32) {
///     for n in (1..=from).rev() {
///         co.yield_(n).await;
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut numbers = gen_fn(async |mut co| {
///     countdown(&mut co, 2).await;
///     countdown(&mut co, 1).await;
/// })
/// .boxed();
/// assert_eq!(numbers.next().await, Some(2));
/// assert_eq!(numbers.next().await, Some(1));
/// assert_eq!(numbers.next().await, Some(1));
/// assert_eq!(numbers.next().await, None);
/// # });
/// ```
pub struct Co<'co, Y, S = (), E = Infallible> {
    port: Port<'co, Y, S, E>,
}

impl<'co, Y, S, E> Co<'co, Y, S, E> {
    #[inline]
    pub(crate) fn new(port: Port<'co, Y, S, E>) -> Self {
        Self { port }
    }

    #[inline]
    pub(crate) fn port(&mut self) -> &mut Port<'co, Y, S, E> {
        &mut self.port
    }

    /// The port, and a watch for the future that has both.
    pub(crate) fn into_watched(self) -> (Port<'co, Y, S, E>, Watch<'co, Y, S, E>) {
        self.port.into_watched()
    }

    /// Hands `value` to the consumer; ready when the consumer asks for the next item, with the
    /// error that it threw ([`throw`](Generator::throw)), or what it sent ([`send`](Generator::send)),
    /// which is `S::default()` when it asked with `next`.
    ///
    /// Otherwise as [`yield_`](Co::yield_), which is for a body into which nothing can be thrown.
    ///
    /// ```
    /// use asyncgen::{Co, Generator, State, duplex_gen_fn};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let mut patient = std::pin::pin!(duplex_gen_fn(async |mut co: Co<'_, u32, (), &str>| {
    ///     match co.try_yield(1).await {
    ///         Ok(()) => "nothing was thrown",
    ///         Err(error) => error,
    ///     }
    /// }));
    /// assert_eq!(patient.resume().await, State::Yielded(1));
    /// assert_eq!(patient.throw("ouch").await, Ok(State::Complete("ouch")));
    /// # });
    /// ```
    #[inline]
    #[track_caller]
    pub fn try_yield(&mut self, value: Y) -> TryYield<'_, Y, S, E> {
        TryYield { give: Give::new(&mut self.port, value) }
    }

    /// Yields all that `inner` does and gives its return value: `yield from` of PEP 380 and PEP 828.
    ///
    /// The body of `inner` runs in the place of ours: what it yields goes to the consumer directly,
    /// however many generators stand in one another, and what the consumer sends, throws or
    /// closes reaches the innermost. A generator that has been polled before, or is boxed, keeps its
    /// own place, and each item is handed on; so does any stream by
    /// [`from_stream`](crate::from_stream).
    ///
    /// Cancel safety: as that of `inner`, which is dropped with the future. That, as the one of
    /// [`yield_`](Co::yield_), may be polled by an executor inside of the body.
    ///
    /// ```
    /// use asyncgen::{Next, gen_fn};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let inner = gen_fn(async |mut co| {
    ///     co.yield_(1).await;
    ///     "done"
    /// });
    /// let mut outer = std::pin::pin!(gen_fn(async move |mut co| {
    ///     let returned = co.yield_all(inner).await;
    ///     assert_eq!(returned, "done");
    ///     co.yield_(2).await;
    /// }));
    /// assert_eq!(outer.next().await, Some(1));
    /// assert_eq!(outer.next().await, Some(2));
    /// assert_eq!(outer.next().await, None);
    /// # });
    /// ```
    #[inline]
    pub fn yield_all<G>(&mut self, inner: G) -> YieldAll<'_, G>
    where
        G: Generator<Yield = Y, Sent = S, Thrown = E>,
    {
        YieldAll::new(inner, self)
    }

    /// Runs `body`, and then `cleanup`, which may await: also when the generator is asked to stop
    /// while `body` waits. The value is that of `body`. It is `try … finally` of Python, and what
    /// [`finally!`](crate::finally!) is for the macros, whose docs give the contract.
    ///
    /// ```
    /// use asyncgen::{Generator, Next, gen_fn};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let closed = std::cell::Cell::new(false);
    /// let mut numbers = std::pin::pin!(gen_fn(async |mut co| {
    ///     co.finally(
    ///         async |co| co.yield_(1).await,
    ///         async |_| {
    ///             tokio::task::yield_now().await;
    ///             closed.set(true);
    ///         },
    ///     )
    ///     .await;
    /// }));
    /// assert_eq!(numbers.next().await, Some(1));
    /// numbers.close().await.unwrap();
    /// assert!(closed.get());
    /// # });
    /// ```
    #[track_caller]
    pub fn finally<T>(
        &mut self,
        body: impl AsyncFnOnce(&mut Co<'_, Y, S, E>) -> T,
        cleanup: impl AsyncFnOnce(&mut Co<'_, Y, S, E>),
    ) -> impl Future<Output = T> {
        let site = Location::caller();
        async move {
            let outcome = finally::guarded(self, site, async |mut co| body(&mut co).await).await;
            cleanup(self).await;
            match outcome {
                Ok(value) => value,
                Err(Stopped) => match finally::unwind(self).await {},
            }
        }
    }

    /// Ready when the generator is asked to stop: for a branch of a `select!` in a body that would
    /// rather end by itself than have what it waits for dropped.
    ///
    /// From then on the stop is the body's affair: it should clean up and return. A yield after it is
    /// what Python calls "ignored `GeneratorExit`": the item comes back to the one who closes, as an
    /// error ([`IgnoredClose`](crate::IgnoredClose)). The return value is that of
    /// [`close`](Generator::close).
    ///
    /// ```
    /// use asyncgen::{Generator, Next, gen_fn};
    /// use std::pin::pin;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let mut numbers = pin!(gen_fn(async |mut co| {
    ///     co.yield_(1).await;
    ///     tokio::select! {
    ///         () = co.stopped() => "was stopped",
    ///         () = std::future::pending() => "waited in vain",
    ///     }
    /// }));
    /// assert_eq!(numbers.next().await, Some(1));
    /// // A `next` that was given up: the body is in the `select!`.
    /// tokio::select! {
    ///     biased;
    ///     _ = numbers.next() => {}
    ///     () = std::future::ready(()) => {}
    /// }
    /// assert_eq!(numbers.close().await, Ok(Some("was stopped")));
    /// # });
    /// ```
    pub fn stopped(&mut self) -> finally::WaitForStop<'_, Y, S, E> {
        finally::WaitForStop::new(self)
    }
}

impl<Y, S> Co<'_, Y, S> {
    /// Hands `value` to the consumer; ready when the consumer asks for the next item, with what it
    /// sent ([`send`](Generator::send)), which is `S::default()` when it asked with `next`.
    ///
    /// Cancel safety: the value is given when the future is first polled, and is delivered even if
    /// the future is then dropped (by a `select!`, say). A second value given in the same poll of
    /// the generator waits in its own future until there is room, and is lost if that future is
    /// dropped before.
    ///
    /// It may be polled by an executor inside of the body, such as a `FuturesUnordered`, that polls
    /// only what was woken: it wakes itself there until the value is taken.
    #[inline]
    #[track_caller]
    pub fn yield_(&mut self, value: Y) -> Yield<'_, Y, S> {
        Yield { give: Give::new(&mut self.port, value) }
    }
}

impl<Y, S, E> fmt::Debug for Co<'_, Y, S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Co").finish_non_exhaustive()
    }
}

/// Gives a value, and is ready when it was taken and the body is to go on.
#[must_use = "nothing is yielded until it is awaited"]
pub struct Give<'y, Y, S, E> {
    // Not a reference to the `Co`: one part of the body's frame that points to another would keep
    // the compiler from holding the frame in registers.
    port: Port<'y, Y, S, E>,
    /// The value until the slot has accepted it.
    value: Option<Y>,
    site: &'static Location<'static>,
}

impl<'y, Y, S, E> Give<'y, Y, S, E> {
    #[inline]
    #[track_caller]
    pub(crate) fn new(port: &'y mut Port<'_, Y, S, E>, value: Y) -> Self {
        let site = Location::caller();
        Self { port: port.reborrow(), value: Some(value), site }
    }

    #[inline]
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self.value.take() {
            Some(value) => {
                if let Err(value) = self.port.put(value) {
                    self.value = self.port.put_late(value, Some(self.site)).err();
                }
            }
            None if self.port.is_held() => {}
            None => return Poll::Ready(()),
        }
        self.port.wait(cx);
        Poll::Pending
    }
}

impl<Y, S, E> fmt::Debug for Give<'_, Y, S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Give").field("accepted", &self.value.is_none()).finish_non_exhaustive()
    }
}

/// The future of [`Co::yield_`].
#[derive(Debug)]
#[must_use = "nothing is yielded until it is awaited"]
pub struct Yield<'y, Y, S = ()> {
    give: Give<'y, Y, S, Infallible>,
}

/// The future of [`Co::try_yield`].
#[derive(Debug)]
#[must_use = "nothing is yielded until it is awaited"]
pub struct TryYield<'y, Y, S, E> {
    give: Give<'y, Y, S, E>,
}

// The value is never pinned: it is moved into the slot.
impl<Y, S, E> Unpin for Give<'_, Y, S, E> {}

impl<Y, S, E> Future for Give<'_, Y, S, E> {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Give::poll(&mut self, cx)
    }
}

impl<Y, S: Default> Future for Yield<'_, Y, S> {
    type Output = S;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<S> {
        self.give.poll(cx).map(|()| self.give.port.resumed())
    }
}

impl<Y, S: Default, E> Future for TryYield<'_, Y, S, E> {
    type Output = Result<S, E>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<S, E>> {
        self.give.poll(cx).map(|()| self.give.port.resumed_or_thrown())
    }
}
