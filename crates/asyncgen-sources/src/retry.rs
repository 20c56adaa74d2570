//! When to ask again, and after how long.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::Error;
use crate::progress::Shared;

/// The requests made again, unless a builder says otherwise: with the delays below, a server that
/// is away for a second or two is waited for.
pub(crate) const RETRIES: u32 = 4;

/// The longest first delay. Shorter hits a server that has just failed; longer is felt by the
/// user for a failure that is over at once, as most are.
const BASE: Duration = Duration::from_millis(100);

/// The longest delay that we choose.
const MAX_DELAY: Duration = Duration::from_secs(10);

/// The longest delay that a server can ask for: a program that hangs for an hour because a header
/// says so is worse than an error.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// An attempt that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: Error,
    pub(crate) again: Again,
}

/// Whether to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// It would fail the same way.
    Never,
    /// After a delay of our choice.
    Soon,
    /// After the delay that the server asks for.
    After(Duration),
}

impl Failure {
    /// A failure that another attempt would not mend.
    pub(crate) fn lasting(error: Error) -> Self {
        Self { error, again: Again::Never }
    }
}

/// Counts the attempts, and waits between them.
#[derive(Debug)]
pub(crate) struct Retry {
    attempts: u32,
    retries: u32,
}

impl Retry {
    pub(crate) fn new(retries: u32) -> Self {
        Self { attempts: 1, retries }
    }

    /// The attempts, the one under way included.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns when it is time to ask again, or with the error if that is of no use.
    pub(crate) async fn wait(&mut self, failure: Failure, shared: &Shared) -> Result<(), Error> {
        if failure.again == Again::Never || self.attempts > self.retries {
            return Err(failure.error);
        }
        let longest = longest_delay(self.attempts);
        let delay = match failure.again {
            Again::After(delay) => delay.min(MAX_RETRY_AFTER),
            Again::Soon | Again::Never => longest.mul_f64(random_fraction()),
        };
        self.attempts += 1;
        shared.add_retry();
        tokio::time::sleep(delay).await;
        Ok(())
    }
}

/// What a status that is no success says about asking again.
pub(crate) fn again(status: StatusCode, headers: &HeaderMap) -> Again {
    match status.as_u16() {
        408 | 429 | 500 | 502 | 503 | 504 => {
            let asked = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            match asked.and_then(|text| retry_after(text, SystemTime::now())) {
                Some(delay) => Again::After(delay),
                None => Again::Soon,
            }
        }
        _ => Again::Never,
    }
}

/// The delay of a Retry-After header: seconds, or a date.
fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More than fits is as long as can be.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

/// The longest delay after the given number of attempts: it doubles.
fn longest_delay(attempts: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    BASE.saturating_mul(1 << doublings).min(MAX_DELAY)
}

/// A number from 0 to 1 ("full jitter": clients that failed together do not come back together).
/// The seed of a hash map is random enough for that.
fn random_fraction() -> f64 {
    let random = RandomState::new().build_hasher().finish() >> 32;
    f64::from(u32::try_from(random).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_can_ask_for_a_delay() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let check = |text, expected: Option<u64>| {
            assert_eq!(retry_after(text, now), expected.map(Duration::from_secs), "{text}");
        };
        check("0", Some(0));
        check(" 120 ", Some(120));
        check("99999999999999999999999", Some(u64::MAX));
        check("Sun, 06 Nov 1994 08:49:47 GMT", Some(10));
        check("Sun, 06 Nov 1994 08:49:27 GMT", Some(0));
        check("-5", None);
        check("1.5", None);
        check("", None);
    }

    #[test]
    fn delays_double_up_to_a_limit() {
        let longest: Vec<u128> =
            [1, 2, 3, 8, 40].map(|attempts| longest_delay(attempts).as_millis()).to_vec();
        assert_eq!(longest, [100, 200, 400, 10_000, 10_000]);
    }
}
