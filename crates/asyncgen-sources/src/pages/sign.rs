//! What tells that a body is one page of many, where nothing known says which is the next: to stop
//! there would hand out a part as the whole.

use std::fmt;

use serde_json::Value;

use super::slot::ends;

/// The objects, besides the body itself, in which APIs speak of their pages.
const ENVELOPES: [&str; 4] = ["meta", "pagination", "paging", "response_metadata"];

/// The keys, spelt exactly so, that hold the way to the next page in a form of the API's own.
const CURSORS: [&str; 4] = ["cursor", "next_cursor", "next_page", "continuation"];

/// The keys that hold the number of items on all pages.
const COUNTS: [&str; 2] = ["total", "count"];

/// The keys that an error has which comes with a status of success.
const ERRORS: [&str; 2] = ["errors", "error"];

/// A member of a body that speaks of further pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sign {
    /// `has_more` is true.
    HasMore,
    /// A cursor that is there: its key.
    Cursor(&'static str),
    /// A count of all items, under this key: one, if it is above the items seen.
    Count(&'static str, u64),
}

impl Sign {
    /// The signs in `doc`, of which `has_more` comes first.
    pub(crate) fn all(doc: &Value) -> Vec<Self> {
        let mut signs: Vec<Self> =
            members(doc).filter_map(|(key, value)| sign(key, value)).collect();
        signs.sort_by_key(|sign| *sign != Self::HasMore);
        signs
    }

    /// Whether it says so of a walk that has seen `items`.
    pub(crate) fn tells(&self, items: u64) -> bool {
        match self {
            Self::HasMore | Self::Cursor(_) => true,
            Self::Count(_, count) => *count > items,
        }
    }
}

/// The number of items on all pages that `doc` tells, under one of the usual keys.
pub(crate) fn total(doc: &Value) -> Option<u64> {
    let known = ["total", "count", "total_count", "totalCount"];
    members(doc).find_map(|(key, value)| value.as_u64().filter(|_| known.contains(&key)))
}

/// The key under which `doc` tells of an error.
pub(crate) fn error_key(doc: &Value) -> Option<&'static str> {
    ERRORS.into_iter().find(|key| {
        doc.get(key).is_some_and(|value| !ends(value) && *value != Value::Array(Vec::new()))
    })
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HasMore => f.write_str("has_more is true"),
            // Its value may be a secret.
            Self::Cursor(key) => write!(f, "there is a {key}"),
            Self::Count(key, count) => write!(f, "{key} is {count}"),
        }
    }
}

/// The members of `doc`, then those of what it has for speaking of its pages.
fn members(doc: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let inside = ENVELOPES.iter().filter_map(|key| doc.get(key)?.as_object());
    let all = doc.as_object().into_iter().chain(inside);
    all.flat_map(|object| object.iter().map(|(key, value)| (key.as_str(), value)))
}

/// What a member says by its key and its value.
fn sign(key: &str, value: &Value) -> Option<Sign> {
    let exactly = |known: &[&'static str]| known.iter().copied().find(|known| *known == key);
    if key == "has_more" {
        return (*value == Value::Bool(true)).then_some(Sign::HasMore);
    }
    if let Some(key) = exactly(&CURSORS) {
        return (!ends(value)).then_some(Sign::Cursor(key));
    }
    if key == "next" {
        // One that holds a URL is known; this is a token, or a number.
        return (!ends(value) && !value.is_object()).then_some(Sign::Cursor("next"));
    }
    Some(Sign::Count(exactly(&COUNTS)?, value.as_u64()?))
}
