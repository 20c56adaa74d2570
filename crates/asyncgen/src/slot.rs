//! The slot: where a value waits between the `yield` that gives it and the poll that returns it.
//!
//! This is the only module of the crate with `unsafe` code, and the whole argument for it:
//!
//! * One heap cell per generator. [`Driver`] owns it; the body reaches it through a [`Port`].
//! * **The port never outlives the cell.** `drive` makes the only port of a cell and gives it
//!   to a body that accepts a port of *every* lifetime `'co` ([`Body`]), so that the body can keep
//!   the port nowhere but in the future it returns: it can neither return it as its output (whose
//!   type does not name `'co`) nor put it into anything that was there before. `'co` is invariant,
//!   so two ports cannot be swapped either. The driver owns that future, never moves it out, and
//!   declares it before the slot, so it is dropped first. A leaked driver leaks both.
//! * **No two accesses overlap.** A port is not `Clone` and works through `&mut self`, so there is
//!   one access by the body at a time, while the body runs: in `drive`, in a poll of the
//!   future, or in its drop. The driver touches the cell through `&mut self` after such a poll has
//!   returned, or in the drop of the slot, after that of the future. Work that the body lends to
//!   another thread must be over when its poll returns, as `'co` may end there.
//! * **A value keeps its type.** A port is invariant in `Y`, so that a body cannot put a
//!   `&'short T` where the consumer takes a `&'static T`.
#![expect(unsafe_code, reason = "the slot shared by a body and its driver; argued above")]

use alloc::boxed::Box;
use core::future::Future;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::pin::Pin;
use core::ptr::{self, NonNull};
use core::task::{Context, Poll, Waker};

use pin_project_lite::pin_project;

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
/// fn counted<R, F>(body: F) -> (usize, Gen<u32, <F as Body<'static, u32>>::Future>)
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
pub trait Body<'co, Y>: FnOnce(Co<'co, Y>) -> Self::Future {
    /// The running body.
    type Future: Future<Output = Self::Return>;
    /// What the body returns at its end.
    type Return;
}

impl<'co, Y, F, Fut> Body<'co, Y> for F
where
    F: FnOnce(Co<'co, Y>) -> Fut,
    Fut: Future,
{
    type Future = Fut;
    type Return = Fut::Output;
}

pin_project! {
    /// A body's future with the slot that it yields into.
    pub(crate) struct Driver<Y, Fut> {
        // Before the slot: the port in the future must be gone when the cell is freed.
        #[pin]
        future: Fut,
        slot: Slot<Y>,
    }
}

/// Gives `body` its port and keeps the future that comes of it.
pub(crate) fn drive<Y, R, F>(body: F) -> Driver<Y, <F as Body<'static, Y>>::Future>
where
    F: for<'co> Body<'co, Y, Return = R>,
{
    let slot = Slot { cell: NonNull::from(Box::leak(Box::new(SlotCell::EMPTY))) };
    let port = Port { cell: slot.cell, brand: PhantomData };
    Driver { future: body(Co::new(port)), slot }
}

impl<Y, Fut: Future> Driver<Y, Fut> {
    /// Runs the body until it waits or ends; tells what it yielded and whether it ended.
    #[inline]
    pub(crate) fn poll(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> (Option<Y>, Poll<Fut::Output>) {
        let this = self.project();
        this.slot.resume(cx.waker());
        let polled = this.future.poll(cx);
        (this.slot.take(), polled)
    }
}

struct SlotCell<Y> {
    full: bool,
    /// Initialised exactly while `full`.
    value: MaybeUninit<Y>,
    /// Where the waker is that the driver was last polled with: to be compared, never followed.
    driver: *const Waker,
}

impl<Y> SlotCell<Y> {
    const EMPTY: Self = Self { full: false, value: MaybeUninit::uninit(), driver: ptr::null() };
}

/// The driver's end of the cell, which owns it.
struct Slot<Y> {
    cell: NonNull<SlotCell<Y>>,
}

impl<Y> Slot<Y> {
    /// Says with which waker the body is polled next.
    #[inline]
    fn resume(&mut self, waker: &Waker) {
        // SAFETY: as in `take`.
        let cell = unsafe { self.cell.as_mut() };
        cell.driver = waker;
    }

    #[inline]
    fn take(&mut self) -> Option<Y> {
        // SAFETY: the cell lives as long as `self`, and `&mut self` is called only where the body
        // does not run (module docs), so nothing else refers to the cell now.
        let cell = unsafe { self.cell.as_mut() };
        if !cell.full {
            return None;
        }
        cell.full = false;
        // SAFETY: it was `full`, so the value is initialised; it is moved out once, as `full` is
        // false from here on.
        Some(unsafe { cell.value.assume_init_read() })
    }
}

impl<Y> Drop for Slot<Y> {
    fn drop(&mut self) {
        drop(self.take());
        // SAFETY: the cell came from a `Box` in `drive`, this is its only owner, and the
        // port is gone with the future, which the driver drops before the slot.
        drop(unsafe { Box::from_raw(self.cell.as_ptr()) });
    }
}

/// The body's end of the cell: it can put a value and see whether one is there.
pub(crate) struct Port<'co, Y> {
    cell: NonNull<SlotCell<Y>>,
    brand: PhantomData<Brand<'co, Y>>,
}

/// Invariant in `'co` and in `Y`.
type Brand<'co, Y> = (fn(&'co ()) -> &'co (), fn(Y) -> Y);

