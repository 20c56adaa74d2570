use core::fmt;
use core::mem::{self, ManuallyDrop};
use core::panic::Location;
use core::ptr;
use core::task::{Context, Waker};

/// What a cell holds, and what it says of the generator.
///
/// | tag | value | set by | meaning |
/// |---|---|---|---|
/// | `Room` | – | driver, body | nothing to say |
/// | `Out` | `out` | body | yielded |
/// | `Sent` | `sent` | driver | the answer to the `yield` |
/// | `Thrown` | `thrown` | driver | the error of the `yield` |
/// | `Stop` | – | driver, or body at the end of a cleanup | the next one out is to clean up |
/// | `Closing` | – | body | a cleanup runs, or the body saw that it is asked to stop |
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tag {
    Room,
    // Room for a value up to here, one comparison.
    Closing,
    Out,
    Stop,
    // The answers, from here on: one comparison.
    Sent,
    Thrown,
}

/// What a body that waits must hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Urgent {
    Nothing,
    Thrown,
    Stop,
}

/// A place for one value, and the tag that says which.
// The order counts: the tag and the mark beside it are written by one instruction.
#[repr(C)]
pub struct Cell<Y, S, E> {
    tag: Tag,
    /// Whether the body waits at another `.await` than a `yield`.
    waiting: bool,
    /// What the tag says to a body that waits, in a byte of its own: where the tag is looked at once a poll,
    /// it takes no register, which is an instruction an item.
    urgent: Urgent,
    /// How many futures of the body would see a `Stop`, one in the other.
    pub(super) depth: u32,
    value: Value<Y, S, E>,
    /// Where the context is that the driver was last polled with, if the body [nests](super::Body::NESTS): to be
    /// compared, never followed.
    pub(super) driver: *const (),
    /// Where the body yielded while it was closing.
    pub(super) ignored_at: Option<&'static Location<'static>>,
}

union Value<Y, S, E> {
    none: (),
    out: ManuallyDrop<Y>,
    sent: ManuallyDrop<S>,
    thrown: ManuallyDrop<E>,
}

impl<Y, S, E> Cell<Y, S, E> {
    pub(super) const fn new() -> Self {
        Self {
            tag: Tag::Room,
            waiting: false,
            urgent: Urgent::Nothing,
            depth: 0,
            value: Value { none: () },
            driver: ptr::null(),
            ignored_at: None,
        }
    }

    #[inline]
    pub(super) fn tag(&self) -> Tag {
        self.tag
    }

    /// Whether it holds an answer to a `yield`.
    #[inline]
    pub(super) fn is_answered(&self) -> bool {
        self.tag >= Tag::Sent
    }

    /// Whether a value can be put out, be it by a body that is closing.
    #[inline]
    pub(super) fn has_room(&self) -> bool {
        self.tag <= Tag::Closing
    }

    /// Whether the body is at a `yield` whose value was taken.
    #[inline]
    pub(super) fn is_at_yield(&self) -> bool {
        self.tag == Tag::Room && !self.waiting
    }

    /// Says that the body waits; tells what it has not heard of.
    #[inline]
    pub(super) fn wait(&mut self) -> Urgent {
        self.waiting = true;
        self.urgent
    }

    /// Says something that has no value, in place of whatever was there.
    #[inline]
    pub(super) fn say(&mut self, tag: Tag) {
        debug_assert!(!matches!(tag, Tag::Out | Tag::Sent | Tag::Thrown), "they have a value");
        self.clear();
        self.tag = tag;
        self.urgent = if tag == Tag::Stop { Urgent::Stop } else { Urgent::Nothing };
    }

    #[inline]
    pub(super) fn put_out(&mut self, value: Y) {
        debug_assert!(self.is_empty(), "the value in it would be lost");
        self.value.out = ManuallyDrop::new(value);
        self.tag = Tag::Out;
        self.waiting = false;
    }

