//! What the macros expand to; not for use by hand, and free to change.

use core::fmt;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};

pub use asyncgen_macros::{generator, stream, try_stream};

use crate::Co;
pub use crate::{gen_fn, try_gen_fn};

/// The type of the items that `co` takes.
#[inline]
pub fn item<Y>(co: &Co<'_, Y>) -> Item<Y> {
    let _ = co;
    Item { kind: PhantomData }
}

/// The type of the items: it lets an operand of `yield` be checked against it before the handle is
/// borrowed, so that one `yield` may stand in the operand of another.
pub struct Item<Y> {
    kind: PhantomData<fn(Y) -> Y>,
}

impl<Y> Item<Y> {
    /// The value itself.
    #[inline]
    pub fn of(self, value: Y) -> Y {
        value
    }
}

impl<Y> Clone for Item<Y> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Y> Copy for Item<Y> {}

impl<Y> fmt::Debug for Item<Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Item")
    }
}

/// Whether the value of an earlier `yield`, whose future was dropped, still waits to be taken.
#[inline]
pub fn is_full<Y>(co: &mut Co<'_, Y>) -> bool {
    co.is_full()
}

/// Gives the value of a `yield`; there is room for it.
#[inline]
pub fn give<Y>(value: Y, co: &mut Co<'_, Y>) -> Pause {
    co.give(value);
    pause()
}

/// Suspends the body, so that what it gave is taken.
#[inline]
pub fn pause() -> Pause {
    Pause { paused: false }
}

/// The future of [`pause`].
#[derive(Debug)]
#[must_use = "the body is suspended when this is awaited"]
pub struct Pause {
    paused: bool,
}

impl Future for Pause {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        if self.paused {
            return Poll::Ready(());
        }
        self.paused = true;
        Poll::Pending
    }
}
