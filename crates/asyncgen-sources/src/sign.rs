//! What tells that a body is one page of many, where nothing known says which is the next: to stop
//! there would hand out a part as the whole.

use std::fmt;

use asyncgen_formats::json;

/// The objects, besides the body itself, in which APIs speak of their pages.
const ENVELOPES: [&str; 4] = ["meta", "pagination", "paging", "response_metadata"];

/// The keys, spelt exactly so, that hold the way to the next page in a form of the API's own.
const CURSORS: [&str; 4] = ["cursor", "next_cursor", "next_page", "continuation"];

/// The keys that hold the number of items on all pages.
const COUNTS: [&str; 2] = ["total", "count"];

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
    /// The signs in `body`, of which `has_more` comes first.
    pub(crate) fn all(body: &str) -> Result<Vec<Self>, asyncgen_formats::Error> {
        let mut members = json::members(body)?;
        let (mut at, own) = (0, members.len());
        while at < own {
            if ENVELOPES.contains(&&*members[at].0) {
                members.extend(json::members(members[at].1)?);
            }
            at += 1;
        }
        let mut signs: Vec<Self> =
            members.iter().filter_map(|(key, value)| sign(key, value)).collect();
        signs.sort_by_key(|sign| *sign != Self::HasMore);
        Ok(signs)
    }

    /// Whether it says so of a walk that has seen `items`.
    pub(crate) fn tells(&self, items: u64) -> bool {
        match self {
            Self::HasMore | Self::Cursor(_) => true,
            Self::Count(_, count) => *count > items,
        }
    }
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

/// What a member says by its key and the text of its value.
fn sign(key: &str, value: &str) -> Option<Sign> {
    let exactly = |known: &[&'static str]| known.iter().copied().find(|known| *known == key);
    if key == "has_more" {
        return (value == "true").then_some(Sign::HasMore);
    }
    if let Some(key) = exactly(&CURSORS) {
        // APIs end with each of them.
        return (!matches!(value, "null" | "false" | "\"\"")).then_some(Sign::Cursor(key));
    }
    Some(Sign::Count(exactly(&COUNTS)?, value.parse().ok()?))
}
