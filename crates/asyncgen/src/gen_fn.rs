use core::fmt;
use core::future::Future;
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};
use pin_project_lite::pin_project;

use crate::slot::{self, Driver};
use crate::{Body, BoxGen, Co, Generator, LocalBoxGen, State};

/// Makes a generator of an async closure, without a macro.
///
/// The closure is given a [`Co`] and yields through it. What it yields and returns is inferred.
/// Nothing of it runs before the first poll.
///
/// ```
/// use asyncgen::{Next, gen_fn};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut squares = std::pin::pin!(gen_fn(async |mut co| {
///     for n in 1..=3 {
///         co.yield_(n * n).await;
///     }
/// }));
/// assert_eq!(squares.next().await, Some(1));
/// assert_eq!(squares.next().await, Some(4));
/// assert_eq!(squares.next().await, Some(9));
/// assert_eq!(squares.next().await, None);
/// # });
/// ```
pub fn gen_fn<Y, R, F>(body: F) -> Gen<Y, <F as Body<'static, Y>>::Future>
where
    F: AsyncFnOnce(Co<'_, Y>) -> R + for<'co> Body<'co, Y, Return = R>,
{
    Gen { driver: slot::drive(body), phase: Phase::Running, returned: None }
}

pin_project! {
    /// A generator made by [`gen_fn`] or [`stream!`](crate::stream!).
    ///
    /// It is a [`Stream`] of what the body yields; its return value is there after the end
    /// ([`Generator::take_return`]). It is `Send` when the body and its items are. It is not `Unpin`:
    /// pin it with [`pin!`](core::pin::pin), or take it [`boxed`](Gen::boxed).
    ///
    /// After the end it gives `None` for ever. A panic of the body goes to the caller of that poll;
    /// polling the generator again panics too.
    ///
    /// ```
    /// use std::pin::{Pin, pin};
    ///
    /// use asyncgen::{Gen, Next, gen_fn};
    ///
    /// async fn sum<F: Future>(mut numbers: Pin<&mut Gen<u32, F>>) -> u32 {
    ///     let mut sum = 0;
    ///     while let Some(number) = numbers.next().await {
    ///         sum += number;
    ///     }
    ///     sum
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let numbers = pin!(gen_fn(async |mut co| {
    ///     co.yield_(3).await;
    ///     co.yield_(4).await;
    /// }));
    /// assert_eq!(sum(numbers).await, 7);
    /// # });
    /// ```
    #[must_use = "a generator does nothing until it is polled"]
    pub struct Gen<Y, Fut: Future> {
        #[pin]
        driver: Driver<Y, Fut>,
        phase: Phase,
        returned: Option<Fut::Output>,
    }
}

/// Where a generator stands.
///
/// | from | to | when |
/// |---|---|---|
/// | `Running` | `Ending` | the body returned in the poll in which a value was still given out |
/// | `Running`, `Ending` | `Complete` | the return value was handed on |
/// | `Running` | `Poisoned` | the body panicked |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Running,
    Ending,
    Complete,
    Poisoned,
}

impl<Y, Fut: Future> Gen<Y, Fut> {
    /// The same generator, boxed: `Unpin`, with a type that can be named and stored.
    pub fn boxed<'a>(self) -> BoxGen<'a, Y, Fut::Output>
    where
        Self: Send + 'a,
    {
        BoxGen::new(self)
    }

    /// As [`boxed`](Self::boxed), for a body that is not `Send`.
    pub fn boxed_local<'a>(self) -> LocalBoxGen<'a, Y, Fut::Output>
    where
        Self: 'a,
    {
        LocalBoxGen::new(self)
    }

    /// Keeps the return value for `take_return`.
    pub(crate) fn keep_return(self: Pin<&mut Self>, returned: Fut::Output) {
        *self.project().returned = Some(returned);
    }
}

impl<Y, Fut: Future> Generator for Gen<Y, Fut> {
    type Yield = Y;
    type Return = Fut::Output;

    #[inline]
    fn poll_resume(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<State<Y, Fut::Output>> {
        let this = self.project();
        if *this.phase != Phase::Running {
            return Poll::Ready(State::Complete(last_words(this.phase, this.returned)));
        }
        let poison = PoisonOnUnwind(this.phase);
        let (yielded, polled) = this.driver.poll(cx);
        mem::forget(poison);
        match (yielded, polled) {
            (Some(value), Poll::Pending) => Poll::Ready(State::Yielded(value)),
            (None, Poll::Pending) => Poll::Pending,
            (None, Poll::Ready(returned)) => {
                *this.phase = Phase::Complete;
                Poll::Ready(State::Complete(returned))
            }
            (Some(value), Poll::Ready(returned)) => {
                *this.phase = Phase::Ending;
                *this.returned = Some(returned);
                Poll::Ready(State::Yielded(value))
            }
        }
    }

    fn take_return(self: Pin<&mut Self>) -> Option<Fut::Output> {
        let this = self.project();
        // Before the last item is followed by `None`, the value is still to be handed on.
        if *this.phase == Phase::Complete { this.returned.take() } else { None }
    }
}

/// What a generator says when it is resumed and does not run.
#[cold]
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "a reference that leaves the poll's function would keep the compiler from holding a \
              flat generator in registers"
)]
fn last_words<R>(phase: &mut Phase, returned: &mut Option<R>) -> R {
    match *phase {
        Phase::Poisoned => panic!("this generator was polled after its body panicked"),
        Phase::Running | Phase::Ending | Phase::Complete => *phase = Phase::Complete,
    }
    let Some(returned) = returned.take() else {
        panic!("this generator was resumed after its end")
    };
    returned
}

/// Marks the generator as poisoned unless it is forgotten: a landing pad, free on the way that
/// does not unwind.
struct PoisonOnUnwind<'a>(&'a mut Phase);

impl Drop for PoisonOnUnwind<'_> {
    fn drop(&mut self) {
        *self.0 = Phase::Poisoned;
    }
}

impl<Y, Fut: Future> Stream for Gen<Y, Fut> {
    type Item = Y;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Y>> {
        if self.phase == Phase::Complete {
            return Poll::Ready(None);
        }
        Poll::Ready(match ready!(self.as_mut().poll_resume(cx)) {
            State::Yielded(value) => Some(value),
            State::Complete(returned) => {
                self.keep_return(returned);
                None
            }
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        if self.phase == Phase::Running { (0, None) } else { (0, Some(0)) }
    }
}

impl<Y, Fut: Future> FusedStream for Gen<Y, Fut> {
    fn is_terminated(&self) -> bool {
        self.phase == Phase::Complete
    }
}

impl<Y, Fut: Future> fmt::Debug for Gen<Y, Fut> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gen").field("phase", &self.phase).finish_non_exhaustive()
    }
}
