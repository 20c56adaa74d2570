//! A cell that the GIL guards. A lock takes 10 ns, and a step would take nine.

use std::cell::{Cell, UnsafeCell};

use pyo3::{PyVisit, prelude::*};

/// A value that only the thread which holds the GIL touches.
pub(crate) struct GilCell<T> {
    busy: Cell<bool>,
    value: UnsafeCell<T>,
}

// SAFETY: both fields are only touched by `with` and `visited`, whose arguments prove that this
// thread holds the GIL, which the module declares that it needs. Should the closure of one give
// the GIL up, `busy` keeps all others out until it is done.
unsafe impl<T: Send> Sync for GilCell<T> {}

impl<T> GilCell<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { busy: Cell::new(false), value: UnsafeCell::new(value) }
    }

    /// Lends the value for a moment, in which no Python code may run: it could come back here.
    #[inline]
    pub(crate) fn with<R>(&self, _py: Python<'_>, work: impl FnOnce(&mut T) -> R) -> R {
        assert!(!self.busy.replace(true), "the cell is lent");
        let _back = Back(&self.busy);
        // SAFETY: `busy` was false, so there is no other reference, and stays true until the
        // closure is done, also when it panics.
        work(unsafe { &mut *self.value.get() })
    }

    /// As [`with`](Self::with); not at all while it is lent to another.
    #[inline]
    pub(crate) fn try_with<R>(&self, _py: Python<'_>, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        if self.busy.replace(true) {
            return None;
        }
        let _back = Back(&self.busy);
        // SAFETY: as in `with`.
        Some(work(unsafe { &mut *self.value.get() }))
    }

    /// Lends the value to the garbage collector; not at all while it is lent to another.
    pub(crate) fn visited<R>(&self, _visit: &PyVisit<'_>, work: impl FnOnce(&T) -> R) -> Option<R> {
        if self.busy.replace(true) {
            return None;
        }
        let _back = Back(&self.busy);
        // SAFETY: as in `with`; a `PyVisit` exists during a traversal only, under the GIL.
        Some(work(unsafe { &*self.value.get() }))
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

/// Says that the value is back, when dropped.
struct Back<'c>(&'c Cell<bool>);

impl Drop for Back<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
