use core::future::Future;
use core::marker::{PhantomData, PhantomPinned};
use core::panic::Location;
use core::pin::Pin;
use core::ptr;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::cell::{Tag, Urgent, is_nothing};
use super::port::wake;
use super::shifting::Shifting;
use super::{Body, Place, Port};
use crate::co::Co;
use crate::verbs::Refusal;

pin_project! {
    /// A body with the cell that it yields into.
    ///
    /// | | `body` | `future` | `idle` | `done` |
    /// |---|---|---|---|---|
    /// | not started | yes | – | yes | – |
    /// | running | – | yes | – | – |
    /// | returned | – | yes | yes | yes |
    /// | closed | – | – | yes | yes |
    /// | panicked when it was called | – | – | yes | – |
    ///
    /// Fields and not an enum, two flags and not one: with anything else that was tried, the compiler
    /// does not hold a generator that it sees as a whole in registers (4 instructions an item became 8
    /// to 30), or checks twice at each poll.
    pub(crate) struct Driver<Y, S, E, F, P>
    where
        F: Body<'static, Y, S, E>,
    {
        body: Option<F>,
        // Before the place: the port in the future must be gone when the cell is.
        #[pin]
        future: Shifting<Option<F::Future>>,
        // There is nothing to poll: `done` says why.
        idle: bool,
        done: bool,
        place: P,
        types: PhantomData<(Y, S, E)>,
        #[pin]
        pinned: PhantomPinned,
    }
}

/// What a poll of the body came to.
pub(crate) enum Polled<Y, R> {
    Pending,
    Yielded(Y),
    /// It returned, in the poll in which it gave the item, if there is one.
    Returned(Option<Y>, R),
    /// It was asked to stop, and has.
    Closed,
}

impl<Y, S, E, F, P, R> Driver<Y, S, E, F, P>
where
    // This is what keeps the port in: see the module docs.
    F: for<'co> Body<'co, Y, S, E, Return = R>,
    P: Place<Y, S, E>,
{
    #[inline]
    pub(crate) fn new(body: F) -> Self {
        Self {
            body: Some(body),
            future: Shifting::new(None),
            done: false,
            idle: true,
            place: P::new(),
            types: PhantomData,
            pinned: PhantomPinned,
        }
    }
}

