//! A task that wants to run every millisecond, and notes by how much it was kept from it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    task::JoinHandle,
    time::{Instant, interval},
};

/// How often the task wants to run.
const EVERY: Duration = Duration::from_millis(1);

/// A task on the runtime of the caller. Dropping it ends the task.
pub(super) struct Ticker {
    noted: Arc<Noted>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Noted {
    ticks: AtomicU64,
    worst_micros: AtomicU64,
}

/// How the task fared.
pub(super) struct Report {
    /// How often it ran.
    pub(super) ticks: u64,
    /// The longest time between when a run was due and when it was.
    pub(super) worst: Duration,
}

impl Ticker {
    pub(super) fn start() -> Self {
        let noted = Arc::new(Noted::default());
        let note = Arc::clone(&noted);
        let task = tokio::spawn(async move {
            let mut interval = interval(EVERY);
            loop {
                // A tick that was missed comes at once, and is as late as it is.
                let due = interval.tick().await;
                let late = Instant::now() - due;
                note.ticks.fetch_add(1, Relaxed);
                let micros = u64::try_from(late.as_micros()).unwrap_or(u64::MAX);
                note.worst_micros.fetch_max(micros, Relaxed);
            }
        });
        Self { noted, task }
    }

    /// How the task has fared up to now.
    pub(super) fn report(&self) -> Report {
        Report {
            ticks: self.noted.ticks.load(Relaxed),
            worst: Duration::from_micros(self.noted.worst_micros.load(Relaxed)),
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.task.abort();
    }
}
