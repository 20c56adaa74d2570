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

/// In so many polls a listener must have heard of a stop.
///
/// An executor may leave what was woken for its next turn: a `FuturesUnordered` does after two tasks that wake
/// themselves, so that this is enough for a hundred. With fewer, the cleanup of one among many would be dropped; with
/// more, a body that has forgotten its listener would be polled for longer.
const HEARINGS: u8 = 64;

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
    /// How often a stop may still be left unheard, if there is a listener.
    hearings: u8,
    /// How many futures of the body would see a `Stop`, one in the other.
    pub(super) depth: u32,
    value: Value<Y, S, E>,
    /// Where the context is that the driver was last polled with, if the body [nests](super::Body::NESTS): to be
    /// compared, never followed.
    pub(super) driver: *const (),
    /// Who is to be woken for a stop: the innermost to see one, if an executor inside of the body polls it. It is
    /// kept by a [`Watch`](super::Watch), which takes it from here before it drops it.
    pub(super) listener: *const Waker,
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
            hearings: 0,
            depth: 0,
            value: Value { none: () },
            driver: ptr::null(),
            listener: ptr::null(),
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

    /// Whether `cx` is that of an executor inside of the body, which polls only what was woken; it is, too, while the
    /// body is called for its future, when nobody polls it yet.
    ///
    /// Under the driver's own nobody need be woken for what the driver does: its next poll is the consumer's, and
    /// comes all the way down.
    #[inline]
    pub(super) fn is_polled_inside(&self, cx: &Context<'_>) -> bool {
        !ptr::eq(self.driver, ptr::from_ref(cx).cast())
    }

    /// Says that the body is to stop; gives whom to wake for that.
    pub(super) fn ask_to_stop(&mut self) -> Option<Waker> {
        self.say(Tag::Stop);
        self.hearings = HEARINGS;
        // SAFETY: its watch has not taken it from here, so it lives; it is changed by its watch alone, in the body,
        // which does not run.
        unsafe { self.listener.as_ref() }.cloned()
    }

    /// Whether a stop that nobody heard in a poll may be heard in the next: once less each time.
    pub(super) fn may_yet_hear(&mut self) -> bool {
        let may = !self.listener.is_null() && self.hearings > 0;
        self.hearings = self.hearings.saturating_sub(1);
        may
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