impl<Y, S, E, F, P> Driver<Y, S, E, F, P>
where
    F: Body<'static, Y, S, E>,
    P: Place<Y, S, E>,
{
    /// The body, which has not run: as long as a driver can be moved it was not polled.
    #[inline]
    pub(crate) fn into_body(self) -> Option<F> {
        self.body
    }

    #[inline]
    pub(crate) fn is_done(&self) -> bool {
        self.done
    }

    /// Whether the body has begun and not ended.
    pub(crate) fn is_under_way(&self) -> bool {
        self.body.is_none() && !self.done
    }

    pub(crate) fn status(&self) -> Status {
        if self.done {
            return Status::Finished;
        }
        if self.body.is_some() {
            return Status::Unstarted;
        }
        // SAFETY: as in `poll`.
        let cell = unsafe { self.place.cell().as_ref() };
        match cell.tag() {
            Tag::Stop | Tag::Closing => Status::Closing,
            _ if cell.is_at_yield() => Status::Suspended,
            _ => Status::Waiting,
        }
    }

    /// Runs the body until it yields, waits or ends.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "it has several callers, of which one is hot: 22 instructions an item"
    )]
    pub(crate) fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled<Y, F::Return> {
        let this = self.project();
        let mut future = this.future.as_pin_mut();
        let mut at = this.place.cell();
        if *this.idle {
            // There is none when it is done; and if the call panics, it stays idle without one.
            let Some(body) = this.body.take() else { return Polled::Closed };
            let port = Port { cell: at, brand: PhantomData };
            future.set(Some(body.begin(Co::new(port))));
            *this.idle = false;
        }
        if F::NESTS {
            // SAFETY: the body does not run (module docs).
            unsafe { at.as_mut() }.driver = ptr::from_ref(cx).cast();
        }
        // SAFETY: the table of the fields: it is not idle, so it runs.
        let running = unsafe { future.as_mut().as_pin_mut().unwrap_unchecked() };
        let polled = running.poll(cx);
        // SAFETY: the body does not run any more (module docs).
        let cell = unsafe { at.as_mut() };
        match polled {
            Poll::Pending => {
                if let Some(item) = cell.take_out() {
                    return Polled::Yielded(item);
                }
                match cell.wait() {
                    Urgent::Nothing => {}
                    // The `yield` into which it was thrown is gone, dropped by a `select!`.
                    Urgent::Thrown => cell.drop_thrown(),
                    Urgent::Stop if F::NESTS && cell.may_yet_hear() => wake(cx.waker()),
                    Urgent::Stop => {
                        *this.done = true;
                        *this.idle = true;
                        drop_closed(future);
                        return Polled::Closed;
                    }
                }
                Polled::Pending
            }
            Poll::Ready(returned) => {
                *this.done = true;
                *this.idle = true;
                Polled::Returned(cell.take_out(), returned)
            }
        }
    }

    /// Asks the body to stop, once. What it answers is the outcome of the polls that follow, if any is
    /// needed: `false` says that the generator is closed.
    pub(crate) fn ask_to_stop(mut self: Pin<&mut Self>) -> bool {
        let this = self.as_mut().project();
        if *this.done {
            return false;
        }
        if this.body.is_some() {
            self.close();
            return false;
        }
        // SAFETY: as in `poll`.
        let cell = unsafe { this.place.cell().as_mut() };
        match cell.tag() {
            Tag::Stop | Tag::Closing => true,
            _ if cell.depth > 0 => {
                if let Some(listener) = cell.ask_to_stop() {
                    listener.wake();
                }
                true
            }
            // Nobody in the body would hear of it.
            _ => {
                self.close();
                false
            }
        }
    }

    /// Drops the body.
    pub(crate) fn close(self: Pin<&mut Self>) {
        let this = self.project();
        *this.done = true;
        *this.idle = true;
        *this.body = None;
        this.future.as_pin_mut().set(None);
    }

    /// Puts the answer to the `yield` at which the body is.
    #[inline]
    pub(crate) fn send(self: Pin<&mut Self>, value: S) -> Result<(), (S, Refusal)> {
        match self.refusal() {
            Some(refusal) => Err((value, refusal)),
            None if is_nothing::<S>() => Ok(()),
            None => {
                // SAFETY: as in `poll`.
                unsafe { self.project().place.cell().as_mut() }.put_sent(value);
                Ok(())
            }
        }
    }

    /// Puts the error of the `yield` at which the body is.
    #[inline]
    pub(crate) fn throw(self: Pin<&mut Self>, error: E) -> Result<(), E> {
        if self.refusal().is_some() {
            return Err(error);
        }
        // SAFETY: as in `poll`.
        unsafe { self.project().place.cell().as_mut() }.put_thrown(error);
        Ok(())
    }

    /// Why the body is not at a `yield` that can be answered.
    #[inline]
    fn refusal(&self) -> Option<Refusal> {
        if self.done {
            return Some(Refusal::Finished);
        }
        if self.body.is_some() {
            return Some(Refusal::Unstarted);
        }
        // SAFETY: as in `poll`.
        let cell = unsafe { self.place.cell().as_ref() };
        (!cell.is_at_yield()).then_some(Refusal::Waiting)
    }

    /// Where the body yielded although it was closing, as `Polled::Yielded` has just told.
    pub(crate) fn ignored_at(self: Pin<&mut Self>) -> Option<&'static Location<'static>> {
        // SAFETY: as in `poll`.
        unsafe { self.project().place.cell().as_mut() }.ignored_at.take()
    }
}

/// Apart, as it is seldom: what a closed body holds is dropped where it is closed.
#[cold]
fn drop_closed<F>(mut future: Pin<&mut Option<F>>) {
    future.set(None);
}

/// Where a generator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Unstarted,
    Suspended,
    Waiting,
    Closing,
    Finished,
}
