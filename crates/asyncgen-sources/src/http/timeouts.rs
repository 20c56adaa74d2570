//! How long a server is waited for.

use std::io;
use std::time::{Duration, Instant};

/// How long a server is waited for; [`Default`] is what each source has unless told otherwise.
///
/// Only waiting counts: a consumer that takes its time does not use up that of the server.
///
/// ```
/// use std::time::Duration;
/// use asyncgen_sources::{Timeouts, pages};
///
/// let timeouts = Timeouts { total: Some(Duration::from_secs(30)), ..Timeouts::default() };
/// pages("https://api.example.org/things").timeouts(timeouts);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection. Longer than the default of 10 seconds only delays the error: a server
    /// that is there answers within a few round trips.
    pub connect: Duration,
    /// For the next bytes, 60 seconds unless set. Some take half a minute for a first page; a
    /// connection that is dead without a word must not hang the program for ever.
    pub read: Duration,
    /// For the whole of an answer; not bounded unless set.
    pub total: Option<Duration>,
    /// The fewest bytes a second, measured over the time of `read`; 0, the default, for no limit.
    pub min_rate: u64,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(60),
            total: None,
            min_rate: 0,
        }
    }
}

/// The time that has been waited for one answer.
#[derive(Debug)]
pub(crate) struct Patience {
    timeouts: Timeouts,
    waited: Duration,
    /// How long the rate is being measured, and what has come in that time.
    measured: Duration,
    bytes: u64,
}

impl Patience {
    pub(crate) fn new(timeouts: Timeouts) -> Self {
        Self { timeouts, waited: Duration::ZERO, measured: Duration::ZERO, bytes: 0 }
    }

    /// What `answer` comes to, unless it takes too long; `size` tells its bytes.
    pub(crate) async fn wait<T>(
        &mut self,
        answer: impl Future<Output = T>,
        size: impl FnOnce(&T) -> usize,
    ) -> io::Result<T> {
        let Timeouts { read, total, .. } = self.timeouts;
        let left = total.map(|total| total.saturating_sub(self.waited));
        let limit = left.map_or(read, |left| left.min(read));
        let start = Instant::now();
        let Ok(answer) = tokio::time::timeout(limit, answer).await else {
            return Err(if limit == read {
                too_slow(format!("the server was silent for {}", seconds(read)))
            } else {
                let total = total.unwrap_or_default();
                too_slow(format!("the answer was not whole within {}", seconds(total)))
            });
        };
        self.waited += start.elapsed();
        self.measure(start.elapsed(), size(&answer))?;
        Ok(answer)
    }

    fn measure(&mut self, time: Duration, bytes: usize) -> io::Result<()> {
        self.measured += time;
        self.bytes += bytes as u64;
        if self.measured < self.timeouts.read {
            return Ok(());
        }
        let least = u128::from(self.timeouts.min_rate) * self.measured.as_millis() / 1000;
        if u128::from(self.bytes) < least {
            let rate = self.timeouts.min_rate;
            let read = seconds(self.timeouts.read);
            return Err(too_slow(format!("fewer than {rate} bytes a second came in {read}")));
        }
        (self.measured, self.bytes) = (Duration::ZERO, 0);
        Ok(())
    }
}

/// `60 seconds`, `0.25 seconds`.
pub(crate) fn seconds(time: Duration) -> String {
    let plural = if time == Duration::from_secs(1) { "" } else { "s" };
    format!("{} second{plural}", time.as_secs_f64())
}

fn too_slow(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, message)
}
