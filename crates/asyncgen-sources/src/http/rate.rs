//! How fast a server may be asked.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::HeaderMap;
use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;

use crate::progress::Shared;

/// How fast a server may be asked: a bucket of tokens, of which each request takes one.
///
/// ```
/// use std::time::Duration;
/// use asyncgen_sources::{Rate, pages};
///
/// pages("https://api.example.org/things").rate(Rate::new(10, Duration::from_secs(1)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The requests in each period, and at once after a pause.
    pub requests: u32,
    /// The period.
    pub per: Duration,
    /// Whether a server that says by its headers that nothing is left (`X-RateLimit-Remaining: 0`)
    /// is left alone until it says that there is more; true unless set.
    pub headers: bool,
}

impl Rate {
    /// So many requests in each period.
    pub fn new(requests: u32, per: Duration) -> Self {
        Self { requests, per, headers: true }
    }
}

/// The gate that the requests of a source go through.
#[derive(Debug)]
pub(crate) struct Throttle {
    rate: Option<Rate>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When the bucket would be full: each request moves it on, the present holds it back.
    full: Option<Instant>,
    /// Nobody passes before.
    closed: Option<Instant>,
}

impl Throttle {
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        Self { rate, state: Mutex::default() }
    }

    /// Returns when the next request may be made.
    pub(crate) async fn pass(&self, shared: &Shared) {
        let now = Instant::now();
        let delay = self.take(now).saturating_duration_since(now);
        if !delay.is_zero() {
            shared.add_throttled(delay);
            tokio::time::sleep(delay).await;
        }
    }

    /// Takes a token: when it is there.
    fn take(&self, now: Instant) -> Instant {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let opens = state.closed.map_or(now, |closed| closed.max(now));
        let Some(rate) = self.rate.filter(|rate| rate.requests > 0) else { return opens };
        let step = rate.per / rate.requests;
        let full = state.full.map_or(opens, |full| full.max(opens)) + step;
        state.full = Some(full);
        (full - rate.per.min(full - opens)).max(opens)
    }

    /// Hears what an answer says of the requests that are left; no longer than `longest`.
    pub(crate) fn told(&self, headers: &HeaderMap, longest: Duration) {
        if !self.rate.is_some_and(|rate| rate.headers) {
            return;
        }
        let Some(delay) = nothing_left(headers, SystemTime::now()) else { return };
        let until = Instant::now() + delay.min(longest);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.closed = Some(state.closed.map_or(until, |closed| closed.max(until)));
    }
}

/// How long until there are requests left, where the headers say that there are none.
pub(crate) fn nothing_left(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let number = |names: [&str; 3]| -> Option<u64> {
        let values = names.iter().filter_map(|name| headers.get(*name));
        values.filter_map(|value| value.to_str().ok()?.trim().parse::<f64>().ok()).find_map(whole)
    };
    let left = number(["x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining"])?;
    if left > 0 {
        return None;
    }
    let reset = number(["x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"])?;
    Some(from_now(reset, now))
}

/// The delay that a reset means: some servers give seconds from now, others the seconds or
/// milliseconds since 1970, and no delay is as long as that.
fn from_now(reset: u64, now: SystemTime) -> Duration {
    const YEAR_2001: u64 = 1_000_000_000;
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    match reset {
        ..YEAR_2001 => Duration::from_secs(reset),
        _ if reset / 1000 >= YEAR_2001 => Duration::from_millis(reset).saturating_sub(now),
        _ => Duration::from_secs(reset).saturating_sub(now),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is in the range")]
fn whole(number: f64) -> Option<u64> {
    (0.0..1e15).contains(&number).then(|| number.ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn tokens_come_back_with_time() {
        let throttle = Throttle::new(Some(Rate::new(2, Duration::from_secs(1))));
        let start = Instant::now();
        let mut passed = Vec::new();
        let shared = Shared::new();
        for _ in 0..5 {
            throttle.pass(&shared).await;
            passed.push(start.elapsed().as_millis());
        }
        assert_eq!(passed, [0, 0, 500, 1000, 1500]);
        assert_eq!(shared.summary().throttled, Duration::from_millis(1500));
        tokio::time::advance(Duration::from_secs(60)).await;
        let start = Instant::now();
        for expected in [0, 0, 500] {
            throttle.pass(&shared).await;
            assert_eq!(start.elapsed().as_millis(), expected);
        }
    }

    #[test]
    fn what_headers_say() {
        let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let check = |headers: &[(&'static str, &'static str)], expected: Option<u64>| {
            let headers = headers.iter().map(|(name, value)| {
                (name.parse().unwrap(), reqwest::header::HeaderValue::from_static(value))
            });
            let found = nothing_left(&headers.collect(), now);
            assert_eq!(found.map(|delay| delay.as_secs()), expected);
        };
        check(&[], None);
        check(&[("x-ratelimit-remaining", "0")], None);
        check(&[("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", "9")], None);
        check(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "9")], Some(9));
        check(&[("ratelimit-remaining", "0"), ("ratelimit-reset", "1.5")], Some(2));
        let epoch = ("x-ratelimit-reset", "1700000030");
        check(&[("x-ratelimit-remaining", "0"), epoch], Some(30));
        let past = ("x-ratelimit-reset", "1600000000");
        check(&[("x-ratelimit-remaining", "0"), past], Some(0));
        let millis = ("x-rate-limit-reset", "1700000007000");
        check(&[("x-rate-limit-remaining", "0"), millis], Some(7));
        check(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "soon")], None);
    }
}
