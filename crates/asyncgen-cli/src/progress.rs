//! The progress bar on stderr.

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use asyncgen_sources::Progress;
use indicatif::{
    DecimalBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};

/// How often a bar is drawn again while nothing comes.
pub(crate) const IDLE_TICK: Duration = Duration::from_millis(200);

/// With a total: `[=====>   ] 30.11 MB of 100.00 MB, 71.69 MB/s, 1s left, 336,776 records`.
const KNOWN: &str = "[{wide_bar}] {decimal_bytes} of {decimal_total_bytes}, \
                     {decimal_bytes_per_sec}, {eta} left, {records} records";
/// Where a page tells how many records there are: `[=====>   ] 1,200 of 3,000 records, 4s left`.
const EXPECTED: &str =
    "[{wide_bar}] {human_pos} of {human_len} records, {decimal_read}, {eta} left";
/// Without one, as of a pipe.
const UNKNOWN: &str =
    "{spinner} {decimal_bytes}, {decimal_bytes_per_sec}, {elapsed}, {records} records";

/// A bar that shows how much of the input has been read; or nothing at all.
#[derive(Debug)]
pub(crate) struct Bar(Option<Shown>);

#[derive(Debug)]
struct Shown {
    bar: ProgressBar,
    /// Read whenever the bar is drawn.
    records: Arc<AtomicU64>,
    read: Arc<AtomicU64>,
}

impl Bar {
    /// A bar on stderr.
    pub(crate) fn shown() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let records = Arc::new(AtomicU64::new(0));
        let read = Arc::new(AtomicU64::new(0));
        bar.set_style(style(UNKNOWN, &records, &read));
        Self(Some(Shown { bar, records, read }))
    }

    /// No bar.
    pub(crate) fn hidden() -> Self {
        Self(None)
    }

    /// Whether there is somebody to draw for.
    pub(crate) fn is_shown(&self) -> bool {
        self.0.is_some()
    }

    /// Draws how far the source is, not more often than an eye can follow.
    pub(crate) fn update(&self, progress: Progress, records: u64) {
        let Some(Shown { bar, records: shown, read }) = &self.0 else { return };
        shown.store(records, Relaxed);
        let (total, template, position) = match (progress.total, progress.expected) {
            (Some(bytes), _) => (Some(bytes), KNOWN, progress.bytes),
            (None, Some(expected)) => (Some(expected), EXPECTED, records),
            (None, None) => (None, UNKNOWN, progress.bytes),
        };
        read.store(progress.bytes, Relaxed);
        if let Some(total) = total
            && bar.length() != Some(total)
        {
            bar.set_style(style(template, shown, read));
            bar.set_length(total);
        }
        bar.set_position(position);
        bar.tick();
    }

    /// Takes the bar off the terminal.
    pub(crate) fn clear(&self) {
        if let Some(Shown { bar, .. }) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str, records: &Arc<AtomicU64>, read: &Arc<AtomicU64>) -> ProgressStyle {
    let (records, read) = (Arc::clone(records), Arc::clone(read));
    // A template that does not parse is found by the test below; a user gets the default bar.
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
        .with_key("records", move |_: &ProgressState, line: &mut dyn Write| {
            // A line in memory: there is no error to have.
            let _ = write!(line, "{}", HumanCount(records.load(Relaxed)));
        })
        .with_key("decimal_read", move |_: &ProgressState, line: &mut dyn Write| {
            let _ = write!(line, "{}", DecimalBytes(read.load(Relaxed)));
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_parse() {
        for template in [KNOWN, EXPECTED, UNKNOWN] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
