use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::slot::Port;

/// The handle by which a body yields: `co.yield_(x).await`.
///
/// [`gen_fn`](crate::gen_fn()) gives it to the body, for a lifetime that the body cannot name: it can
/// be lent to the functions that the body calls, but never stored outside of the body. Yielding
/// borrows it mutably, so two yields cannot overlap.
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
pub struct Co<'co, Y> {
    port: Port<'co, Y>,
}

impl<'co, Y> Co<'co, Y> {
    pub(crate) fn new(port: Port<'co, Y>) -> Self {
        Self { port }
    }

    /// Hands `value` to the consumer; ready when the consumer asks for the next item.
    ///
    /// Cancel safety: the value is given when the future is first polled, and is delivered even if
    /// the future is then dropped (by a `select!`, say). A second value given in the same poll of
    /// the generator waits in its own future until there is room, and is lost if that future is
    /// dropped before.
    ///
    /// It may be polled by an executor inside of the body, such as a `FuturesUnordered`, that polls
    /// only what was woken: it wakes itself there until the value is taken.
    #[inline]
    pub fn yield_(&mut self, value: Y) -> Yield<'_, Y> {
        Yield { port: self.port.reborrow(), value: Some(value) }
    }

    #[inline]
    pub(crate) fn is_full(&mut self) -> bool {
        self.port.is_full()
    }

    /// Gives `value` where the slot was seen not to be full.
    #[inline]
    pub(crate) fn give(&mut self, value: Y) {
        let refused = self.port.put(value);
        debug_assert!(refused.is_ok(), "the slot is full");
    }
}

impl<Y> fmt::Debug for Co<'_, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Co").finish_non_exhaustive()
    }
}

/// The future of [`Co::yield_`].
#[must_use = "nothing is yielded until it is awaited"]
pub struct Yield<'y, Y> {
    // Not a reference to the `Co`: one part of the body's frame that points to another would keep
    // the compiler from holding the frame in registers.
    port: Port<'y, Y>,
    /// The value until the slot has accepted it.
    value: Option<Y>,
}

// The value is never pinned: it is moved into the slot.
impl<Y> Unpin for Yield<'_, Y> {}

impl<Y> Future for Yield<'_, Y> {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.value.take() {
            Some(value) => self.value = self.port.put(value).err(),
            None if self.port.is_full() => {}
            None => return Poll::Ready(()),
        }
        self.port.wait(cx.waker());
        Poll::Pending
    }
}

impl<Y> fmt::Debug for Yield<'_, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Yield").field("accepted", &self.value.is_none()).finish_non_exhaustive()
    }
}
