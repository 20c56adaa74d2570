use alloc::boxed::Box;
use core::marker::PhantomData;
use core::ptr::{self, NonNull};
use core::task::{Context, Waker};

use super::cell::{Cell, Tag};
use super::port::{Brand, wake};

/// A look at the cell for a future that polls what has the port, before and after it does.
///
/// Watches stand one in the other, and each knows how deep: what the generator is asked goes to the
/// innermost first. It counts from its first [`enter`](Watch::enter) until it is dropped.
pub(crate) struct Watch<'co, Y, S, E> {
    cell: NonNull<Cell<Y, S, E>>,
    /// Zero until it is entered.
    depth: u32,
    /// A waker in a box, if it ever was a listener.
    ///
    /// Here, so that the cell has nothing to drop, and not as a `Box`, which would claim it when it is moved. A watch
    /// that is forgotten leaks it.
    listener: Option<NonNull<Waker>>,
    brand: PhantomData<Brand<'co, Y, S, E>>,
}

impl<Y, S, E> Watch<'_, Y, S, E> {
    pub(super) fn new(cell: NonNull<Cell<Y, S, E>>) -> Self {
        Self { cell, depth: 0, listener: None, brand: PhantomData }
    }

    fn cell(&mut self) -> &mut Cell<Y, S, E> {
        // SAFETY: `'co` has not ended, so the cell lives; what has the port does not run while the
        // future that has the watch does anything but poll it; and the reference ends with the
        // method of the watch that asked for it (module docs of `slot`).
        unsafe { self.cell.as_mut() }
    }

    /// Begins to count, at the first poll.
    pub(crate) fn enter(&mut self) {
        if self.depth == 0 {
            let cell = self.cell();
            cell.depth += 1;
            self.depth = cell.depth;
        }
    }

    /// Whether the generator is asked to stop and this is the innermost to know of it; if so, what it
    /// does from here on is its cleanup.
    pub(crate) fn is_asked(&mut self) -> bool {
        self.depth == self.cell().depth && self.is_left_to_us()
    }

    /// Whether the generator is still asked to stop, after all further in had the chance to hear of it.
    pub(crate) fn is_left_to_us(&mut self) -> bool {
        let cell = self.cell();
        let unheard = cell.tag() == Tag::Stop;
        if unheard {
            cell.say(Tag::Closing);
        }
        unheard
    }

    /// Whether a value waits to be taken.
    pub(crate) fn is_full(&mut self) -> bool {
        self.cell().tag() == Tag::Out
    }

    /// As that of the port.
    pub(crate) fn wait(&mut self, cx: &Context<'_>) {
        if self.cell().is_polled_inside(cx) {
            wake(cx.waker());
        }
    }

    /// Sees to it that a future which is pending under `cx` is polled when the generator is asked to stop.
    #[inline]
    pub(crate) fn listen(&mut self, cx: &Context<'_>) {
        if self.cell().is_polled_inside(cx) {
            self.register(cx.waker());
        }
    }

    #[cold]
    fn register(&mut self, waker: &Waker) {
        let depth = self.depth;
        // One further in has done so itself.
        if self.cell().depth != depth {
            return;
        }
        if let Some(mut listener) = self.listener {
            // SAFETY: it came from the box below; the driver looks at it when the body does not run.
            unsafe { listener.as_mut() }.clone_from(waker);
        }
        let make = || NonNull::from(Box::leak(Box::new(waker.clone())));
        let listener = *self.listener.get_or_insert_with(make);
        self.cell().listener = listener.as_ptr();
    }

    /// Ends to count.
    pub(crate) fn leave(&mut self) {
        if let Some(outer) = self.depth.checked_sub(1) {
            let cell = self.cell();
            // Not one less: what was inside may have been forgotten.
            cell.depth = outer;
            cell.listener = ptr::null();
            self.depth = 0;
        }
    }

    pub(crate) fn is_entered(&self) -> bool {
        self.depth > 0
    }
}

impl<Y, S, E> Drop for Watch<'_, Y, S, E> {
    #[inline]
    fn drop(&mut self) {
        self.leave();
        if let Some(listener) = self.listener {
            // SAFETY: it came from a box; if the cell pointed to it, this was entered, and has just left.
            drop(unsafe { Box::from_raw(listener.as_ptr()) });
        }
    }
}