    #[inline]
    pub(super) fn take_out(&mut self) -> Option<Y> {
        if self.tag != Tag::Out {
            return None;
        }
        self.tag = Tag::Room;
        // SAFETY: the tag said that `out` is there; it is taken once, as the tag has changed.
        Some(unsafe { ManuallyDrop::take(&mut self.value.out) })
    }

    #[inline]
    pub(super) fn put_sent(&mut self, value: S) {
        debug_assert!(self.is_empty(), "the value in it would be lost");
        self.value.sent = ManuallyDrop::new(value);
        self.tag = Tag::Sent;
    }

    #[inline]
    pub(super) fn take_sent(&mut self) -> Option<S> {
        if is_nothing::<S>() || self.tag != Tag::Sent {
            return None;
        }
        self.tag = Tag::Room;
        // SAFETY: the tag said that `sent` is there; it is taken once, as the tag has changed.
        Some(unsafe { ManuallyDrop::take(&mut self.value.sent) })
    }

    #[inline]
    pub(super) fn put_thrown(&mut self, error: E) {
        debug_assert!(self.is_empty(), "the value in it would be lost");
        self.value.thrown = ManuallyDrop::new(error);
        self.tag = Tag::Thrown;
        self.urgent = Urgent::Thrown;
    }

    #[inline]
    pub(super) fn take_thrown(&mut self) -> Option<E> {
        if self.tag != Tag::Thrown {
            return None;
        }
        self.tag = Tag::Room;
        self.urgent = Urgent::Nothing;
        // SAFETY: the tag said that `thrown` is there; it is taken once, as the tag has changed.
        Some(unsafe { ManuallyDrop::take(&mut self.value.thrown) })
    }

    /// Drops the error in it, which `urgent` says is there.
    #[inline]
    pub(super) fn drop_thrown(&mut self) {
        debug_assert!(self.tag == Tag::Thrown);
        self.tag = Tag::Room;
        self.urgent = Urgent::Nothing;
        // SAFETY: `urgent` is `Thrown` if and only if the tag is.
        unsafe { ManuallyDrop::drop(&mut self.value.thrown) };
    }

    /// Sees to it that a yield which is pending under `cx` is polled again.
    ///
    /// Under the driver's own nothing is to be done: its next poll is the consumer's, and comes all
    /// the way down to the yield. Any other is that of an executor inside of the body, which polls
    /// only what was woken. It is woken now: a waker in the cell, kept until the next
    /// poll, would keep the compiler from holding the cell in registers.
    #[inline]
    pub(super) fn wake_again(&self, cx: &Context<'_>) {
        debug_assert!(!self.driver.is_null(), "the body said that it does not nest");
        if !ptr::eq(self.driver, ptr::from_ref(cx).cast()) {
            wake(cx.waker());
        }
    }

    /// Drops the value in it.
    #[inline]
    pub(super) fn clear(&mut self) {
        if !(mem::needs_drop::<Y>() || mem::needs_drop::<S>() || mem::needs_drop::<E>()) {
            return;
        }
        match self.tag {
            Tag::Out => drop(self.take_out()),
            Tag::Sent => drop(self.take_sent()),
            Tag::Thrown => drop(self.take_thrown()),
            Tag::Room | Tag::Stop | Tag::Closing => {}
        }
    }

    fn is_empty(&self) -> bool {
        !matches!(self.tag, Tag::Out | Tag::Sent | Tag::Thrown)
    }
}

/// Apart, so that what calls it is small enough to be inlined.
#[cold]
#[inline(never)]
fn wake(waker: &Waker) {
    waker.wake_by_ref();
}

/// Whether a value of this type has nothing to store and nothing to drop: all of them are alike.
#[inline]
pub(super) const fn is_nothing<T>() -> bool {
    mem::size_of::<T>() == 0 && !mem::needs_drop::<T>()
}

impl<Y, S, E> fmt::Debug for Cell<Y, S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cell").field("tag", &self.tag).finish_non_exhaustive()
    }
}
