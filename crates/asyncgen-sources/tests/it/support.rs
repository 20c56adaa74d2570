//! What the tests share: temporary folders, and sources run to their end.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use asyncgen_sources::{Batches, Error, Summary};

/// A folder that is removed at the end of the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("asyncgen-test-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn fifo(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a source gave: its records, fields joined by `|`, and how it ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) records: Vec<String>,
    pub(crate) end: Result<Summary, Error>,
}

impl Outcome {
    /// The text of the error it ended with, `folder` left out.
    pub(crate) fn error(&self, folder: &Folder) -> String {
        let text = self.end.as_ref().map_or_else(Error::to_string, |_| "no error".to_owned());
        text.replace(&format!("{}/", folder.0.display()), "")
    }
}

/// Runs a source to its end, and asserts that nothing comes after an error.
pub(crate) async fn drain(mut batches: Batches) -> Outcome {
    let mut records = Vec::new();
    while let Some(batch) = batches.next().await {
        match batch {
            Ok(batch) => records.extend(batch.iter().map(|record| {
                let fields: Vec<&str> = record.iter().collect();
                fields.join("|")
            })),
            Err(error) => {
                assert!(batches.next().await.is_none(), "something came after {error}");
                assert!(batches.summary().is_none());
                return Outcome { records, end: Err(error) };
            }
        }
    }
    assert!(batches.next().await.is_none());
    let summary = *batches.summary().expect("a summary after the end");
    assert_eq!(summary.records, records.len() as u64);
    Outcome { records, end: Ok(summary) }
}

/// As [`drain`], without an executor.
pub(crate) fn run(batches: Batches) -> Outcome {
    pollster::block_on(drain(batches))
}

/// The lines that `line` makes of 0 to `count`.
pub(crate) fn text(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect::<Vec<_>>().concat()
}

/// Whether this process runs nothing but the test named `test`; the first call runs one that
/// does, and fails when that fails. What a process has open, or its memory, can be counted only
/// where no other test runs.
pub(crate) fn alone(test: &str, stdin: Stdio) -> bool {
    const ALONE: &str = "ASYNCGEN_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(ALONE, "1")
        .stdin(stdin)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // Kept open until the child is done, so that it is silent rather than at its end.
    let stdin = child.stdin.take();
    assert!(child.wait().unwrap().success(), "{test} failed when run alone");
    drop(stdin);
    false
}

/// The entries of a folder of /proc/self: open descriptors, or threads.
pub(crate) fn count(folder: &str) -> usize {
    std::fs::read_dir(Path::new("/proc/self").join(folder)).unwrap().count()
}

/// Waits until `is_so`; panics with `what` when that takes ten seconds.
pub(crate) fn settle(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(10), "{what}");
        std::thread::yield_now();
    }
}
