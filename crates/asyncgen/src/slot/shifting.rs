use core::cell::UnsafeCell;
use core::pin::Pin;

/// What may change under a `&` to the whole: a body.
///
/// It points into itself where it holds a `&mut` to one of its variables across a `yield`. A `&` to the
/// generator, such as `size_hint` and `Debug` take, would claim the variable too, and that `&mut` would be of no
/// use any more; it does not claim what is in here.
pub(super) struct Shifting<T> {
    inner: UnsafeCell<T>,
}

// SAFETY: a shared reference to it gives access to nothing.
unsafe impl<T: Sync> Sync for Shifting<T> {}

impl<T> Shifting<T> {
    #[inline]
    pub(super) const fn new(value: T) -> Self {
        Self { inner: UnsafeCell::new(value) }
    }

    #[inline]
    pub(super) fn as_pin_mut(self: Pin<&mut Self>) -> Pin<&mut T> {
        // SAFETY: what is in it is pinned as it is: it is moved out by nothing, and dropped in place.
        unsafe { self.map_unchecked_mut(|this| this.inner.get_mut()) }
    }
}
