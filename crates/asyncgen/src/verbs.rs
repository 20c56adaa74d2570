//! The verbs of PEP 525: the futures of `send`, `throw` and `close`, and how they may fail.

use core::error::Error;
use core::fmt;
use core::future::Future;
use core::panic::Location;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use crate::{Generator, State};

/// The future of [`Generator::resume`].
#[must_use = "futures do nothing unless awaited"]
pub struct Resume<'a, G: ?Sized> {
    generator: &'a mut G,
}

/// The future of [`Generator::send`].
#[must_use = "nothing is sent until it is awaited"]
pub struct Asend<'a, G: Generator + ?Sized> {
    generator: &'a mut G,
    /// Until the first poll.
    value: Option<G::Sent>,
}

/// The future of [`Generator::throw`].
#[must_use = "nothing is thrown until it is awaited"]
pub struct Athrow<'a, G: Generator + ?Sized> {
    generator: &'a mut G,
    throwing: Throwing<G::Thrown>,
}

enum Throwing<E> {
    /// Not polled yet.
    Unsent(E),
    /// The body has it.
    Sent,
    /// No `yield` could take it: the generator is closed first.
    Closing(E),
    Done,
}

/// The future of [`Generator::close`].
#[must_use = "the generator is not closed until it is awaited"]
pub struct Aclose<'a, G: ?Sized> {
    generator: &'a mut G,
}

impl<'a, G: Generator + ?Sized> Resume<'a, G> {
    pub(crate) fn new(generator: &'a mut G) -> Self {
        Self { generator }
    }
}

impl<'a, G: Generator + ?Sized> Asend<'a, G> {
    pub(crate) fn new(generator: &'a mut G, value: G::Sent) -> Self {
        Self { generator, value: Some(value) }
    }
}

impl<'a, G: Generator + ?Sized> Athrow<'a, G> {
    pub(crate) fn new(generator: &'a mut G, error: G::Thrown) -> Self {
        Self { generator, throwing: Throwing::Unsent(error) }
    }
}

impl<'a, G: Generator + ?Sized> Aclose<'a, G> {
    pub(crate) fn new(generator: &'a mut G) -> Self {
        Self { generator }
    }
}

// What is sent or thrown is never pinned: it is moved into the generator.
impl<G: Generator + ?Sized> Unpin for Asend<'_, G> {}
impl<G: Generator + ?Sized> Unpin for Athrow<'_, G> {}

impl<G: Generator + Unpin + ?Sized> Future for Resume<'_, G> {
    type Output = State<G::Yield, G::Return>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut *self.generator).poll_resume(cx)
    }
}

impl<G: Generator + Unpin + ?Sized> Future for Asend<'_, G> {
    type Output = Result<State<G::Yield, G::Return>, SendError<G::Sent>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut generator = Pin::new(&mut *this.generator);
        if let Some(value) = this.value.take() {
            generator.as_mut().start_send(value)?;
        }
        generator.poll_resume(cx).map(Ok)
    }
}

impl<G: Generator + Unpin + ?Sized> Future for Athrow<'_, G> {
    type Output = Result<State<G::Yield, G::Return>, G::Thrown>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut generator = Pin::new(&mut *this.generator);
        loop {
            this.throwing = match core::mem::replace(&mut this.throwing, Throwing::Done) {
                Throwing::Unsent(error) => match generator.as_mut().start_throw(error) {
                    Ok(()) => {
                        // If the `yield` is gone, the next one has room only now that nobody took the error.
                        cx.waker().wake_by_ref();
                        Throwing::Sent
                    }
                    Err(error) => Throwing::Closing(error),
                },
                Throwing::Sent => {
                    this.throwing = Throwing::Sent;
                    let state = ready!(generator.poll_resume(cx));
                    this.throwing = Throwing::Done;
                    return Poll::Ready(Ok(state));
                }
                Throwing::Closing(error) => {
                    let Poll::Ready(_) = generator.as_mut().poll_close(cx) else {
                        this.throwing = Throwing::Closing(error);
                        return Poll::Pending;
                    };
                    return Poll::Ready(Err(error));
                }
                Throwing::Done => panic!("`throw` was polled after it was ready"),
            }
        }
    }
}

