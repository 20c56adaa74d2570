//! Delegation to a generator that keeps its own place: each item is handed on.

use core::fmt;
use core::future::Future;
use core::panic::Location;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::slot::{Port, Watch};
use crate::{Co, Generator, State};

pin_project! {
    /// Runs a generator to its end in the body of another: the consumer's verbs go to the inner one, its
    /// items to the consumer.
    #[must_use = "futures do nothing unless awaited"]
    pub struct Forward<'co, G>
    where
        G: Generator,
    {
        #[pin]
        inner: G,
        port: Port<'co, G::Yield, G::Sent, G::Thrown>,
        watch: Watch<'co, G::Yield, G::Sent, G::Thrown>,
        phase: Phase<G::Yield>,
    }
}

/// | from | to | when |
/// |---|---|---|
/// | `Running` | `Giving` | the inner generator yielded |
/// | `Giving` | `Given` | there was room for the item |
/// | `Given` | `Running` | the consumer answered, and the answer went to the inner one |
/// | `Running`, `Given` | `Closing` | the consumer closes |
/// | `Closing` | `Giving` | the inner one yielded though it was closing |
/// | `Closing`, `Running` | `Closed` | the inner one is closed |
enum Phase<Y> {
    Running,
    /// The item, and where it was yielded, if that is known.
    Giving(Y, Option<&'static Location<'static>>),
    Given,
    Closing,
    Closed,
}

impl<'co, G: Generator> Forward<'co, G> {
    pub(crate) fn new(inner: G, co: Co<'co, G::Yield, G::Sent, G::Thrown>) -> Self {
        let (port, watch) = co.into_watched();
        Self { inner, port, watch, phase: Phase::Running }
    }
}

impl<G: Generator> Future for Forward<'_, G> {
    type Output = G::Return;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<G::Return> {
        let mut this = self.project();
        this.watch.enter();
        loop {
            let mut inner = this.inner.as_mut();
            *this.phase = match core::mem::replace(this.phase, Phase::Closed) {
                Phase::Running | Phase::Given if this.watch.is_asked() => Phase::Closing,
                Phase::Running => match inner.as_mut().poll_resume(cx) {
                    Poll::Ready(State::Yielded(item)) => Phase::Giving(item, None),
                    Poll::Ready(State::Complete(returned)) => {
                        this.watch.leave();
                        return Poll::Ready(returned);
                    }
                    Poll::Ready(State::Closed) => match inner.take_return() {
                        // It was at its end before it was given to us.
                        Some(returned) => {
                            this.watch.leave();
                            return Poll::Ready(returned);
                        }
                        None => Phase::Closed,
                    },
                    Poll::Pending if this.watch.is_left_to_us() => Phase::Closing,
                    Poll::Pending => {
                        *this.phase = Phase::Running;
                        this.watch.listen(cx);
                        return Poll::Pending;
                    }
                },
                Phase::Giving(item, site) => {
                    *this.phase = match this.port.put_late(item, site) {
                        Ok(()) => Phase::Given,
                        Err(item) => Phase::Giving(item, site),
                    };
                    this.port.wait(cx);
                    this.watch.listen(cx);
                    return Poll::Pending;
                }
                Phase::Given if this.port.is_held() => {
                    *this.phase = Phase::Given;
                    this.port.wait(cx);
                    this.watch.listen(cx);
                    return Poll::Pending;
                }
                Phase::Given => {
                    // The inner one is at the `yield` of that item: neither can be refused.
                    match this.port.resumed_or_thrown() {
                        Ok(sent) => drop(inner.start_send(sent)),
                        Err(error) => {
                            drop(inner.start_throw(error));
                            // As `throw` does.
                            cx.waker().wake_by_ref();
                        }
                    }
                    Phase::Running
                }
                Phase::Closing => match inner.as_mut().poll_close(cx) {
                    Poll::Ready(Ok(_)) => Phase::Closed,
                    Poll::Ready(Err(ignored)) => {
                        let site = ignored.site();
                        Phase::Giving(ignored.into_item(), site)
                    }
                    Poll::Pending => {
                        *this.phase = Phase::Closing;
                        return Poll::Pending;
                    }
                },
                Phase::Closed => {
                    this.watch.leave();
                    this.port.stop();
                    return Poll::Pending;
                }
            }
        }
    }
}

impl<G: Generator> fmt::Debug for Forward<'_, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forward").finish_non_exhaustive()
    }
}
