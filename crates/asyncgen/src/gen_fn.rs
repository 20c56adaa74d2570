use core::convert::Infallible;
use core::fmt;
use core::mem;
use core::panic::Location;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};
use pin_project_lite::pin_project;

use crate::generator::sealed::Sealed;
use crate::slot::{Driver, Heap, InPlace, Place, Polled};
use crate::{Body, BoxGen, Closed, Co, Generator, IgnoredClose, LocalBoxGen, SendError, State};

/// Makes a generator of an async closure, without a macro.
///
/// The closure is given a [`Co`] and yields through it. What it yields and returns is inferred.
/// Nothing of it runs before the first poll.
///
/// ```
/// use asyncgen::{Next, gen_fn};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut squares = std::pin::pin!(gen_fn(async |mut co| {
///     for n in 1..=3 {
///         co.yield_(n * n).await;
///     }
/// }));
/// assert_eq!(squares.next().await, Some(1));
/// assert_eq!(squares.next().await, Some(4));
/// assert_eq!(squares.next().await, Some(9));
/// assert_eq!(squares.next().await, None);
/// # });
/// ```
#[inline]
#[track_caller]
pub fn gen_fn<Y, R, F>(body: F) -> Gen<Y, F>
where
    F: AsyncFnOnce(Co<'_, Y>) -> R + for<'co> Body<'co, Y, Return = R>,
{
    Gen::new(body)
}

/// As [`gen_fn`](crate::gen_fn()), for a body to which values of type `S` can be sent, and into which
/// errors of type `E` can be thrown: PEP 342's and PEP 525's `send` and `throw`.
///
/// Both are said in the type of the closure's parameter.
///
/// ```
/// use asyncgen::{Co, Generator, State, duplex_gen_fn};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut sums = std::pin::pin!(duplex_gen_fn(async |mut co: Co<'_, u32, u32>| {
///     let mut sum = 0;
///     while sum < 5 {
///         sum += co.yield_(sum).await;
///     }
///     "enough"
/// }));
/// assert_eq!(sums.resume().await, State::Yielded(0));
/// assert_eq!(sums.send(2).await, Ok(State::Yielded(2)));
/// assert_eq!(sums.send(3).await, Ok(State::Complete("enough")));
/// # });
/// ```
#[inline]
#[track_caller]
pub fn duplex_gen_fn<Y, S, E, R, F>(body: F) -> Gen<Y, F, S, E>
where
    F: AsyncFnOnce(Co<'_, Y, S, E>) -> R + for<'co> Body<'co, Y, S, E, Return = R>,
{
    Gen::new(body)
}

/// As [`gen_fn`](crate::gen_fn()), for a generator that allocates nothing: its slot is in itself.
///
/// It costs more for each item: the compiler does not see that the body and the one who polls it are
/// the only two who know the slot.
///
/// ```
/// use asyncgen::{Next, in_place_fn};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut one = std::pin::pin!(in_place_fn(async |mut co| co.yield_(1).await));
/// assert_eq!(one.next().await, Some(1));
/// # });
/// ```
#[inline]
#[track_caller]
pub fn in_place_fn<Y, R, F>(body: F) -> Gen<Y, F, (), Infallible, InPlace<Y, (), Infallible>>
where
    F: AsyncFnOnce(Co<'_, Y>) -> R + for<'co> Body<'co, Y, Return = R>,
{
    Gen::new(body)
}

pin_project! {
    /// A generator made by [`gen_fn`](crate::gen_fn()) or [`stream!`](crate::stream!).
    ///
    /// It is a [`Stream`] of what the body yields; its return value is there after the end
    /// ([`Generator::take_return`]). It is `Send` when the body and its items are. It is not `Unpin`:
    /// pin it with [`pin!`](core::pin::pin), or take it [`boxed`](Gen::boxed).
    ///
    /// After the end it gives `None` for ever. A panic of the body goes to the caller of that poll;
    /// polling the generator again panics too, as any async block does, and names its place.
    ///
    /// Dropped before its end, it drops the body where it is: destructors run, but no
    /// [`finally!`](crate::finally!), which could not await; a debug build with the feature `std`
    /// warns of a cleanup that was due. [`close`](Generator::close) it, or make it [`owned`](Gen::owned).
    ///
    /// ```
    /// use std::pin::{Pin, pin};
    ///
    /// use asyncgen::{Body, Gen, Next, gen_fn};
    ///
    /// async fn sum<F>(mut numbers: Pin<&mut Gen<u32, F>>) -> u32
    /// where
    ///     F: for<'co> Body<'co, u32, Return = ()>,
    /// {
    ///     let mut sum = 0;
    ///     while let Some(number) = numbers.next().await {
    ///         sum += number;
    ///     }
    ///     sum
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let numbers = pin!(gen_fn(async |mut co| {
    ///     co.yield_(3).await;
    ///     co.yield_(4).await;
    /// }));
    /// assert_eq!(sum(numbers).await, 7);
    /// # });
    /// ```
    #[must_use = "a generator does nothing until it is polled"]
    pub struct Gen<Y, F, S = (), E = Infallible, P = Heap<Y, S, E>>
    where
        F: Body<'static, Y, S, E>,
    {
        #[pin]
        driver: Driver<Y, S, E, F, P>,
        returned: Returned<F::Return>,
        made_at: &'static Location<'static>,
    }
}

/// The return value on its way out.
enum Returned<R> {
    No,
    /// An item came with it; the next poll tells.
    ToTell(R),
    /// The `Stream` has given `None`.
    ToTake(R),
}

impl<R> Returned<R> {
    /// What a poll is still to tell.
    #[inline]
    fn tell(&mut self) -> Option<R> {
        match mem::replace(self, Self::No) {
            Self::ToTell(returned) => Some(returned),
            other => {
                *self = other;
                None
            }
        }
    }

    /// What `take_return` gives.
    #[inline]
    fn take(&mut self) -> Option<R> {
        match mem::replace(self, Self::No) {
            Self::ToTake(returned) => Some(returned),
            other => {
                *self = other;
                None
            }
        }
    }
}

impl<Y, F, S, E, P, R> Gen<Y, F, S, E, P>
where
    F: for<'co> Body<'co, Y, S, E, Return = R>,
    P: Place<Y, S, E>,
{
    #[inline]
    #[track_caller]
    pub(crate) fn new(body: F) -> Self {
        Self { driver: Driver::new(body), returned: Returned::No, made_at: Location::caller() }
    }

    /// The same generator, boxed: `Unpin`, with a type that can be named and stored.
    pub fn boxed<'a>(self) -> BoxGen<'a, Y, R, Y, S, E>
    where
        Self: Generator<Item = Y, Yield = Y, Return = R, Sent = S, Thrown = E> + Send + 'a,
    {
        BoxGen::new(self)
    }

    /// As [`boxed`](Self::boxed), for a body that is not `Send`.
    pub fn boxed_local<'a>(self) -> LocalBoxGen<'a, Y, R, Y, S, E>
    where
        Self: Generator<Item = Y, Yield = Y, Return = R, Sent = S, Thrown = E> + 'a,
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
        Self: Generator + Send + 'static,
    {
        crate::Owned::new(self)
    }

    /// Keeps the return value for `take_return`.
    #[inline]
    pub(crate) fn keep_return(self: Pin<&mut Self>, returned: R) {
        *self.project().returned = Returned::ToTake(returned);
    }
}

impl<Y, F, S, E, P> Sealed for Gen<Y, F, S, E, P> where F: Body<'static, Y, S, E> {}

impl<Y, R, F, S, E, P> Generator for Gen<Y, F, S, E, P>
where
    F: for<'co> Body<'co, Y, S, E, Return = R>,
    S: Default,
    P: Place<Y, S, E>,
{
    type Yield = Y;
    type Return = R;
    type Sent = S;
    type Thrown = E;

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "a `dyn Generator` has it twice in its table, in `poll_next` too: 10 instructions an item"
    )]
    fn poll_resume(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<State<Y, R>> {
        let this = self.project();
        Poll::Ready(match this.driver.poll(cx) {
            Polled::Yielded(item) => State::Yielded(item),
            Polled::Pending => return Poll::Pending,
            Polled::Returned(None, returned) => State::Complete(returned),
            Polled::Returned(Some(item), returned) => {
                *this.returned = Returned::ToTell(returned);
                State::Yielded(item)
            }
            Polled::Closed => this.returned.tell().map_or(State::Closed, State::Complete),
        })
    }

    #[inline]
    fn start_send(self: Pin<&mut Self>, value: S) -> Result<(), SendError<S>> {
        let sent = self.project().driver.send(value);
        sent.map_err(|(value, refusal)| SendError::new(value, refusal))
    }

    #[inline]
    fn start_throw(self: Pin<&mut Self>, error: E) -> Result<(), E> {
        self.project().driver.throw(error)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Closed<Y, R>> {
        let mut this = self.project();
        if !this.driver.as_mut().ask_to_stop() {
            return Poll::Ready(Ok(this.returned.tell()));
        }
        let item = match this.driver.as_mut().poll(cx) {
            Polled::Pending => return Poll::Pending,
            Polled::Closed => return Poll::Ready(Ok(None)),
            Polled::Returned(None, returned) => return Poll::Ready(Ok(Some(returned))),
            Polled::Returned(Some(item), returned) => {
                *this.returned = Returned::ToTell(returned);
                item
            }
            Polled::Yielded(item) => item,
        };
        let site = this.driver.ignored_at();
        Poll::Ready(Err(IgnoredClose::new(item, this.made_at, site)))
    }

    #[inline]
    fn take_return(self: Pin<&mut Self>) -> Option<R> {
        self.project().returned.take()
    }

    fn is_under_way(self: Pin<&mut Self>) -> bool {
        self.project().driver.is_under_way()
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }

    type Body<'co> = <F as Body<'co, Y, S, E>>::Future;

    #[inline]
    fn into_body(self, co: Co<'_, Y, S, E>) -> Self::Body<'_> {
        let body = self.driver.into_body();
        body.expect("it is given by value, and one that was polled is pinned").begin(co)
    }
}

impl<Y, R, F, S, E, P> Stream for Gen<Y, F, S, E, P>
where
    F: for<'co> Body<'co, Y, S, E, Return = R>,
    S: Default,
    P: Place<Y, S, E>,
{
    type Item = Y;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Y>> {
        Poll::Ready(match ready!(self.as_mut().poll_resume(cx)) {
            State::Yielded(item) => Some(item),
            State::Complete(returned) => {
                self.keep_return(returned);
                None
            }
            State::Closed => None,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        if self.is_terminated() { (0, Some(0)) } else { (0, None) }
    }
}

impl<Y, R, F, S, E, P> FusedStream for Gen<Y, F, S, E, P>
where
    F: for<'co> Body<'co, Y, S, E, Return = R>,
    S: Default,
    P: Place<Y, S, E>,
{
    fn is_terminated(&self) -> bool {
        self.driver.is_done() && !matches!(self.returned, Returned::ToTell(_))
    }
}

impl<Y, F, S, E, P> fmt::Debug for Gen<Y, F, S, E, P>
where
    F: Body<'static, Y, S, E>,
    P: Place<Y, S, E>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gen")
            .field("made_at", &format_args!("{}", self.made_at))
            .field("status", &self.driver.status())
            .finish_non_exhaustive()
    }
}
