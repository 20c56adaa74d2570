//! The functions that make a generator, for a body of which the macros see that it is polled as one.

use crate::slot::Straight;
use crate::{Body, Co, Gen, TryGen};

/// As [`gen_fn`](crate::gen_fn()).
#[inline]
#[track_caller]
pub fn gen_fn<Y, R, F>(body: F) -> Gen<Y, Straight<F>>
where
    F: AsyncFnOnce(Co<'_, Y>) -> R + for<'co> Body<'co, Y, Return = R>,
{
    Gen::new(Straight(body))
}

/// As [`duplex_gen_fn`](crate::duplex_gen_fn()).
#[inline]
#[track_caller]
pub fn duplex_gen_fn<Y, S, E, R, F>(body: F) -> Gen<Y, Straight<F>, S, E>
where
    F: AsyncFnOnce(Co<'_, Y, S, E>) -> R + for<'co> Body<'co, Y, S, E, Return = R>,
{
    Gen::new(Straight(body))
}

/// As [`try_gen_fn`](crate::try_gen_fn()).
#[inline]
#[track_caller]
pub fn try_gen_fn<Y, R, E, F>(body: F) -> TryGen<Y, Straight<F>>
where
    F: AsyncFnOnce(Co<'_, Y>) -> Result<R, E> + for<'co> Body<'co, Y, Return = Result<R, E>>,
{
    TryGen::new(gen_fn(body))
}

/// As [`try_duplex_gen_fn`](crate::try_duplex_gen_fn()).
#[inline]
#[track_caller]
pub fn try_duplex_gen_fn<Y, S, T, R, E, F>(body: F) -> TryGen<Y, Straight<F>, S, T>
where
    F: AsyncFnOnce(Co<'_, Y, S, T>) -> Result<R, E>
        + for<'co> Body<'co, Y, S, T, Return = Result<R, E>>,
{
    TryGen::new(duplex_gen_fn(body))
}
