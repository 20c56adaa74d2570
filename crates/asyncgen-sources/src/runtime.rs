//! The threads that feed the sources of this process.
//!
//! Advice for the next person: a forked child has only the thread that called `fork`, and every
//! lock that another thread held at that moment stays locked in the child for ever. So everything
//! here is keyed by process id, the way to the key takes no lock, and a child never touches what
//! belongs to its parent, not even to drop it.

use std::io;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use once_cell::race::OnceRef;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::http::client::Clients;

/// The most threads that run producers. They decode and never wait, so a few are enough to keep
/// a consumer busy; more would take the cores from the program that uses the records.
const MAX_WORKERS: usize = 4;

/// The fewest: with one, a long parse would hold up all other sources.
const MIN_WORKERS: usize = 2;

/// The most threads for calls that block: opening and reading files, looking up names. Each call
/// is short, save a read of stdin, of which a program has one.
const MAX_BLOCKING: usize = 64;

/// The most of them that are held as long as a source undoes its compression, and waits for its consumer: the
/// others must be enough for calls that end. What is more is undone by the threads that run producers.
const MAX_HELD: usize = 32;

/// How long a thread for blocking calls waits for the next one. Longer keeps idle threads
/// around; shorter starts one for each chunk of a slow consumer.
const BLOCKING_KEEP_ALIVE: Duration = Duration::from_secs(2);

/// What the sources of one process share; made at the first poll of the first source, never
/// dropped, since that would have to wait for its threads.
#[derive(Debug)]
pub(crate) struct Runtime {
    pub(crate) tokio: tokio::runtime::Runtime,
    pub(crate) clients: Clients,
    held: Semaphore,
}

/// The runtime of one process, in a list with one entry for each process that lies on the way
/// from the first one to this one by `fork`.
struct Process {
    id: u32,
    runtime: Mutex<Option<&'static Runtime>>,
    next: OnceRef<'static, Process>,
}

static FIRST: OnceRef<'static, Process> = OnceRef::new();

/// The runtime of this process, started now if need be.
pub(crate) fn current() -> io::Result<&'static Runtime> {
    let process = this_process();
    // No thread of another process ever takes this lock, so a fork cannot leave it locked.
    let mut runtime = process.runtime.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = *runtime {
        return Ok(runtime);
    }
    let started: &'static Runtime = Box::leak(Box::new(start()?));
    *runtime = Some(started);
    Ok(started)
}

/// Leave to hold a thread for blocking calls until it is dropped, where one can be spared.
pub(crate) fn permit() -> Option<SemaphorePermit<'static>> {
    current().ok()?.held.try_acquire().ok()
}

fn this_process() -> &'static Process {
    let id = std::process::id();
    let mut link = &FIRST;
    loop {
        let process = link.get_or_init(|| {
            let runtime = Mutex::new(None);
            Box::leak(Box::new(Process { id, runtime, next: OnceRef::new() }))
        });
        if process.id == id {
            return process;
        }
        link = &process.next;
    }
}

fn start() -> io::Result<Runtime> {
    let cores = std::thread::available_parallelism().map_or(MIN_WORKERS, NonZeroUsize::get);
    let _blocked = BlockedSignals::new()?;
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.clamp(MIN_WORKERS, MAX_WORKERS))
        .max_blocking_threads(MAX_BLOCKING)
        .thread_keep_alive(BLOCKING_KEEP_ALIVE)
        .thread_name("asyncgen")
        .enable_all()
        .build()?;
    Ok(Runtime { tokio, clients: Clients::default(), held: Semaphore::new(MAX_HELD) })
}

/// Blocks the signals of this thread until dropped. A thread inherits the mask of the one that
/// starts it, so the runtime's threads never take a signal: Ctrl-C reaches the program's own
/// thread, and interrupts the system call that it waits in.
struct BlockedSignals {
    before: SigSet,
}

impl BlockedSignals {
    fn new() -> io::Result<Self> {
        let mut signals = SigSet::all();
        // A fault of the thread itself: blocked, it would kill the process without a word.
        for fault in [Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGFPE, Signal::SIGILL] {
            signals.remove(fault);
        }
        let before = signals.thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
        Ok(Self { before })
    }
}

impl Drop for BlockedSignals {
    fn drop(&mut self) {
        // Fails for a bad argument only, and this mask came from the system.
        let _ = self.before.thread_set_mask();
    }
}
