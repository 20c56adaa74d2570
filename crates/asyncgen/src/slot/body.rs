use core::future::Future;

use self::sealed::Sealed;
use crate::co::Co;

/// A function that takes the [`Co`] of a generator and returns the future that is its body:
/// what an `async |mut co| { … }` is.
///
/// Implemented for every such closure and function, and for nothing else; it gives the future of
/// the closure a name, for a function that takes any body.
///
/// ```
/// use asyncgen::{Body, Co, Gen, Next, gen_fn};
///
/// fn counted<R, F>(body: F) -> (usize, Gen<u32, F>)
/// where
///     F: AsyncFnOnce(Co<'_, u32>) -> R + for<'co> Body<'co, u32, Return = R>,
/// {
///     (size_of::<F>(), gen_fn(body))
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let (size, numbers) = counted(async |mut co| co.yield_(7).await);
/// assert_eq!((size, std::pin::pin!(numbers).next().await), (0, Some(7)));
/// # });
/// ```
pub trait Body<'co, Y, S = (), E = core::convert::Infallible>: Sealed<'co, Y, S, E> {
    /// The running body.
    type Future: Future<Output = Self::Return>;
    /// What the body returns at its end.
    type Return;

    /// Whether a part of it may be polled with another waker than the whole: by an executor that stands in the
    /// body, such as a `FuturesUnordered`, which polls only what was woken.
    #[doc(hidden)]
    const NESTS: bool;

    #[doc(hidden)]
    fn begin(self, co: Co<'co, Y, S, E>) -> Self::Future;
}

impl<'co, Y, S, E, F, Fut> Sealed<'co, Y, S, E> for F where F: FnOnce(Co<'co, Y, S, E>) -> Fut {}

impl<'co, Y, S, E, F, Fut> Body<'co, Y, S, E> for F
where
    F: FnOnce(Co<'co, Y, S, E>) -> Fut,
    Fut: Future,
{
    type Future = Fut;
    type Return = Fut::Output;

    const NESTS: bool = true;

    #[inline]
    fn begin(self, co: Co<'co, Y, S, E>) -> Fut {
        self(co)
    }
}

/// A body that the macros see to be polled as one: all it has to do with its handle is to `yield`, and that
/// not in the input of a macro, which may make anything of it.
#[derive(Debug)]
pub struct Straight<F>(pub(crate) F);

impl<'co, Y, S, E, F: Body<'co, Y, S, E>> Sealed<'co, Y, S, E> for Straight<F> {}

impl<'co, Y, S, E, F: Body<'co, Y, S, E>> Body<'co, Y, S, E> for Straight<F> {
    type Future = F::Future;
    type Return = F::Return;

    const NESTS: bool = false;

    #[inline]
    fn begin(self, co: Co<'co, Y, S, E>) -> F::Future {
        self.0.begin(co)
    }
}

mod sealed {
    /// What a driver relies on: that a body gets its handle by `begin`, and that nobody says of their own that it
    /// does not nest.
    pub trait Sealed<'co, Y, S, E> {}
}
