//! How far a source is, and what it came to.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use asyncgen_formats::Columns;

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
///     let Progress { bytes, total, records } = batches.progress();
///     println!("{bytes} of {total:?} bytes, {records} records");
/// }
/// assert_eq!(batches.progress(), Progress { bytes: 8, total: Some(8), records: 2 });
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
/// let expected = Summary { records: 2, bytes: 8, pages: 0, retries: 0 };
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
}

/// What the producer says besides its batches, as it goes.
#[derive(Debug)]
pub(crate) struct Shared {
    bytes: AtomicU64,
    total: AtomicU64,
    records: AtomicU64,
    pages: AtomicU64,
    retries: AtomicU64,
    columns: OnceLock<Columns>,
}

/// Stands for a total that is not known.
const UNKNOWN: u64 = u64::MAX;

impl Shared {
    pub(crate) fn new() -> Self {
        Self {
            bytes: AtomicU64::new(0),
            total: AtomicU64::new(UNKNOWN),
            records: AtomicU64::new(0),
            pages: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            columns: OnceLock::new(),
        }
    }

    pub(crate) fn add_bytes(&self, count: usize) {
        self.bytes.fetch_add(count as u64, Relaxed);
    }

    pub(crate) fn add_records(&self, count: usize) {
        self.records.fetch_add(count as u64, Relaxed);
    }

    pub(crate) fn add_page(&self) {
        self.pages.fetch_add(1, Relaxed);
    }

    pub(crate) fn add_retry(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    pub(crate) fn set_total(&self, total: u64) {
        self.total.store(total, Relaxed);
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

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    pub(crate) fn progress(&self) -> Progress {
        let total = self.total.load(Relaxed);
        Progress {
            bytes: self.bytes(),
            total: (total != UNKNOWN).then_some(total),
            records: self.records.load(Relaxed),
        }
    }

    pub(crate) fn summary(&self) -> Summary {
        Summary {
            records: self.records.load(Relaxed),
            bytes: self.bytes(),
            pages: self.pages.load(Relaxed),
            retries: self.retries.load(Relaxed),
        }
    }
}
