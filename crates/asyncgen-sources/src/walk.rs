//! The way from page to page.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use reqwest::header::HeaderMap;
use url::Url;

use crate::origin::{Origin, Reach, follow};
use crate::redact::redact;
use crate::sign::Sign;
use crate::{Error, ErrorKind, Next};

/// Which page comes next, and which have been.
#[derive(Debug)]
pub(crate) struct Walk {
    next: Next,
    /// The URL with its parameters, save the number of the page.
    first: Url,
    upcoming: Option<Url>,
    page: u64,
    /// Hashes of the URLs asked for, so that a long walk costs eight bytes a page.
    seen: HashSet<u64>,
    hasher: RandomState,
    /// The hash of the last body, of a walk by numbers.
    last_body: Option<u64>,
    /// What the page without a link to a next one says of further pages.
    signs: Vec<Sign>,
}

/// Why there is no way on.
#[derive(Debug)]
pub(crate) enum Wrong {
    /// The place of the next link holds something else.
    Fault(asyncgen_formats::Error),
    /// The link must not be followed.
    Link(ErrorKind),
}

impl Walk {
    pub(crate) fn new(base: Url, params: Vec<(String, String)>, next: Next) -> Self {
        let mut first = base;
        if !params.is_empty() {
            first.query_pairs_mut().extend_pairs(params);
        }
        let upcoming = match &next {
            Next::Number { param, first: number } => numbered(&first, param, *number),
            _ => first.clone(),
        };
        let hasher = RandomState::new();
        let seen = HashSet::from([hasher.hash_one(address(&upcoming))]);
        Self {
            next,
            first,
            upcoming: Some(upcoming),
            page: 1,
            seen,
            hasher,
            last_body: None,
            signs: Vec::new(),
        }
    }

    /// The URL of the page to ask for now; `None` at the end.
    pub(crate) fn url(&self) -> Option<Url> {
        self.upcoming.clone()
    }

    /// The number of that page, counted from 1.
    pub(crate) fn page(&self) -> u64 {
        self.page
    }

    /// Goes on from the page that came from `url`.
    pub(crate) fn advance(
        &mut self,
        base: &Url,
        url: &Url,
        headers: &HeaderMap,
        body: &str,
    ) -> Result<(), Wrong> {
        self.upcoming = None;
        let next = match &self.next {
            Next::Number { param, first } => numbered(&self.first, param, first + self.page),
            by_link => {
                let Some(link) = by_link.link(headers, body).map_err(Wrong::Fault)? else {
                    self.signs = by_link.signs(body, self.page).map_err(Wrong::Fault)?;
                    return Ok(());
                };
                follow(url, &link, &Origin::of(base), Reach::OwnOrigin).map_err(Wrong::Link)?
            }
        };
        if !self.seen.insert(self.hasher.hash_one(address(&next))) {
            return Err(Wrong::Link(ErrorKind::Loop { next: redact(&next) }));
        }
        self.upcoming = Some(next);
        self.page += 1;
        Ok(())
    }

    /// Refuses to end after `items` where the last page says that there are more.
    pub(crate) fn check_end(&self, items: u64) -> Result<(), ErrorKind> {
        match self.signs.iter().find(|sign| sign.tells(items)) {
            Some(sign) => Err(ErrorKind::NextUnknown { sign: sign.to_string() }),
            None => Ok(()),
        }
    }

    /// Refuses a body that is the same as the one before, of a server that gives its last page for
    /// every number behind it; a link would come again instead.
    pub(crate) fn check_new(&mut self, url: &Url, body: &str) -> Result<(), ErrorKind> {
        if !self.ends_when_empty() {
            return Ok(());
        }
        let hash = self.hasher.hash_one(body);
        match self.last_body.replace(hash) {
            Some(last) if last == hash => Err(ErrorKind::Loop { next: redact(url) }),
            _ => Ok(()),
        }
    }

    /// Whether an error says no more than that there are no further pages.
    pub(crate) fn is_past_the_end(&self, error: &Error) -> bool {
        let not_found = matches!(error.kind(), ErrorKind::Status { status: 404, .. });
        not_found && self.page > 1 && self.ends_when_empty()
    }

    /// Whether an empty page is the last one.
    pub(crate) fn ends_when_empty(&self) -> bool {
        matches!(self.next, Next::Number { .. })
    }
}

/// `url` with `number` as its only parameter `param`.
fn numbered(url: &Url, param: &str, number: u64) -> Url {
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| key != param)
        .map(|(k, v)| (k.into(), v.into()))
        .collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair(param, &number.to_string());
    url
}

/// What a server sees of `url`: not the fragment.
fn address(url: &Url) -> &str {
    let text = url.as_str();
    text.split_once('#').map_or(text, |(address, _)| address)
}
