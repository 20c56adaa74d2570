//! Where a consumer is in a walk: the page and the item in it, to go on from there later.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use url::Url;

use super::spot::Spot;
use crate::http::secret_names::is_secret;
use crate::http::secrets::Secrets;

/// The pages that are remembered. The consumer is at most a few batches behind the producer, and a
/// page that is remembered has an item at least.
const REMEMBERED: usize = 64;

/// Where the pages begin of which a consumer may have items.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    marks: Mutex<VecDeque<Mark>>,
    /// Who goes on at the end of a page has to know what is on it.
    looks_back: AtomicBool,
}

/// Where a page begins.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    /// The items on the pages before it.
    pub(crate) before: u64,
    pub(crate) page: u64,
    /// Its URL without its secrets.
    pub(crate) url: Arc<str>,
    pub(crate) spot: Spot,
    pub(crate) step: Option<u64>,
    /// The way that was chosen by the first page, as a text to be parsed.
    pub(crate) way: Option<String>,
    /// What of the spot is a secret, which no position may hold.
    pub(crate) secret: Option<String>,
}

impl Marks {
    pub(crate) fn add(&self, mark: Mark) {
        let mut marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        if marks.back().is_some_and(|last| last.before == mark.before) {
            marks.pop_back();
        }
        if marks.len() == REMEMBERED {
            marks.pop_front();
        }
        marks.push_back(mark);
    }

    /// The page that has the item number `records`, counted from 0.
    pub(crate) fn at(&self, records: u64) -> Option<Mark> {
        let marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let found = marks.iter().rev().find(|mark| mark.before <= records);
        found.cloned()
    }

    /// Says that who goes on at the end of a page reads it once more: it is the end of that page then, not the beginning
    /// of the next.
    pub(crate) fn look_back(&self) {
        self.looks_back.store(true, Relaxed);
    }
}

/// A position in the walk that begins at a URL.
#[derive(Debug, Clone)]
pub(crate) struct Position {
    pub(crate) mark: Mark,
    /// The items of the page that were handed out.
    pub(crate) index: u64,
}

impl Position {
    /// The position after `records` items.
    pub(crate) fn after(marks: &Marks, records: u64) -> Option<Self> {
        let behind = records.checked_sub(1).filter(|_| marks.looks_back.load(Relaxed));
        let mark = behind.and_then(|last| marks.at(last)).or_else(|| marks.at(records))?;
        let index = records - mark.before;
        Some(Self { mark, index })
    }

    /// As text, for `walk`, what names the walk; refused where it would hold a secret.
    pub(crate) fn to_text(&self, walk: &str) -> Result<String, String> {
        if let Some(secret) = &self.mark.secret {
            return Err(format!("a position here would hold a secret: {secret}"));
        }
        let Self { mark: Mark { before, page, spot, step, way, .. }, index } = self;
        let mut position = json!({
            "v": 1, "k": "pages", "s": walk, "p": page, "c": spot.to_json(), "b": before,
            "i": index,
        });
        if let (Some(step), Value::Object(members)) = (step, &mut position) {
            members.insert("n".to_owned(), (*step).into());
        }
        if let (Some(way), Value::Object(members)) = (way, &mut position) {
            members.insert("w".to_owned(), way.as_str().into());
        }
        Ok(position.to_string())
    }

    /// What [`to_text`](Self::to_text) has written for the same walk.
    pub(crate) fn from_text(text: &str, walk: &str) -> Result<Self, String> {
        let bad = |why: &str| format!("resume is not a position of this source: {why}");
        let value: Value = serde_json::from_str(text).map_err(|_| bad("it is not JSON"))?;
        let kind = (value["v"].as_u64(), value["k"].as_str());
        if kind != (Some(1), Some("pages")) {
            return Err(bad("it is of another kind or version"));
        }
        if value["s"].as_str() != Some(walk) {
            return Err(bad("it is of another URL, or of another way through its pages"));
        }
        let number = |key: &str| value[key].as_u64().ok_or_else(|| bad("a number is missing"));
        let spot = Spot::from_json(&value["c"]).ok_or_else(|| bad("the page is missing"))?;
        let (page, before, index) = (number("p")?, number("b")?, number("i")?);
        let step = value["n"].as_u64();
        let way = value["w"].as_str().map(str::to_owned);
        let (url, secret) = (Arc::default(), None);
        Ok(Self { mark: Mark { before, page, url, spot, step, way, secret }, index })
    }
}

/// What names the walk from `url` on in `way`, with no secret in it: FNV-1a, so that all versions on
/// all machines agree.
pub(crate) fn walk_name(url: &Url, way: &str, secrets: &Secrets) -> String {
    let harmless = |name: &str, value: &str| !is_secret(name) && !secrets.is_in(value);
    let pairs = url.query_pairs().filter(|(name, value)| harmless(name, value));
    let pairs = pairs.map(|(name, value)| format!("&{name}={value}"));
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    let text = format!("{host}:{port}{}{} {way}", url.path(), pairs.collect::<String>());
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}