impl<G: Generator + Unpin + ?Sized> Future for Aclose<'_, G> {
    type Output = Closed<G::Yield, G::Return>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut *self.generator).poll_close(cx)
    }
}

impl<G: ?Sized> fmt::Debug for Resume<'_, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resume").finish_non_exhaustive()
    }
}

impl<G: Generator + ?Sized> fmt::Debug for Asend<'_, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asend").field("sent", &self.value.is_none()).finish_non_exhaustive()
    }
}

impl<G: Generator + ?Sized> fmt::Debug for Athrow<'_, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Athrow").finish_non_exhaustive()
    }
}

impl<G: ?Sized> fmt::Debug for Aclose<'_, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aclose").finish_non_exhaustive()
    }
}

/// A value that could not be sent, as no `yield` waits for it.
///
/// ```
/// use asyncgen::{Co, Generator, Next, Refusal, duplex_gen_fn};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut echo = std::pin::pin!(duplex_gen_fn(async |mut co: Co<'_, u8, Option<u8>>| {
///     while let Some(heard) = co.yield_(0).await {
///         co.yield_(heard).await;
///     }
/// }));
/// let error = echo.send(Some(7)).await.unwrap_err();
/// assert_eq!(error.refusal(), Refusal::Unstarted);
/// assert_eq!(error.to_string(), "cannot send a value to a generator that has not started");
/// assert_eq!(error.into_value(), Some(7));
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendError<S> {
    value: S,
    refusal: Refusal,
}

/// Why no `yield` waited for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The body has not run to its first `yield`; ask with `next` or `resume` first.
    Unstarted,
    /// The body waits at another `.await`: an earlier verb was dropped before it was ready, or the
    /// generator is closing; ask with `next` or `resume` first.
    Waiting,
    /// The body has ended.
    Finished,
}

impl<S> SendError<S> {
    pub(crate) fn new(value: S, refusal: Refusal) -> Self {
        Self { value, refusal }
    }

    /// What was not sent.
    pub fn into_value(self) -> S {
        self.value
    }

    /// Why it was not.
    pub fn refusal(&self) -> Refusal {
        self.refusal
    }
}

impl<S> fmt::Display for SendError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.refusal {
            Refusal::Unstarted => "cannot send a value to a generator that has not started",
            Refusal::Waiting => "cannot send a value to a generator that is not at a `yield`",
            Refusal::Finished => "cannot send a value to a generator that has ended",
        })
    }
}

impl<S: fmt::Debug> Error for SendError<S> {}

/// What closing a generator comes to: its return value, if it ended by itself.
pub type Closed<Y, R> = Result<Option<R>, IgnoredClose<Y>>;

/// A generator yielded although it was asked to close: what Python calls "async generator ignored
/// `GeneratorExit`".
///
/// It holds the item. The generator is at that `yield`; closing it again stops there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IgnoredClose<Y> {
    item: Y,
    generator: &'static Location<'static>,
    site: Option<&'static Location<'static>>,
}

impl<Y> IgnoredClose<Y> {
    pub(crate) fn new(
        item: Y,
        generator: &'static Location<'static>,
        site: Option<&'static Location<'static>>,
    ) -> Self {
        Self { item, generator, site }
    }

    /// What was yielded.
    pub fn into_item(self) -> Y {
        self.item
    }

    /// Where the generator was made.
    pub fn generator(&self) -> &'static Location<'static> {
        self.generator
    }

    /// Where it yielded, if that is known: not if it handed on the item of a stream.
    pub fn site(&self) -> Option<&'static Location<'static>> {
        self.site
    }
}

impl<Y> fmt::Display for IgnoredClose<Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the generator made at {} ignored `close`: it yielded", self.generator)?;
        match self.site {
            Some(site) => write!(f, " at {site}"),
            None => Ok(()),
        }
    }
}

impl<Y: fmt::Debug> Error for IgnoredClose<Y> {}
