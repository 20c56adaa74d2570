//! How far a source is, and what it came to.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use asyncgen_formats::{Columns, Position};

use crate::Dialect;
use crate::http::secrets::Secrets;
use crate::pages::Marks;
use crate::resume::Origins;

/// How far the producer of a source is; it runs a few batches ahead of the consumer.
///
/// ```
/// use asyncgen_sources::{Input, Progress, lines};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// let mut batches = lines(Input::bytes("one\ntwo\n")).batches();
/// assert_eq!(batches.progress(), Progress::default());
/// while let Some(batch) = batches.next().await {
///     batch?;
///     let Progress { bytes, total, records, .. } = batches.progress();
///     println!("{bytes} of {total:?} bytes, {records} records");
/// }
/// let expected = Progress { bytes: 8, total: Some(8), records: 2, expected: None };
/// assert_eq!(batches.progress(), expected);
/// # Ok(())
/// # }
/// # pollster::block_on(example()).unwrap();
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// The bytes read of the input as stored: compressed, where it is.
    pub bytes: u64,
    /// The bytes of the whole input as stored, where that is known.
    pub total: Option<u64>,
    /// The records decoded.
    pub records: u64,
    /// The records of the whole source, where a page tells.
    pub expected: Option<u64>,
}

/// What a source came to, known after its end.
///
/// ```
/// use asyncgen_sources::{Input, Summary, ndjson};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// let mut rows = ndjson(Input::bytes("[1]\n[2]\n")).rows();
/// while let Some(row) = rows.next().await {
///     row?;
/// }
/// let expected = Summary { records: 2, bytes: 8, ..Summary::default() };
/// assert_eq!(rows.summary(), Some(&expected));
/// # Ok(())
/// # }
/// # pollster::block_on(example()).unwrap();
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// The records handed out.
    pub records: u64,
    /// The bytes read of the input as stored: compressed, where it is.
    pub bytes: u64,
    /// The pages read; 0 for a source without pages.
    pub pages: u64,
    /// The requests that had to be made again.
    pub retries: u64,
    /// The time that requests were held back: by a rate, or because the server asked for it.
    pub throttled: Duration,
    /// The records that were passed over because of a fault.
    pub rejects: u64,
    /// The lines that were passed over because there is nothing in them.
    pub blank_lines: u64,
}

/// What the producer says besides its batches, as it goes.
#[derive(Debug)]
pub(crate) struct Shared {
    bytes: AtomicU64,
    total: AtomicU64,
    records: AtomicU64,
    expected: AtomicU64,
    pages: AtomicU64,
    retries: AtomicU64,
    /// In microseconds.
    throttled: AtomicU64,
    rejects: AtomicU64,
    blank_lines: AtomicU64,
    columns: OnceLock<Columns>,
    dialect: OnceLock<Dialect>,
    plan: Mutex<Option<String>>,
    /// A source of pages gives them in place of their items; `None` before it is known.
    pages_given: OnceLock<bool>,
    /// What names the walk in its positions, and the one that it was resumed at.
    walk: OnceLock<String>,
    start: OnceLock<String>,
    /// What no position may hold.
    pub(crate) secrets: OnceLock<Arc<Secrets>>,
    /// Where the pages of a walk begin.
    pub(crate) marks: Marks,
    /// Where a file is gone on with.
    pub(crate) resumed: OnceLock<Position>,
    /// What positions in files are made of.
    pub(crate) origins: Origins,
    /// What the files are called, where there are several.
    pub(crate) files: OnceLock<Arc<[Arc<str>]>>,
}

/// Stands for a total that is not known.
const UNKNOWN: u64 = u64::MAX;

