//! When to ask again, and after how long.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Method, StatusCode};

use super::rate::nothing_left;
use crate::Error;
use crate::progress::Shared;

/// When a failed request is made again: after the statuses 408, 429, 500, 502, 503 and 504, after
/// a 403 that says that no requests are left, and when a connection fails or breaks.
///
/// The pauses grow, and are chosen at random up to their longest, so that clients that failed
/// together do not come back together; a server that asks for a pause (`Retry-After`, a reset of
/// its rate limit) gets it.
///
/// ```
/// use asyncgen_sources::{Retry, pages};
///
/// pages("https://api.example.org/things").retry(Retry { times: 9, ..Retry::default() });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// How often a request is made again, 4 times unless set: with the pauses below, a server that
    /// is away for a second or two is waited for.
    pub times: u32,
    /// The longest first pause, 0.1 seconds unless set; it doubles each time. Shorter hits a server
    /// that has just failed; longer is felt for a failure that is over at once, as most are.
    pub base: Duration,
    /// The longest pause of our choice, 10 seconds unless set.
    pub longest: Duration,
    /// The longest pause that a server gets, 60 seconds unless set: a program that hangs for an hour
    /// because a header says so is worse than an error.
    pub longest_asked: Duration,
    /// How many requests of a source may be made again before others have to succeed: each
    /// success gives a tenth of one back. `None`, the default, for no such limit.
    pub budget: Option<u32>,
    /// Whether POST and PATCH only read here and can be made again; false unless set. Without it
    /// they are made again only where the server has refused to serve them (429), or was not
    /// reached.
    pub post: bool,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            times: 4,
            base: Duration::from_millis(100),
            longest: Duration::from_secs(10),
            longest_asked: Duration::from_secs(60),
            budget: None,
            post: false,
        }
    }
}

/// So many times.
impl From<u32> for Retry {
    fn from(times: u32) -> Self {
        Self { times, ..Self::default() }
    }
}

impl Retry {
    /// Whether a request may be made again that may have been served.
    pub(crate) fn may_repeat(&self, method: &Method) -> bool {
        self.post || method.is_idempotent()
    }
}

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

/// What is left of the budget of a source, in tenths.
#[derive(Debug)]
pub(crate) struct Thrift {
    budget: Option<u64>,
    left: AtomicU64,
}

impl Thrift {
    pub(crate) fn new(budget: Option<u32>) -> Self {
        let budget = budget.map(|budget| u64::from(budget) * 10);
        Self { budget, left: AtomicU64::new(budget.unwrap_or(0)) }
    }

    /// A request has succeeded.
    pub(crate) fn earn(&self) {
        if let Some(budget) = self.budget {
            let more = |left: u64| Some((left + 1).min(budget));
            // It is never none.
            let _ = self.left.fetch_update(Relaxed, Relaxed, more);
        }
    }

    /// Whether one may be made again; it is paid for then.
    fn spend(&self) -> bool {
        let less = |left: u64| left.checked_sub(10);
        self.budget.is_none() || self.left.fetch_update(Relaxed, Relaxed, less).is_ok()
    }
}

/// Counts the attempts at one request, and waits between them.
#[derive(Debug)]
pub(crate) struct Attempts<'a> {
    made: u32,
    retry: &'a Retry,
    thrift: &'a Thrift,
    shared: &'a Shared,
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(retry: &'a Retry, thrift: &'a Thrift, shared: &'a Shared) -> Self {
        Self { made: 1, retry, thrift, shared }
    }

    /// The attempts, the one under way included.
    pub(crate) fn made(&self) -> u32 {
        self.made
    }

    /// The first of them were `made` before.
    pub(crate) fn go_on(&mut self, made: u32) {
        self.made = made;
    }

    /// Returns when it is time to ask again, or with the error if that is of no use.
    pub(crate) async fn wait(&mut self, failure: Failure) -> Result<(), Error> {
        let hopeless = failure.again == Again::Never || self.made > self.retry.times;
        if hopeless || !self.thrift.spend() {
            return Err(failure.error);
        }
        let delay = match failure.again {
            Again::After(delay) => {
                let delay = delay.min(self.retry.longest_asked);
                self.shared.add_throttled(delay);
                delay
            }
            Again::Soon | Again::Never => {
                longest_delay(self.retry, self.made).mul_f64(random_fraction())
            }
        };
        self.made += 1;
        self.shared.add_retry();
        tokio::time::sleep(delay).await;
        Ok(())
    }
}