impl<Y> Port<'_, Y> {
    /// The same port for as long as `self` is borrowed.
    #[inline]
    pub(crate) fn reborrow(&mut self) -> Port<'_, Y> {
        Port { cell: self.cell, brand: PhantomData }
    }

    #[inline]
    pub(crate) fn is_full(&mut self) -> bool {
        // SAFETY: `'co` has not ended, so the cell lives; the body runs, so the driver does not
        // touch it, and `&mut self` is the body's only access.
        unsafe { self.cell.as_ref() }.full
    }

    /// Puts the value, or gives it back if another is still waiting.
    #[inline]
    pub(crate) fn put(&mut self, value: Y) -> Result<(), Y> {
        // SAFETY: as in `is_full`.
        let cell = unsafe { self.cell.as_mut() };
        if cell.full {
            return Err(value);
        }
        cell.value.write(value);
        cell.full = true;
        Ok(())
    }

    /// Sees to it that a yield which is pending under `waker` is polled again.
    ///
    /// Under the driver's own nothing is to be done: its next poll is the consumer's, and comes all
    /// the way down to the yield. Any other is that of an executor inside of the body, which polls
    /// only what was woken. It is woken now: a waker in the cell, kept until the next
    /// poll, would keep the compiler from holding the cell in registers.
    #[inline]
    pub(crate) fn wait(&mut self, waker: &Waker) {
        // SAFETY: as in `is_full`.
        let cell = unsafe { self.cell.as_mut() };
        if !ptr::eq(cell.driver, waker) {
            wake(waker);
        }
    }
}

/// Apart, so that `wait` is small enough to be inlined.
#[cold]
#[inline(never)]
fn wake(waker: &Waker) {
    waker.wake_by_ref();
}

// SAFETY: both ends together are a place for one `Y` which is moved in through one end and out
// through the other, never shared; the pointer to a waker is never followed; and each end is used through `&mut` or its owner's drop. The
// two may be on different threads only one after the other (module docs).
unsafe impl<Y: Send> Send for Slot<Y> {}
// SAFETY: as above.
unsafe impl<Y: Send> Send for Port<'_, Y> {}
// SAFETY: neither has a method that takes `&self`, so a shared reference gives access to nothing.
unsafe impl<Y> Sync for Slot<Y> {}
// SAFETY: as above.
unsafe impl<Y> Sync for Port<'_, Y> {}