impl Shared {
    pub(crate) fn new() -> Self {
        Self {
            bytes: AtomicU64::new(0),
            total: AtomicU64::new(UNKNOWN),
            records: AtomicU64::new(0),
            expected: AtomicU64::new(UNKNOWN),
            pages: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
            rejects: AtomicU64::new(0),
            blank_lines: AtomicU64::new(0),
            columns: OnceLock::new(),
            dialect: OnceLock::new(),
            plan: Mutex::default(),
            pages_given: OnceLock::new(),
            walk: OnceLock::new(),
            start: OnceLock::new(),
            secrets: OnceLock::new(),
            marks: Marks::default(),
            resumed: OnceLock::new(),
            origins: Origins::default(),
            files: OnceLock::new(),
        }
    }

    pub(crate) fn add_bytes(&self, count: usize) {
        self.bytes.fetch_add(count as u64, Relaxed);
    }

    /// Says how much was read before what is read now.
    pub(crate) fn set_bytes(&self, count: u64) {
        self.bytes.store(count, Relaxed);
    }

    pub(crate) fn add_records(&self, count: usize) {
        self.records.fetch_add(count as u64, Relaxed);
    }

    pub(crate) fn add_rejects(&self, count: usize) {
        self.rejects.fetch_add(count as u64, Relaxed);
    }

    pub(crate) fn add_blank_lines(&self, count: u64) {
        self.blank_lines.fetch_add(count, Relaxed);
    }

    pub(crate) fn add_page(&self) {
        self.pages.fetch_add(1, Relaxed);
    }

    pub(crate) fn add_retry(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    pub(crate) fn add_throttled(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.throttled.fetch_add(micros, Relaxed);
    }

    pub(crate) fn set_total(&self, total: u64) {
        self.total.store(total, Relaxed);
    }

    pub(crate) fn set_expected(&self, records: u64) {
        self.expected.store(records, Relaxed);
    }

    pub(crate) fn set_plan(&self, plan: String) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = Some(plan);
    }

    /// Asks for pages in place of items; false when it is too late for that.
    pub(crate) fn give_pages(&self) -> bool {
        *self.pages_given.get_or_init(|| true)
    }

    /// Whether pages were asked for; from now on it is too late to ask.
    pub(crate) fn gives_pages(&self) -> bool {
        *self.pages_given.get_or_init(|| false)
    }

    pub(crate) fn set_start(&self, position: String) {
        self.start.get_or_init(|| position);
    }

    pub(crate) fn start(&self) -> Option<&str> {
        self.start.get().map(String::as_str)
    }

    pub(crate) fn set_walk(&self, name: String) {
        self.walk.get_or_init(|| name);
    }

    pub(crate) fn walk(&self) -> Option<&str> {
        self.walk.get().map(String::as_str)
    }

    pub(crate) fn plan(&self) -> Option<String> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says which columns there are; the first word counts.
    pub(crate) fn set_columns(&self, columns: Option<&Columns>) {
        if let Some(columns) = columns {
            self.columns.get_or_init(|| columns.clone());
        }
    }

    pub(crate) fn columns(&self) -> Option<&Columns> {
        self.columns.get()
    }

    /// Says how the source is written; the first word counts.
    pub(crate) fn set_dialect(&self, dialect: Option<Dialect>) {
        if let Some(dialect) = dialect {
            self.dialect.get_or_init(|| dialect);
        }
    }

    pub(crate) fn dialect(&self) -> Option<&Dialect> {
        self.dialect.get()
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    pub(crate) fn progress(&self) -> Progress {
        Progress {
            bytes: self.bytes(),
            total: known(&self.total),
            records: self.records.load(Relaxed),
            expected: known(&self.expected),
        }
    }

    pub(crate) fn summary(&self) -> Summary {
        Summary {
            records: self.records.load(Relaxed),
            bytes: self.bytes(),
            pages: self.pages.load(Relaxed),
            retries: self.retries.load(Relaxed),
            throttled: Duration::from_micros(self.throttled.load(Relaxed)),
            rejects: self.rejects.load(Relaxed),
            blank_lines: self.blank_lines.load(Relaxed),
        }
    }
}

fn known(count: &AtomicU64) -> Option<u64> {
    let count = count.load(Relaxed);
    (count != UNKNOWN).then_some(count)
}
