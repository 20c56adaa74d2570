use core::marker::PhantomData;
use core::ptr::NonNull;
use core::task::Context;

use super::cell::{Cell, Tag};
use super::port::Brand;

/// A look at the cell for a future that polls what has the port, before and after it does.
///
/// Watches stand one in the other, and each knows how deep: what the generator is asked goes to the
/// innermost first. It counts from its first [`enter`](Watch::enter) until it is dropped.
pub(crate) struct Watch<'co, Y, S, E> {
    cell: NonNull<Cell<Y, S, E>>,
    /// Zero until it is entered.
    depth: u32,
    brand: PhantomData<Brand<'co, Y, S, E>>,
}

impl<Y, S, E> Watch<'_, Y, S, E> {
    pub(super) fn new(cell: NonNull<Cell<Y, S, E>>) -> Self {
        Self { cell, depth: 0, brand: PhantomData }
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
        self.cell().wake_again(cx);
    }

    /// Ends to count.
    pub(crate) fn leave(&mut self) {
        if let Some(outer) = self.depth.checked_sub(1) {
            // Not one less: what was inside may have been forgotten.
            self.cell().depth = outer;
            self.depth = 0;
        }
    }

    pub(crate) fn is_entered(&self) -> bool {
        self.depth > 0
    }
}

impl<Y, S, E> Drop for Watch<'_, Y, S, E> {
    fn drop(&mut self) {
        self.leave();
    }
}
