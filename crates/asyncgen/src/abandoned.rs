use alloc::boxed::Box;
use core::fmt;
use core::future::Future;
use core::panic::Location;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::{Closed, Generator};

/// How often a generator is closed that yields although it is closing.
///
/// Each close unwinds at least one cleanup. With fewer, the outer cleanups of a body whose inner ones yield
/// would not run; with more, a body that never ends would be polled for longer.
const CLOSES: u32 = 64;

/// What is left of an [`Owned`](crate::Owned) generator that was dropped unfinished: the future that
/// closes it.
///
/// It is what a finaliser is given ([`hooks`](crate::hooks)), and is the allocation that the generator was.
/// It is ready when the last cleanup has run, as [`close`](Generator::close) is, and has
/// dropped the body by then. A cleanup that yields is closed again, a bounded number of times.
///
/// A panic of a cleanup goes to the one who polls it. Dropped before it is ready, it drops the body where it
/// is, and what is left of the cleanup does not run.
#[must_use = "the generator's cleanup does not run unless this is awaited"]
pub struct Abandoned {
    /// `None` once it is closed.
    generator: Option<Pin<Box<dyn Close + Send>>>,
    /// How many closes are left.
    closes: u32,
    owned_at: &'static Location<'static>,
}

/// A generator without its types.
trait Close {
    /// Closes it; `false` if it yielded.
    fn poll_end(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool>;
}

impl<G: Generator> Close for G {
    fn poll_end(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
        Generator::poll_close(self, cx).map(|closed: Closed<_, _>| closed.is_ok())
    }
}

impl Abandoned {
    pub(crate) fn new<G>(generator: Pin<Box<G>>, owned_at: &'static Location<'static>) -> Self
    where
        G: Generator + Send + 'static,
    {
        Self { generator: Some(generator), closes: CLOSES, owned_at }
    }

    /// Where the generator was made an [`Owned`](crate::Owned), to name it in a log.
    pub fn owned_at(&self) -> &'static Location<'static> {
        self.owned_at
    }
}

impl Future for Abandoned {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // Taken out, so that it is gone if its cleanup panics.
        while let Some(mut generator) = self.generator.take() {
            let Poll::Ready(closed) = generator.as_mut().poll_end(cx) else {
                self.generator = Some(generator);
                return Poll::Pending;
            };
            self.closes -= 1;
            if !closed && self.closes > 0 {
                self.generator = Some(generator);
            }
        }
        Poll::Ready(())
    }
}

impl fmt::Debug for Abandoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Abandoned")
            .field("owned_at", &format_args!("{}", self.owned_at))
            .finish_non_exhaustive()
    }
}
