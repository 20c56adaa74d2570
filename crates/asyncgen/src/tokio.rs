//! A finaliser that closes generators on a tokio runtime.
//!
//! Import from this crate by name: with `use asyncgen::*`, this module hides the crate `tokio`.

use core::fmt;

use ::tokio::runtime::{Handle, TryCurrentError};
use tokio_util::task::TaskTracker;

use crate::hooks::{self, Abandoned, Hooks};

/// Closes generators that were dropped unfinished, each in a task of a tokio runtime: what asyncio does with
/// the hooks of PEP 525.
///
/// [`install`](Finalizer::install) it when the runtime begins, and await [`shutdown`](Finalizer::shutdown)
/// before it ends. Clones share what they wait for.
///
/// A generator may be dropped on any thread, in or out of a runtime, while a consumer panics, or in the
/// destructor of a thread-local: that spawns a task, and neither waits nor panics. If the runtime shuts
/// down or is gone, there is no task: the generator's body is dropped there and then, destructors
/// run, and its cleanup, which would have to await, does not. So it goes with the tasks that a
/// runtime has not finished when it shuts down.
///
/// A panic of a cleanup ends its task alone, as any task's.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering};
///
/// use asyncgen::stream;
/// use asyncgen::tokio::Finalizer;
///
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() {
///     let finalizer = Finalizer::current();
///     finalizer.install();
///
///     let closed = Arc::new(AtomicBool::new(false));
///     let seen = Arc::clone(&closed);
///     let mut numbers = stream!(async move {
///         finally!({ yield 1 }, {
///             tokio::task::yield_now().await;
///             seen.store(true, Ordering::Relaxed);
///         });
///     })
///     .owned();
///     assert_eq!(numbers.next().await, Some(1));
///     drop(numbers);
///
///     finalizer.shutdown().await;
///     assert!(closed.load(Ordering::Relaxed));
/// }
/// ```
#[derive(Clone)]
pub struct Finalizer {
    handle: Handle,
    tasks: TaskTracker,
}

impl Finalizer {
    /// A finaliser that closes on this runtime.
    pub fn new(handle: Handle) -> Self {
        Self { handle, tasks: TaskTracker::new() }
    }

    /// A finaliser that closes on the runtime that runs this.
    ///
    /// # Panics
    ///
    /// Outside of a runtime, as [`Handle::current`] does.
    #[track_caller]
    pub fn current() -> Self {
        Self::new(Handle::current())
    }

    /// As [`current`](Self::current).
    ///
    /// # Errors
    ///
    /// Outside of a runtime, where [`Handle::try_current`] fails too.
    pub fn try_current() -> Result<Self, TryCurrentError> {
        Handle::try_current().map(Self::new)
    }

    /// Sets it for all threads that have no finaliser of their own, and gives the hooks that
    /// there were, to be [set again](hooks::set_default) after [`shutdown`](Self::shutdown).
    ///
    /// There is no `firstiter` in its hooks.
    pub fn install(&self) -> Hooks {
        hooks::set_default(self.hooks())
    }

    /// Sets it for this thread, and gives the hooks that the thread had.
    pub fn install_for_thread(&self) -> Hooks {
        hooks::set(self.hooks())
    }

    /// The hooks that [`install`](Self::install) sets, to be set with a `firstiter` next to them.
    pub fn hooks(&self) -> Hooks {
        let this = self.clone();
        Hooks::new().finalizer(move |generator| this.finalize(generator))
    }

    /// Spawns a task that closes what is left of a generator: for a finaliser that does
    /// something else before.
    pub fn finalize(&self, generator: Abandoned) {
        self.tasks.spawn_on(generator, &self.handle);
    }

    /// Waits until everything that was handed over is closed: `loop.shutdown_asyncgens()`.
    ///
    /// Unlike that, it does not close generators that somebody still owns: drop them before. What is
    /// handed over while it waits is waited for, and what comes after it is closed too, if
    /// the runtime still runs; call it again to wait for that. Any executor may await it,
    /// but a cleanup that is closed by this finaliser must not: it would wait for itself.
    ///
    /// Cancel safety: it may be dropped at any time and called again; the closing goes on.
    pub async fn shutdown(&self) {
        // Closed, it can be waited for; it takes tasks all the same.
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl fmt::Debug for Finalizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finalizer").field("closing", &self.tasks.len()).finish_non_exhaustive()
    }
}
