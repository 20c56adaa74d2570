//! What a server says to prove that two answers are of the same bytes.

use std::time::SystemTime;

use reqwest::header::{DATE, ETAG, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED};
use serde_json::{Value, json};

/// What proves that two answers are of the same bytes.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    /// A strong entity tag, or else the time of the last change.
    pub(super) validator: HeaderValue,
    pub(super) is_tag: bool,
    /// The length of the whole, where it is said.
    pub(crate) length: Option<u64>,
}

/// What the two kinds are called in a position.
const NAMES: [(&str, bool); 2] = [("tag", true), ("lm", false)];

impl Version {
    /// That of an answer with these headers, whose whole has this length.
    pub(super) fn of(headers: &HeaderMap, length: Option<u64>) -> Option<Self> {
        let tag = headers.get(ETAG).filter(|tag| tag.as_bytes().starts_with(b"\""));
        let time = || headers.get(LAST_MODIFIED).filter(|_| is_settled(headers));
        let validator = tag.or_else(time)?.clone();
        validator.to_str().ok()?;
        Some(Self { validator, is_tag: tag.is_some(), length })
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let lengths = self.length.zip(other.length);
        let same_length = lengths.is_none_or(|(one, another)| one == another);
        (&self.validator, self.is_tag) == (&other.validator, other.is_tag) && same_length
    }

    /// Whether an answer that need not repeat what proves it says nothing else: the server has compared it.
    pub(super) fn is_not_denied(&self, headers: &HeaderMap, length: Option<u64>) -> bool {
        let now = Self::of(headers, length.or(self.length));
        now.is_none_or(|now| now.is_tag != self.is_tag || now.is_same(self))
    }

    /// What a position says of it.
    pub(crate) fn to_json(&self) -> Value {
        let (name, _) = NAMES[usize::from(!self.is_tag)];
        json!({ "sz": self.length, name: self.validator.to_str().unwrap_or_default() })
    }

    pub(crate) fn of_json(token: &Value) -> Option<Self> {
        let (name, is_tag) = NAMES.into_iter().find(|(name, _)| token.get(name).is_some())?;
        let validator = HeaderValue::from_str(token[name].as_str()?).ok()?;
        Some(Self { validator, is_tag, length: token["sz"].as_u64() })
    }
}

/// Whether the last change was over when the answer was made: in the same second there may have been another one
/// (RFC 9110, 8.8.2.2).
fn is_settled(headers: &HeaderMap) -> bool {
    let time = |name: HeaderName| -> Option<SystemTime> {
        httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
    };
    time(LAST_MODIFIED).is_some_and(|changed| time(DATE).is_none_or(|now| changed < now))
}
