use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::{Cell, Heap, InPlace, Port, Watch};
use crate::Generator;

// SAFETY: all that have a pointer to one cell are together a place for one value, which is moved in
// through one and out through another, never shared; the pointer to a context is never followed, and wakers
// are `Send`; and each is used through `&mut` or its owner's drop. They may be on different threads only one after the other
// (module docs of `slot`).
unsafe impl<Y: Send, S: Send, E: Send> Send for Cell<Y, S, E> {}
// SAFETY: as above.
unsafe impl<Y: Send, S: Send, E: Send> Send for Heap<Y, S, E> {}
// SAFETY: as above.
unsafe impl<Y: Send, S: Send, E: Send> Send for Port<'_, Y, S, E> {}
// SAFETY: as above.
unsafe impl<Y: Send, S: Send, E: Send> Send for Watch<'_, Y, S, E> {}
// SAFETY: a shared reference to one of them gives access to the tag alone, and only the driver's, which
// reads it while nobody has `&mut`.
unsafe impl<Y, S, E> Sync for Heap<Y, S, E> {}
// SAFETY: as above.
unsafe impl<Y, S, E> Sync for InPlace<Y, S, E> {}
// SAFETY: as above.
unsafe impl<Y, S, E> Sync for Port<'_, Y, S, E> {}
// SAFETY: as above.
unsafe impl<Y, S, E> Sync for Watch<'_, Y, S, E> {}

pin_project! {
    /// The body of a generator that runs in the place of another's.
    #[must_use = "nothing is yielded until it is awaited"]
    pub struct Delegated<'a, G>
    where
        G: Generator,
    {
        #[pin]
        body: G::Body<'a>,
    }
}

// SAFETY: `Generator` is sealed, and for all that implement it this future holds what a `Send` generator
// and its values are made of, nothing else: either the future that the generator would have as its own, with
// the port of another generator, whose values have the same types; or the generator itself, a port and a
// value. Said here because the compiler cannot see through an `impl Generator` to this type.
unsafe impl<G: Generator + Send> Send for Delegated<'_, G>
where
    G::Yield: Send,
    G::Sent: Send,
    G::Thrown: Send,
{
}

impl<'a, G: Generator> Delegated<'a, G> {
    #[inline]
    pub(crate) fn new(body: G::Body<'a>) -> Self {
        Self { body }
    }
}

impl<G: Generator> Future for Delegated<'_, G> {
    type Output = G::Return;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<G::Return> {
        self.project().body.poll(cx)
    }
}

impl<G: Generator> fmt::Debug for Delegated<'_, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delegated").finish_non_exhaustive()
    }
}