/// What a status that is no success says about asking again.
pub(crate) fn again(
    method: &Method,
    status: StatusCode,
    headers: &HeaderMap,
    retry: &Retry,
) -> Again {
    let now = SystemTime::now();
    let asked = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let asked =
        asked.and_then(|text| retry_after(text, now)).or_else(|| nothing_left(headers, now));
    let worth_it = match status.as_u16() {
        429 => true,
        403 => asked.is_some(),
        status => may_pass(status) && retry.may_repeat(method),
    };
    match asked {
        _ if !worth_it => Again::Never,
        Some(delay) => Again::After(delay),
        None => Again::Soon,
    }
}

/// Whether a server that answered so may do better the next time.
pub(crate) fn may_pass(status: u16) -> bool {
    matches!(status, 408 | 500 | 502 | 503 | 504)
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
fn longest_delay(retry: &Retry, attempts: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    retry.base.saturating_mul(1 << doublings).min(retry.longest)
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
        let retry = Retry::default();
        let longest = [1, 2, 3, 8, 40].map(|attempts| longest_delay(&retry, attempts).as_millis());
        assert_eq!(longest, [100, 200, 400, 10_000, 10_000]);
    }

    #[test]
    fn a_pause_is_anything_up_to_its_longest() {
        let fractions: Vec<f64> = (0..1000).map(|_| random_fraction()).collect();
        assert!(fractions.iter().all(|fraction| (0.0..=1.0).contains(fraction)));
        // Of a thousand some are in each tenth: that none is happens once in 10⁴⁴.
        for tenth in 0..10 {
            let from = f64::from(tenth) / 10.0;
            let is_there = fractions.iter().any(|at| (from..from + 0.1).contains(at));
            assert!(is_there, "{tenth}");
        }
    }

    #[test]
    fn what_is_asked_again() {
        let limit = "x-ratelimit-remaining: 0\nx-ratelimit-reset: 5";
        let check = |method: Method, status: u16, headers: &str, expected: Again| {
            let lines = headers.lines().filter_map(|line| line.split_once(": "));
            let headers = lines
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect();
            let status = StatusCode::from_u16(status).unwrap();
            let found = again(&method, status, &headers, &Retry::default());
            assert_eq!(found, expected, "{method} {status}");
        };
        let after = |seconds| Again::After(Duration::from_secs(seconds));
        for status in [408, 500, 502, 503, 504] {
            check(Method::GET, status, "", Again::Soon);
            check(Method::GET, status, "retry-after: 7", after(7));
            check(Method::POST, status, "retry-after: 7", Again::Never);
        }
        check(Method::POST, 429, "", Again::Soon);
        check(Method::GET, 429, "retry-after: 86400", after(86_400));
        check(Method::GET, 429, limit, after(5));
        check(Method::GET, 403, limit, after(5));
        check(Method::GET, 403, "", Again::Never);
        for status in [400, 401, 404, 410, 501] {
            check(Method::GET, status, limit, Again::Never);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_budget_runs_out_and_is_earned_again() {
        let retry = Retry { budget: Some(2), ..Retry::default() };
        let (thrift, shared) = (Thrift::new(retry.budget), Shared::new());
        let failure = || {
            let kind = crate::ErrorKind::Status { status: 503, attempts: 1 };
            Failure { error: Error::new(kind, crate::Place::default()), again: Again::Soon }
        };
        let again = async || Attempts::new(&retry, &thrift, &shared).wait(failure()).await.is_ok();
        assert!(again().await && again().await);
        assert!(!again().await);
        for _ in 0..10 {
            thrift.earn();
        }
        assert!(again().await);
        assert!(!again().await);
    }
}
