//! What happens to an [`Owned`](crate::Owned) generator that is dropped unfinished: the asynchronous
//! generator hooks of PEP 525.
//!
//! There are two, under the names that Python gives them:
//!
//! - `firstiter` is called when a generator is polled for the first time;
//! - `finalizer` is called when one is dropped unfinished after that, and is given what is left of it, an
//!   [`Abandoned`]: a future that closes the generator, to be spawned somewhere.
//!
//! Each [thread](set) has its own hooks, as in Python; for a hook that a thread does not have there is that
//! of the [process](set_default). With neither, a generator is dropped where it is: its destructors run,
//! its [`finally!`](crate::finally!) does not, of which a debug build warns.
//!
//! A runtime's finaliser is better than one's own: with the feature `tokio`, that of
//! `asyncgen::tokio::Finalizer`.
//!
//! # The contract
//!
//! - **When they are read.** Once, at the generator's first poll, on the thread that polls. A later change of
//!   the hooks, or of the thread, makes no difference to it: the finaliser of the runtime
//!   on which it began is the one that can close it. A `close` of a generator that was not polled
//!   runs nothing, and calls no hook.
//! - **Where they run.** `firstiter` on the thread of that first poll, before the body; `finalizer` on the
//!   thread that drops the generator, in its destructor: it should hand the future on and return.
//!   What it was given is `Send` and may go anywhere.
//! - **Panics.** One in `firstiter` goes to the caller of that poll; the next poll starts the body, and does
//!   not call it again. One in `finalizer` is caught, because a destructor must not unwind: the panic hook
//!   has reported it, and nothing else comes of it; so does Python with what a finaliser raises. The
//!   generator is dropped by it.
//! - **Re-entrancy.** No lock is held and nothing is borrowed while a hook runs. It may read and set hooks,
//!   and poll and drop other generators.
//! - **The end of a thread.** A generator that is kept in a thread-local has its finaliser in itself, so it
//!   is handed over as any other. Once the thread-local with the thread's hooks is gone, the
//!   process's are read, and [`set`] does nothing.

use alloc::sync::Arc;
use core::cell::RefCell;
use core::fmt;
use core::mem;
use core::panic::{AssertUnwindSafe, Location};
use std::panic::catch_unwind;
use std::sync::PoisonError;
#[cfg(not(shuttle))]
use std::{sync::RwLock, thread_local};

#[cfg(shuttle)]
use shuttle::{sync::RwLock, thread_local};

pub use crate::abandoned::Abandoned;

pub(crate) type Firstiter = Arc<dyn Fn(&'static Location<'static>) + Send + Sync>;
pub(crate) type Finalizer = Arc<dyn Fn(Abandoned) + Send + Sync>;

thread_local! {
    static THREAD: RefCell<Hooks> = const { RefCell::new(Hooks::new()) };
}

static DEFAULT: RwLock<Hooks> = RwLock::new(Hooks::new());

/// The two hooks, each of which may be missing.
///
/// ```
/// use asyncgen::hooks::{self, Hooks};
/// use asyncgen::stream;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let (log, heard) = std::sync::mpsc::channel();
/// let dropped = log.clone();
/// let previous = hooks::set(
///     Hooks::new()
///         .firstiter(move |owned_at| log.send(format!("{owned_at} begins")).unwrap())
///         .finalizer(move |generator| {
///             dropped.send(format!("{} is left", generator.owned_at())).unwrap();
///         }),
/// );
///
/// let mut numbers = stream!(async move { yield 1 }).owned();
/// assert_eq!(numbers.next().await, Some(1));
/// drop(numbers);
///
/// assert!(heard.recv().unwrap().ends_with(" begins"));
/// assert!(heard.recv().unwrap().ends_with(" is left"));
/// hooks::set(previous);
/// # });
/// ```
#[derive(Clone, Default)]
pub struct Hooks {
    firstiter: Option<Firstiter>,
    finalizer: Option<Finalizer>,
}

impl Hooks {
    /// No hooks.
    pub const fn new() -> Self {
        Self { firstiter: None, finalizer: None }
    }

    /// With this called at the first poll of each generator, with the place where it was made
    /// an [`Owned`](crate::Owned).
    #[must_use = "hooks do nothing until they are set"]
    pub fn firstiter<F>(self, firstiter: F) -> Self
    where
        F: Fn(&'static Location<'static>) + Send + Sync + 'static,
    {
        Self { firstiter: Some(Arc::new(firstiter)), ..self }
    }

    /// With this called for each generator that is dropped unfinished.
    #[must_use = "hooks do nothing until they are set"]
    pub fn finalizer<F>(self, finalizer: F) -> Self
    where
        F: Fn(Abandoned) + Send + Sync + 'static,
    {
        Self { finalizer: Some(Arc::new(finalizer)), ..self }
    }

    /// These, and those of `other` that are missing.
    fn or(self, other: Self) -> Self {
        Self {
            firstiter: self.firstiter.or(other.firstiter),
            finalizer: self.finalizer.or(other.finalizer),
        }
    }
}

/// Sets the hooks of this thread and gives those that it had: `sys.set_asyncgen_hooks`.
///
/// [`Hooks::new`] takes both away. In the destructors at the thread's end, when its hooks are gone, it does
/// nothing.
#[doc(alias = "set_asyncgen_hooks")]
pub fn set(hooks: Hooks) -> Hooks {
    // Whatever is dropped is dropped outside: a destructor of the user's may come here again.
    THREAD.try_with(|thread| thread.replace(hooks)).unwrap_or_default()
}

/// The hooks of this thread itself: `sys.get_asyncgen_hooks`.
#[doc(alias = "get_asyncgen_hooks")]
pub fn get() -> Hooks {
    THREAD.try_with(|thread| thread.borrow().clone()).unwrap_or_default()
}

/// Sets the hooks of all threads that have none of their own, and gives those that there were.
pub fn set_default(hooks: Hooks) -> Hooks {
    let mut default = DEFAULT.write().unwrap_or_else(PoisonError::into_inner);
    mem::replace(&mut *default, hooks)
}

/// The hooks of all threads that have none of their own.
pub fn get_default() -> Hooks {
    DEFAULT.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The hooks of a generator that begins on this thread.
pub(crate) fn in_force() -> (Option<Firstiter>, Option<Finalizer>) {
    let Hooks { firstiter, finalizer } = get().or(get_default());
    (firstiter, finalizer)
}

/// Calls the finaliser, from a destructor.
pub(crate) fn finalize(finalizer: &Finalizer, abandoned: Abandoned) {
    if let Err(carried) = catch_unwind(AssertUnwindSafe(|| finalizer(abandoned))) {
        // What a panic carries may panic when it is dropped, and so may what that panic carries.
        mem::forget(catch_unwind(AssertUnwindSafe(|| drop(carried))));
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("firstiter", &self.firstiter.is_some())
            .field("finalizer", &self.finalizer.is_some())
            .finish()
    }
}
