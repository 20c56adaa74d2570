use core::convert::Infallible;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};
use pin_project_lite::pin_project;

use crate::delegate::Forward;
use crate::generator::sealed::Sealed;
use crate::{Closed, Co, Generator, Refusal, SendError, State};

/// Any stream as a generator that returns nothing, to delegate to it or to box it as one.
///
/// Nothing can be sent to it, and closing it drops it where it is. It may be polled after its end.
///
/// ```
/// use asyncgen::{Next, from_stream, gen_fn};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut numbers = std::pin::pin!(gen_fn(async |mut co| {
///     co.yield_(0).await;
///     co.yield_all(from_stream(futures_util::stream::iter(1..=2))).await;
/// }));
/// assert_eq!(numbers.next().await, Some(0));
/// assert_eq!(numbers.next().await, Some(1));
/// assert_eq!(numbers.next().await, Some(2));
/// assert_eq!(numbers.next().await, None);
/// # });
/// ```
pub fn from_stream<St: Stream>(stream: St) -> FromStream<St> {
    FromStream { stream: Some(stream) }
}

pin_project! {
    /// The generator of [`from_stream`].
    #[must_use = "a generator does nothing until it is polled"]
    pub struct FromStream<St> {
        // `None` after its end.
        #[pin]
        stream: Option<St>,
    }
}

impl<St> Sealed for FromStream<St> {}

impl<St: Stream> Generator for FromStream<St> {
    type Yield = St::Item;
    type Return = ();
    type Sent = ();
    type Thrown = Infallible;

    #[inline]
    fn poll_resume(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<State<St::Item, ()>> {
        let mut this = self.project();
        let Some(stream) = this.stream.as_mut().as_pin_mut() else {
            return Poll::Ready(State::Closed);
        };
        Poll::Ready(if let Some(item) = ready!(stream.poll_next(cx)) {
            State::Yielded(item)
        } else {
            this.stream.set(None);
            State::Complete(())
        })
    }

    fn start_send(self: Pin<&mut Self>, (): ()) -> Result<(), SendError<()>> {
        if self.stream.is_some() { Ok(()) } else { Err(SendError::new((), Refusal::Finished)) }
    }

    fn start_throw(self: Pin<&mut Self>, error: Infallible) -> Result<(), Infallible> {
        match error {}
    }

    fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Closed<St::Item, ()>> {
        self.project().stream.set(None);
        Poll::Ready(Ok(None))
    }

    fn take_return(self: Pin<&mut Self>) -> Option<()> {
        None
    }

    fn is_under_way(self: Pin<&mut Self>) -> bool {
        // A stream has no cleanup that could await.
        false
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }

    type Body<'co> = Forward<'co, Self>;

    fn into_body(self, co: Co<'_, St::Item>) -> Forward<'_, Self> {
        Forward::new(self, co)
    }
}

impl<St: Stream> Stream for FromStream<St> {
    type Item = St::Item;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<St::Item>> {
        Poll::Ready(match ready!(self.poll_resume(cx)) {
            State::Yielded(item) => Some(item),
            State::Complete(()) | State::Closed => None,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.as_ref().map_or((0, Some(0)), Stream::size_hint)
    }
}

impl<St: Stream> FusedStream for FromStream<St> {
    fn is_terminated(&self) -> bool {
        self.stream.is_none()
    }
}

impl<St> fmt::Debug for FromStream<St> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromStream").field("ended", &self.stream.is_none()).finish_non_exhaustive()
    }
}
