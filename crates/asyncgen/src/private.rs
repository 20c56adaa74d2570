//! What the macros expand to; not for use by hand, and free to change.

use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::panic::Location;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::Stream;

pub use asyncgen_macros::{async_for, generator, stream, try_stream};

pub use self::dispatch::{AsGenerator, AsStream, Inner, ViaGenerator, ViaStream};
pub use crate::co::Give;
use crate::finally::{self, Guarded};
pub use crate::finally::{Stopped, unwind};
use crate::slot::{Delegated, Port};
use crate::{Body, Co, Generator, WaitForStop, YieldAll};
pub use crate::{duplex_gen_fn, gen_fn, in_place_fn, try_duplex_gen_fn, try_gen_fn};

#[path = "private/dispatch.rs"]
mod dispatch;
#[path = "private/straight.rs"]
pub mod straight;

/// The type of the items that `co` takes.
#[inline]
pub fn item<Y, S, E>(co: &Co<'_, Y, S, E>) -> Item<Y> {
    let _ = co;
    Item { kind: PhantomData }
}

/// The type of the items: it lets an operand of `yield` be checked against it before the handle is
/// borrowed, so that one `yield` may stand in the operand of another.
pub struct Item<Y> {
    kind: PhantomData<fn(Y) -> Y>,
}

impl<Y> Item<Y> {
    /// The value itself.
    #[inline]
    pub fn of(self, value: Y) -> Y {
        value
    }

    /// Gives the value of a `yield`; what is to be awaited then, or what gives it when there is room. Both wake
    /// nobody: this is for the body itself, which is polled when the consumer asks for more.
    ///
    /// A method, as is `guarded`: the location of a method's call is that of its name, which the macros
    /// put where the user's `yield` is; that of a path is the call of the whole macro.
    #[inline]
    #[track_caller]
    pub fn give<'a, S, E>(
        self,
        co: &'a mut Co<'_, Y, S, E>,
        value: Y,
    ) -> Result<Pause, Parked<'a, Y, S, E>> {
        let site = Location::caller();
        match co.port().put(value) {
            Ok(()) => Ok(Pause { paused: false }),
            Err(value) => Err(Parked { port: co.port().reborrow(), value: Some(value), site }),
        }
    }

    /// Gives the value of a `yield` that somebody else in the body may poll, as another macro has it in its input.
    #[inline]
    #[track_caller]
    pub fn give_anywhere<'a, S, E>(
        self,
        co: &'a mut Co<'_, Y, S, E>,
        value: Y,
    ) -> Give<'a, Y, S, E> {
        Give::new(co.port(), value)
    }

    /// Runs the body of a `finally!`.
    #[inline]
    #[track_caller]
    pub fn guarded<'a, S, E, T, F>(
        self,
        co: &'a mut Co<'_, Y, S, E>,
        body: F,
    ) -> Guarded<'a, Y, S, E, <F as Body<'a, Y, S, E>>::Future>
    where
        F: AsyncFnOnce(Co<'_, Y, S, E>) -> T + for<'b> Body<'b, Y, S, E, Return = T>,
    {
        finally::guarded(co, Location::caller(), body)
    }
}

impl<Y> Clone for Item<Y> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Y> Copy for Item<Y> {}

impl<Y> fmt::Debug for Item<Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Item")
    }
}

/// The value of a `yield` for which there is no room: that of an earlier one, whose future was
/// dropped, still waits to be taken.
#[must_use = "the value is given when this is awaited"]
pub struct Parked<'a, Y, S, E> {
    port: Port<'a, Y, S, E>,
    value: Option<Y>,
    site: &'static Location<'static>,
}

// The value is never pinned: it is moved into the slot.
impl<Y, S, E> Unpin for Parked<'_, Y, S, E> {}

impl<Y, S, E> Future for Parked<'_, Y, S, E> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let Some(value) = this.value.take() else { return Poll::Ready(()) };
        this.value = this.port.put_late(value, Some(this.site)).err();
        Poll::Pending
    }
}

impl<Y, S, E> fmt::Debug for Parked<'_, Y, S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parked")
    }
}

/// What was sent in answer to a `yield`.
#[inline]
pub fn resumed<Y, S: Default>(co: &mut Co<'_, Y, S>) -> S {
    co.port().resumed()
}

/// What was sent in answer to a `yield`, or the error that was thrown into it.
///
/// # Errors
///
/// The error that was thrown.
#[inline]
pub fn resumed_or_thrown<Y, S: Default, E>(co: &mut Co<'_, Y, S, E>) -> Result<S, E> {
    co.port().resumed_or_thrown()
}

/// How the body of a `finally!` was left, other than by an error or a stop. What does not occur in
/// it, a `return` say, has a type without values.
#[derive(Debug)]
pub enum Flow<T, R, J> {
    /// At its end.
    Normal(T),
    /// By `return`.
    Return(R),
    /// By the `break` or `continue` of this number.
    Jump(J),
}

/// Delegates to `inner`, in a part of the body that is polled as the whole is.
#[inline]
pub fn yield_all<'a, Y, S, E, G>(co: &'a mut Co<'_, Y, S, E>, inner: G) -> Delegated<'a, G>
where
    G: Generator<Yield = Y, Sent = S, Thrown = E>,
{
    Delegated::new(inner.into_body(Co::new(co.port().reborrow())))
}

/// Delegates to `inner`, where anybody may poll.
#[inline]
pub fn yield_all_anywhere<'a, Y, S, E, G>(co: &'a mut Co<'_, Y, S, E>, inner: G) -> YieldAll<'a, G>
where
    G: Generator<Yield = Y, Sent = S, Thrown = E>,
{
    co.yield_all(inner)
}

/// Waits until the generator is asked to stop.
#[inline]
pub fn stopped<'a, Y, S, E>(co: &'a mut Co<'_, Y, S, E>) -> WaitForStop<'a, Y, S, E> {
    co.stopped()
}

/// The next item of a pinned stream.
#[inline]
pub fn next<S: Stream>(stream: Pin<&mut S>) -> NextPinned<'_, S> {
    NextPinned { stream }
}

/// The future of [`next`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct NextPinned<'a, S> {
    stream: Pin<&'a mut S>,
}

impl<S: Stream> Future for NextPinned<'_, S> {
    type Output = Option<S::Item>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        self.stream.as_mut().poll_next(cx)
    }
}

/// Suspends the body, so that what it gave is taken.
#[derive(Debug)]
#[must_use = "the body is suspended when this is awaited"]
pub struct Pause {
    paused: bool,
}

impl Future for Pause {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        if self.paused {
            return Poll::Ready(());
        }
        self.paused = true;
        Poll::Pending
    }
}
