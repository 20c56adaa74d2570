use alloc::boxed::Box;
use core::cell::UnsafeCell;
use core::fmt;
use core::marker::PhantomPinned;
use core::ptr::NonNull;

use super::Cell;

/// Where a driver has its cell; it is dropped with the driver, after the body.
pub trait Place<Y, S, E> {
    fn new() -> Self;

    /// The cell, at the same address as long as the place is pinned.
    fn cell(&self) -> NonNull<Cell<Y, S, E>>;
}

/// The cell of a generator is in the heap: one allocation, made with the generator.
///
/// The compiler can hold such a cell in registers where it sees the whole generator.
pub struct Heap<Y, S, E> {
    cell: NonNull<Cell<Y, S, E>>,
}

/// The cell of a generator is in the generator itself, which allocates nothing.
pub struct InPlace<Y, S, E> {
    cell: UnsafeCell<Cell<Y, S, E>>,
    /// A `&mut` to what is not `Unpin` does not claim that nobody else has a pointer to it: the body has.
    _pinned: PhantomPinned,
}

impl<Y, S, E> Place<Y, S, E> for Heap<Y, S, E> {
    #[inline]
    fn new() -> Self {
        Self { cell: NonNull::from(Box::leak(Box::new(Cell::new()))) }
    }

    #[inline]
    fn cell(&self) -> NonNull<Cell<Y, S, E>> {
        self.cell
    }
}

impl<Y, S, E> Drop for Heap<Y, S, E> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the cell came from a `Box` in `new` and this is its only owner; the port is gone
        // with the body, which the driver drops before.
        let mut cell = unsafe { Box::from_raw(self.cell.as_ptr()) };
        cell.clear();
    }
}

impl<Y, S, E> Place<Y, S, E> for InPlace<Y, S, E> {
    #[inline]
    fn new() -> Self {
        Self { cell: UnsafeCell::new(Cell::new()), _pinned: PhantomPinned }
    }

    #[inline]
    fn cell(&self) -> NonNull<Cell<Y, S, E>> {
        // SAFETY: the address of a part of `self` is not null.
        unsafe { NonNull::new_unchecked(self.cell.get()) }
    }
}

impl<Y, S, E> Drop for InPlace<Y, S, E> {
    #[inline]
    fn drop(&mut self) {
        self.cell.get_mut().clear();
    }
}

impl<Y, S, E> fmt::Debug for Heap<Y, S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Heap")
    }
}

impl<Y, S, E> fmt::Debug for InPlace<Y, S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InPlace")
    }
}
