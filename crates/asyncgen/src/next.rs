use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::Stream;

/// `next().await` for every stream that is `Unpin`, pinned generators among them.
///
/// Import this or the `StreamExt` of `futures`, not both: each has a `next`, and rustc would ask which. A
/// [`BoxGen`](crate::BoxGen) has its own `next`, without either.
///
/// ```
/// use std::pin::pin;
///
/// use asyncgen::{Next, stream};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut words = pin!(stream!(async move {
///     yield "to";
///     yield "be";
/// }));
/// let mut text = String::new();
/// while let Some(word) = words.next().await {
///     text += word;
/// }
/// assert_eq!(text, "tobe");
/// # });
/// ```
pub trait Next: Stream {
    /// The next item, or `None` after the last.
    ///
    /// Cancel safety: when the future is dropped before it is ready, the stream goes on from where
    /// it was at the next call, and no item is lost.
    fn next(&mut self) -> NextItem<'_, Self>
    where
        Self: Unpin,
    {
        NextItem::new(self)
    }
}

impl<S: Stream + ?Sized> Next for S {}

/// The future of [`Next::next`].
#[must_use = "futures do nothing unless awaited"]
pub struct NextItem<'a, S: ?Sized> {
    stream: &'a mut S,
}

impl<'a, S: ?Sized> NextItem<'a, S> {
    pub(crate) fn new(stream: &'a mut S) -> Self {
        Self { stream }
    }
}

impl<S: Stream + Unpin + ?Sized> Future for NextItem<'_, S> {
    type Output = Option<S::Item>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut *self.stream).poll_next(cx)
    }
}

impl<S: ?Sized> fmt::Debug for NextItem<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NextItem").finish_non_exhaustive()
    }
}
