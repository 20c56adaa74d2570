//! Interpreter exit: no other thread may be inside Rust when the interpreter is torn down.
//!
//! Before 3.14 a thread that takes the GIL of a dying interpreter is ended on the spot, which
//! unwinds its Rust frames by force and aborts the process. What may run long, a body or a coroutine,
//! is called by `raw::call_method`, which stops the unwinding. Other stays in which the GIL may be given
//! up, a wait or a short call of Python code, are listed here. [`leave`] runs at exit, before the
//! teardown: it ends the waits and returns when all stays are over. Who would begin one after that
//! sleeps for ever instead, without the GIL, and dies with the process.

use std::{
    collections::BTreeMap,
    sync::{
        Condvar, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    task::Waker,
    thread::{self, ThreadId},
    time::Duration,
};

use pyo3::prelude::*;

use crate::core::Core;

/// How long exit waits for the stays to end; the threads need only be scheduled.
const LEAVE: Duration = Duration::from_secs(1);

/// The thread that tears the interpreter down, once it does.
static EXITING: OnceLock<ThreadId> = OnceLock::new();
static STAYS: Mutex<BTreeMap<u64, Waker>> = Mutex::new(BTreeMap::new());
static LEFT: Condvar = Condvar::new();
/// The sources whose reader threads may wait for room.
static FED: Mutex<Vec<Weak<Core>>> = Mutex::new(Vec::new());

/// Ends every stay of a thread in this module, and returns when all are over. For interpreter
/// exit: from then on the other threads sleep when they would begin one.
#[pyfunction]
pub(crate) fn leave(py: Python<'_>) {
    EXITING.get_or_init(|| thread::current().id());
    let fed: Vec<_> = lock(&FED).drain(..).collect();
    for core in fed.iter().filter_map(Weak::upgrade) {
        core.close(py);
    }
    for waker in lock(&STAYS).values() {
        waker.wake_by_ref();
    }
    py.detach(|| {
        let stays = lock(&STAYS);
        drop(LEFT.wait_timeout_while(stays, LEAVE, |stays| !stays.is_empty()));
    });
}

/// Lists a source that a thread of Python feeds, to be closed at exit.
pub(crate) fn close_at_exit(core: Weak<Core>) {
    let mut fed = lock(&FED);
    fed.retain(|core| core.strong_count() > 0);
    fed.push(core);
}

/// A stay in which the GIL may be given up, listed until dropped.
pub(crate) struct Stay(u64);

impl Stay {
    /// A stay that ends by itself soon: a call of Python code.
    pub(crate) fn begin(py: Python<'_>) -> Self {
        Self::until(py, Waker::noop().clone())
    }

    /// A stay that `waker` ends.
    pub(crate) fn until(py: Python<'_>, waker: Waker) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        if is_over() {
            py.detach(|| sleep_for_ever());
        }
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        lock(&STAYS).insert(id, waker);
        Self(id)
    }

    /// Waits without the GIL. At exit it does not come back.
    pub(crate) fn detached<T: Send>(self, py: Python<'_>, wait: impl FnOnce() -> T + Send) -> T {
        py.detach(|| {
            let result = wait();
            if is_over() {
                drop(self);
                sleep_for_ever();
            }
            // The stay lasts until the GIL is taken again.
            (result, self)
        })
        .0
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        lock(&STAYS).remove(&self.0);
        LEFT.notify_all();
    }
}

/// Whether this thread must not take the GIL any more.
fn is_over() -> bool {
    EXITING.get().is_some_and(|exiting| *exiting != thread::current().id())
}

/// What becomes of a thread that must not go on.
pub(crate) fn sleep_for_ever() -> ! {
    loop {
        thread::park();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
