//! What a body does when it is asked to stop: the guard that runs a cleanup, and the wait for a stop.

use core::convert::Infallible;
use core::fmt;
use core::future::Future;
use core::panic::Location;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::slot::{Port, Watch};
use crate::{Body, Co};

/// Runs a part of a body until it ends or is to stop.
///
/// The part is given its handle, and accepts one of every lifetime: it cannot let go of it, to be used
/// while the guard looks at the slot.
#[inline]
pub(crate) fn guarded<'a, Y, S, E, T, F>(
    co: &'a mut Co<'_, Y, S, E>,
    site: &'static Location<'static>,
    body: F,
) -> Guarded<'a, Y, S, E, <F as Body<'a, Y, S, E>>::Future>
where
    F: AsyncFnOnce(Co<'_, Y, S, E>) -> T + for<'b> Body<'b, Y, S, E, Return = T>,
{
    let (port, watch) = co.port().watched();
    let guard = Guard { watch, site };
    Guarded { part: Some(body.begin(Co::new(port))), guard }
}

/// What a part of a body leaves behind when it is dropped.
struct Guard<'a, Y, S, E> {
    watch: Watch<'a, Y, S, E>,
    site: &'static Location<'static>,
}

/// The part was asked to stop, and has been dropped, or ended in that poll.
#[derive(Clone, Copy, Debug)]
pub struct Stopped;

pin_project! {
    /// The future of [`guarded`].
    #[must_use = "futures do nothing unless awaited"]
    pub struct Guarded<'a, Y, S, E, F> {
        // `None` once it has ended or was stopped.
        #[pin]
        part: Option<F>,
        guard: Guard<'a, Y, S, E>,
    }
}

impl<Y, S, E, F: Future> Future for Guarded<'_, Y, S, E, F> {
    type Output = Result<F::Output, Stopped>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let watch = &mut this.guard.watch;
        watch.enter();
        let outcome = if watch.is_asked() {
            Err(Stopped)
        } else {
            let part = this.part.as_mut().as_pin_mut();
            match part.expect("it is not polled after it was ready").poll(cx) {
                // Also where the part came to its end: a stop that it did not hear must not cut the
                // cleanup short.
                _ if watch.is_left_to_us() => Err(Stopped),
                Poll::Ready(value) => Ok(value),
                Poll::Pending => {
                    watch.listen(cx);
                    return Poll::Pending;
                }
            }
        };
        this.part.set(None);
        watch.leave();
        Poll::Ready(outcome)
    }
}

impl<Y, S, E> Drop for Guard<'_, Y, S, E> {
    fn drop(&mut self) {
        if self.watch.is_entered() {
            warn_of_skipped_cleanup(self.site);
        }
    }
}

/// A cleanup that was due does not run: in a debug build, standard error says so.
fn warn_of_skipped_cleanup(site: &Location<'_>) {
    #[cfg(all(debug_assertions, feature = "std"))]
    if !std::thread::panicking() {
        #[expect(clippy::print_stderr, reason = "there is nobody to return it to")]
        {
            std::eprintln!(
                "warning: a generator was dropped in the body of the `finally!` at {site}, whose \
                 cleanup did not run: `close` it, or own it with `Gen::owned` and hooks"
            );
        }
    }
    #[cfg(not(all(debug_assertions, feature = "std")))]
    let _ = site;
}

impl<Y, S, E, F> fmt::Debug for Guarded<'_, Y, S, E, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded").finish_non_exhaustive()
    }
}

/// Passes a stop on to what is around: never ready, as that drops it.
#[inline]
pub fn unwind<'a, Y, S, E>(co: &'a mut Co<'_, Y, S, E>) -> Unwind<'a, Y, S, E> {
    Unwind { port: co.port().reborrow() }
}

/// The future of [`unwind`].
#[must_use = "futures do nothing unless awaited"]
pub struct Unwind<'a, Y, S, E> {
    port: Port<'a, Y, S, E>,
}

impl<Y, S, E> Future for Unwind<'_, Y, S, E> {
    type Output = Infallible;

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Infallible> {
        self.port.stop();
        Poll::Pending
    }
}

impl<Y, S, E> fmt::Debug for Unwind<'_, Y, S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unwind").finish_non_exhaustive()
    }
}

/// The future of [`Co::stopped`].
#[must_use = "futures do nothing unless awaited"]
pub struct WaitForStop<'a, Y, S, E> {
    watch: Watch<'a, Y, S, E>,
}

impl<'a, Y, S, E> WaitForStop<'a, Y, S, E> {
    pub(crate) fn new(co: &'a mut Co<'_, Y, S, E>) -> Self {
        let (_, watch) = co.port().watched();
        Self { watch }
    }
}

impl<Y, S, E> Future for WaitForStop<'_, Y, S, E> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.watch.enter();
        if self.watch.is_asked() {
            return Poll::Ready(());
        }
        self.watch.listen(cx);
        Poll::Pending
    }
}

impl<Y, S, E> fmt::Debug for WaitForStop<'_, Y, S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitForStop").finish_non_exhaustive()
    }
}
