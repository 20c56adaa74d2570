use core::marker::PhantomData;
use core::panic::Location;
use core::ptr::NonNull;
use core::task::{Context, Waker};

use super::Watch;
use super::cell::{Cell, Tag, is_nothing};

/// The body's end of the cell.
pub(crate) struct Port<'co, Y, S, E> {
    pub(super) cell: NonNull<Cell<Y, S, E>>,
    pub(super) brand: PhantomData<Brand<'co, Y, S, E>>,
}

/// Invariant in all of them.
pub(super) type Brand<'co, Y, S, E> = (fn(&'co ()) -> &'co (), fn(Y, S, E) -> (Y, S, E));

impl<'co, Y, S, E> Port<'co, Y, S, E> {
    /// The same port for as long as `self` is borrowed.
    #[inline]
    pub(crate) fn reborrow(&mut self) -> Port<'_, Y, S, E> {
        Port { cell: self.cell, brand: PhantomData }
    }

    /// The same port, and a watch for the future that polls what has it.
    #[inline]
    pub(crate) fn watched(&mut self) -> (Port<'_, Y, S, E>, Watch<'_, Y, S, E>) {
        let cell = self.cell;
        (self.reborrow(), Watch::new(cell))
    }

    /// As [`watched`](Port::watched), for a future that has both.
    pub(crate) fn into_watched(self) -> (Self, Watch<'co, Y, S, E>) {
        let cell = self.cell;
        (self, Watch::new(cell))
    }

    #[inline]
    fn cell(&mut self) -> &mut Cell<Y, S, E> {
        // SAFETY: `'co` has not ended, so the cell lives; the body runs, so the driver does not
        // touch it; `&mut self` is the body's only access; and the reference ends with the method
        // of the port that asked for it (module docs).
        unsafe { self.cell.as_mut() }
    }

    /// Puts the value where nothing is in its way, or gives it back.
    #[inline]
    pub(crate) fn put(&mut self, value: Y) -> Result<(), Y> {
        let cell = self.cell();
        if cell.tag() != Tag::Room {
            return Err(value);
        }
        cell.put_out(value);
        Ok(())
    }

    /// Puts a value that was given back, if what was in its way is gone or can go; `site` is where it
    /// is yielded, if that is known.
    pub(crate) fn put_late(
        &mut self,
        value: Y,
        site: Option<&'static Location<'static>>,
    ) -> Result<(), Y> {
        let cell = self.cell();
        // The `yield` that was to be answered is gone, dropped by a `select!`.
        drop(cell.take_sent());
        if !cell.has_room() {
            return Err(value);
        }
        cell.ignored_at = site;
        cell.put_out(value);
        Ok(())
    }

    /// Whether the value that was put still waits to be taken, or is not to be followed by anything.
    #[inline]
    pub(crate) fn is_held(&mut self) -> bool {
        matches!(self.cell().tag(), Tag::Out | Tag::Stop)
    }

    /// The answer to a `yield`.
    #[inline]
    pub(crate) fn resumed(&mut self) -> S
    where
        S: Default,
    {
        if is_nothing::<S>() {
            return S::default();
        }
        let cell = self.cell();
        if !cell.is_answered() {
            return S::default();
        }
        cell.take_sent().unwrap_or_default()
    }

    /// The answer to a `yield`, or the error that was thrown into it.
    #[inline]
    pub(crate) fn resumed_or_thrown(&mut self) -> Result<S, E>
    where
        S: Default,
    {
        let cell = self.cell();
        if !cell.is_answered() {
            return Ok(S::default());
        }
        match cell.take_thrown() {
            Some(error) => Err(error),
            None => Ok(cell.take_sent().unwrap_or_default()),
        }
    }

    /// Says that the cleanup is done, and what is around it is to stop too.
    pub(crate) fn stop(&mut self) {
        let cell = self.cell();
        if cell.tag() != Tag::Out {
            cell.say(Tag::Stop);
        }
    }

    /// Sees to it that a yield which is pending under `cx` is polled again.
    ///
    /// By an executor inside of the body only if it is woken. That is done now: a waker in the cell, kept until the
    /// next poll, would keep the compiler from holding the cell in registers.
    #[inline]
    pub(crate) fn wait(&mut self, cx: &Context<'_>) {
        if self.cell().is_polled_inside(cx) {
            wake(cx.waker());
        }
    }
}

/// Apart, so that `wait` is small enough to be inlined.
#[cold]
#[inline(never)]
pub(super) fn wake(waker: &Waker) {
    waker.wake_by_ref();
}
