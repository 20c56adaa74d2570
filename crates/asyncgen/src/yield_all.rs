use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::slot::{Delegated, Watch};
use crate::{Co, Generator};

pin_project! {
    /// The future of [`Co::yield_all`].
    ///
    /// The body of `inner` may take it for granted that it is polled when the consumer asks for more, and not
    /// before. So it is where a generator polls its own body; here, where anybody may poll, it is seen to.
    #[must_use = "nothing is yielded until it is awaited"]
    pub struct YieldAll<'a, G>
    where
        G: Generator,
    {
        #[pin]
        delegated: Delegated<'a, G>,
        watch: Watch<'a, G::Yield, G::Sent, G::Thrown>,
        // It has yielded, and is not polled while the item waits to be taken.
        gave: bool,
    }
}

impl<'a, G: Generator> YieldAll<'a, G> {
    #[inline]
    pub(crate) fn new(inner: G, co: &'a mut Co<'_, G::Yield, G::Sent, G::Thrown>) -> Self {
        let (port, watch) = co.port().watched();
        let delegated = Delegated::new(inner.into_body(Co::new(port)));
        Self { delegated, watch, gave: false }
    }
}

impl<G: Generator> Future for YieldAll<'_, G> {
    type Output = G::Return;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<G::Return> {
        let this = self.project();
        if !(*this.gave && this.watch.is_full()) {
            if let Poll::Ready(returned) = this.delegated.poll(cx) {
                return Poll::Ready(returned);
            }
            *this.gave = this.watch.is_full();
        }
        if *this.gave {
            this.watch.wait(cx);
        }
        Poll::Pending
    }
}

impl<G: Generator> fmt::Debug for YieldAll<'_, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("YieldAll").finish_non_exhaustive()
    }
}
