//! The line that tells what a command did.

use std::{fmt, time::Duration};

use indicatif::{DecimalBytes, HumanCount};

/// What a command did: `336,776 records, 30.11 MB in 0.42 s: 801,848 records/s, 71.69 MB/s`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summary {
    /// What one of them is called.
    pub(crate) noun: &'static str,
    pub(crate) records: u64,
    /// Those that were passed over.
    pub(crate) rejects: u64,
    /// Of the input as stored, compressed or not.
    pub(crate) bytes: u64,
    pub(crate) elapsed: Duration,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { noun, records, bytes, elapsed, .. } = *self;
        let seconds = elapsed.as_secs_f64();
        let plural = if records == 1 { "" } else { "s" };
        write!(
            f,
            "{} {noun}{plural}, {} in {seconds:.2} s: {} {noun}s/s, {}/s",
            HumanCount(records),
            DecimalBytes(bytes),
            HumanCount(per_second(records, seconds)),
            DecimalBytes(per_second(bytes, seconds)),
        )
    }
}

/// `count` a second, rounded; the clock never gives less than its own step.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a figure to be read, neither negative nor near 2^53"
)]
fn per_second(count: u64, seconds: f64) -> u64 {
    (count as f64 / seconds.max(1e-9)).round() as u64
}
