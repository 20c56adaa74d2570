//! The way from page to page.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use asyncgen_formats::json::Path;
use serde_json::Value;
use url::Url;

use super::fetch::Page;
use super::next::{Onward, Seen};
use super::shapes::{self, Known};
use super::sign::{self, Sign};
use super::slot::{Found, From, Slot, at, text, value_path};
use super::spot::Spot;
use super::stop::{Repeat, Stop};
use super::way::Way;
use crate::http::redact::{redact, without_credentials};
use crate::http::{Caller, Request, auth::set_query};
use crate::{Error, ErrorKind};

/// The empty pages in a row that are believed: a server that gives more has lost its way, and so
/// would a consumer that waits for an item. Fewer would end long searches with few results.
const MOST_EMPTY: u64 = 1000;

/// Which page comes next, and which have been.
#[derive(Debug)]
pub(crate) struct Walk {
    way: Way,
    /// The request of the first page, without its place in the walk, and the JSON of its body.
    first: Request,
    body: Option<Value>,
    upcoming: Option<Spot>,
    page: u64,
    /// Items on the pages so far, and pages without any since the last item.
    items: u64,
    empty: u64,
    /// How far an offset goes for each page.
    step: Option<u64>,
    /// Where the size of a page stands, if it may shrink, and how far it has.
    shrink: Option<(Slot, u64)>,
    /// Hashes of the spots, so that a long walk costs eight bytes a page.
    seen: HashSet<u64>,
    hasher: RandomState,
    /// The hash of the last body, of a walk that counts.
    last_body: Option<u64>,
    /// What the page without a way on says of further pages.
    signs: Vec<Sign>,
    stop: Stop,
    has_more: Option<Path>,
    total: Option<Path>,
    repeat: Repeat,
}

impl Walk {
    pub(crate) fn new(
        first: Request,
        body: Option<Value>,
        way: Way,
        stop: Stop,
        repeat: Repeat,
    ) -> Result<Self, String> {
        let path = |text: &Option<String>| text.as_deref().map(value_path).transpose();
        let start = match &way {
            Way::Number { first, .. } => Spot::Number(*first),
            Way::Offset { .. } => Spot::Number(0),
            _ => Spot::First,
        };
        let pace = match way {
            Way::Offset { size, .. } => size,
            Way::Number { .. } => Some(1),
            _ => None,
        };
        let mut walk = Self {
            has_more: path(&stop.has_more)?,
            total: path(&stop.total)?,
            way,
            first,
            body,
            upcoming: None,
            page: 1,
            items: 0,
            empty: 0,
            step: pace,
            shrink: None,
            seen: HashSet::new(),
            hasher: RandomState::new(),
            last_body: None,
            signs: Vec::new(),
            stop,
            repeat,
        };
        walk.seen.insert(walk.hasher.hash_one(&start));
        walk.seen.insert(walk.hasher.hash_one(Spot::Url(without_credentials(&walk.first.url))));
        walk.upcoming = (walk.stop.max_pages != Some(0)).then_some(start);
        Ok(walk)
    }

    /// Goes on from `spot`, the page with this number, that has `items` before it.
    pub(crate) fn resume(&mut self, spot: Spot, page: u64, items: u64, step: Option<u64>) {
        self.seen = HashSet::from([self.hasher.hash_one(&spot)]);
        (self.page, self.items, self.upcoming) = (page, items, Some(spot));
        self.step = step.or(self.step);
    }

    /// Lets pages shrink, whose size stands at `text` of a request; gives where that is.
    pub(crate) fn shrink(&mut self, text: &str) -> Result<Slot, String> {
        let slot = Slot::parse(text)?;
        if matches!(self.way, Way::Number { .. }) {
            return Err("where pages have numbers, another size would make others of them".into());
        }
        let first = self.upcoming.as_ref().unwrap_or(&Spot::First);
        if slot.number(&self.request(first)?).is_none() {
            return Err(format!("the first request has no number at {slot}"));
        }
        self.shrink = Some((slot.clone(), u64::MAX));
        Ok(slot)
    }

    /// Takes a way that was not known before.
    pub(crate) fn choose(&mut self, way: Way) {
        self.way = way;
    }

    /// The way, in words.
    pub(crate) fn plan(&self) -> String {
        match (&self.way, self.upcoming.is_some()) {
            (Way::Auto, false) => "auto: the first page is the only one".to_owned(),
            (way, _) => way.to_string(),
        }
    }

    /// Where the page to ask for now is; `None` at the end.
    pub(crate) fn upcoming(&self) -> Option<&Spot> {
        self.upcoming.as_ref()
    }

    /// The number of that page, counted from 1.
    pub(crate) fn page(&self) -> u64 {
        self.page
    }

    pub(crate) fn way(&self) -> &Way {
        &self.way
    }

    pub(crate) fn step(&self) -> Option<u64> {
        self.step
    }

    /// Where the page is that comes `count` after the upcoming one, if that can be told by now.
    pub(crate) fn ahead(&self, count: u64) -> Option<Spot> {
        let Some(Spot::Number(number)) = &self.upcoming else { return None };
        if self.page == 1 && matches!(self.way, Way::Offset { .. }) {
            // The first page may show that the size of a page is another.
            return None;
        }
        let within = self.stop.max_pages.is_none_or(|most| self.page + count <= most);
        within.then_some(Spot::Number(number + count * self.step?))
    }

    /// The request for the page at `spot`.
    pub(crate) fn request(&self, spot: &Spot) -> Result<Request, String> {
        let mut request = self.first.clone();
        let body = self.body.as_ref();
        match (spot, &self.way) {
            (Spot::First, _) => {}
            (Spot::Url(url), _) => request.url = url.clone(),
            (Spot::Cursor(value), Way::Cursor { to, .. } | Way::Relay { to, .. }) => {
                to.put(&mut request, body, value)?;
            }
            (Spot::Number(number), Way::Number { to, .. }) => {
                to.put(&mut request, body, &Value::from(*number))?;
            }
            (Spot::Number(number), Way::Offset { to, limit, size }) => {
                to.put(&mut request, body, &Value::from(*number))?;
                if let Some(size) = size {
                    limit.put(&mut request, body, &Value::from(*size))?;
                }
            }
            (Spot::Params(params), _) => {
                for (name, value) in params {
                    set_query(&mut request.url, name, value);
                }
            }
            (spot, way) => return Err(format!("{way} cannot lead to {}", spot.kind())),
        }
        if let Some((slot, size)) = &self.shrink
            && slot.number(&request).is_some_and(|asked| asked > *size)
        {
            slot.put(&mut request, body, &Value::from(*size))?;
        }
        Ok(request)
    }

    /// Goes on from `page`, or says why there is no way on.
    pub(crate) async fn advance(&mut self, page: &Page, caller: &Caller) -> Result<(), ErrorKind> {
        self.upcoming = None;
        if let (Some((_, least)), Some(size)) = (&mut self.shrink, page.size) {
            *least = size;
            // What the server gives at most stays as it was learnt.
            self.step = self.step.map(|step| step.min(size));
        }
        self.items += page.items;
        self.empty = if page.items == 0 { self.empty + 1 } else { 0 };
        if let Some(key) = sign::error_key(&page.doc).filter(|_| page.items == 0) {
            return Err(ErrorKind::ErrorBody { key });
        }
        let has_more = match self.has_more.as_ref().map(|path| (path, at(&page.doc, path))) {
            None | Some((_, None)) => None,
            Some((_, Some(Value::Bool(more)))) => Some(*more),
            Some((path, Some(_))) => {
                return Err(wrong(format!("has_more, {path}, is not a boolean")));
            }
        };
        let empty_ends = self.stop.empty.unwrap_or(self.way.counts()) && has_more != Some(true);
        if page.no_content || has_more == Some(false) || (page.items == 0 && empty_ends) {
            return Ok(());
        }
        if self.empty > MOST_EMPTY {
            return Err(wrong(format!("{MOST_EMPTY} pages in a row have no item")));
        }
        let Some(spot) = self.onward(page, caller).await? else { return Ok(()) };
        if self.stop.max_pages.is_some_and(|most| self.page >= most) || self.has_all(page) {
            return Ok(());
        }
        if !self.seen.insert(self.hasher.hash_one(&spot)) {
            return match self.repeat {
                Repeat::Stop => Ok(()),
                Repeat::Error => Err(ErrorKind::Loop { next: self.shown(&spot) }),
            };
        }
        self.upcoming = Some(spot);
        self.page += 1;
        Ok(())
    }

    /// Where `page` says that the next one is.
    async fn onward(&mut self, page: &Page, caller: &Caller) -> Result<Option<Spot>, ErrorKind> {
        if matches!(self.way, Way::Auto) {
            let posts = self.body.is_some();
            let known = match shapes::known(&page.headers, &page.doc, posts).map_err(wrong)? {
                Known::Nothing if shapes::is_graphql(self.body.as_ref()) => {
                    shapes::connection(&page.doc).map_err(wrong)?
                }
                known => known,
            };
            match known {
                Known::Way(way) => self.way = way,
                Known::End => {
                    self.signs = signs(page, true);
                    return Ok(None);
                }
                Known::Nothing => {
                    self.signs = signs(page, false);
                    return Ok(None);
                }
            }
        }
        let follow = |link: &str| {
            caller
                .follow(page.url.as_ref().unwrap_or(&self.first.url), link)
                .map(|url| Some(Spot::Url(url)))
        };
        match &self.way {
            Way::Auto => Ok(None),
            Way::Link => match shapes::link(&page.headers) {
                Some(link) => follow(&link),
                None => Ok(None),
            },
            Way::Url(from) => match value(from, page)? {
                (Some(value), _) => follow(&text(&value)),
                (None, found) => Ok(self.ended(page, &found)),
            },
            Way::Cursor { from, to } => match value(from, page)? {
                (Some(value), _) => exact(value, page, from, to).map(Some),
                (None, found) => Ok(self.ended(page, &found)),
            },
            Way::Number { first, .. } => Ok(Some(Spot::Number(first + self.page))),
            Way::Offset { .. } => {
                let step = *self.step.get_or_insert(page.items);
                let here = page.spot.as_ref().and_then(Spot::number).unwrap_or_default();
                // A server that gives fewer than it is asked for, from the first page on, has a
                // limit of its own; later that is the end, or a page with less to show.
                let step = if self.page == 1 { step.min(page.items.max(1)) } else { step };
                // Nothing that has come is asked for again, whatever was asked for.
                let step = step.max(page.items);
                self.step = Some(step);
                Ok(Some(Spot::Number(here + step)))
            }
            Way::Relay { path, .. } => relay(path, page),
            Way::By(choose) => match (choose.0)(seen(page, self.page)).await {
                Ok(Onward::End) => Ok(None),
                Ok(Onward::To(link)) => follow(&link),
                Ok(Onward::With(mut params)) => {
                    caller.auth.secrets.strip_params(&mut params);
                    Ok(Some(Spot::Params(params)))
                }
                Err(message) => Err(wrong(message)),
            },
        }
    }

    /// The end of a walk by what stands in its pages, where `found` stands in the last one.
    fn ended(&mut self, page: &Page, found: &Found) -> Option<Spot> {
        self.signs = signs(page, self.page > 1 || *found == Found::End);
        None
    }

    /// Whether a walk that counts has all items that there are.
    fn has_all(&self, page: &Page) -> bool {
        let total = self.total.as_ref().and_then(|path| at(&page.doc, path)?.as_u64());
        self.way.counts() && total.is_some_and(|total| self.items >= total)
    }

    /// Refuses to end where the last page says that there are more.
    pub(crate) fn check_end(&self) -> Result<(), ErrorKind> {
        let told = |sign: &&Sign| sign.tells(self.items) && self.upcoming.is_none();
        match self.signs.iter().find(told) {
            Some(sign) => Err(ErrorKind::NextUnknown { sign: sign.to_string() }),
            None => Ok(()),
        }
    }

    /// Whether a page is the one before once more: some servers give their last page for every
    /// number behind it. A link would come again instead.
    pub(crate) fn repeats(&mut self, hash: u64, items: u64) -> Result<bool, ErrorKind> {
        if !self.way.counts() || items == 0 {
            return Ok(false);
        }
        let again = self.last_body.replace(hash) == Some(hash);
        match (again, self.repeat) {
            (true, Repeat::Error) => {
                let next = self.upcoming.as_ref().map(|spot| self.shown(spot));
                Err(ErrorKind::Loop { next: next.unwrap_or_default() })
            }
            (again, _) => Ok(again),
        }
    }

    /// Whether an error says no more than that there are no further pages.
    pub(crate) fn is_past_the_end(&self, error: &Error) -> bool {
        let ErrorKind::Status { status, .. } = error.kind() else { return false };
        let ends = match &self.stop.status {
            Some(statuses) => statuses.contains(status),
            None => *status == 404 && self.way.counts(),
        };
        ends && self.page > 1
    }

    /// A spot as an error may show it.
    fn shown(&self, spot: &Spot) -> String {
        match spot {
            Spot::Cursor(_) => "a cursor that was there before".to_owned(),
            spot => match self.request(spot) {
                Ok(request) => redact(&request.url),
                Err(message) => message,
            },
        }
    }
}

/// The value that stands at `from`, and what does where there is none.
fn value(from: &From, page: &Page) -> Result<(Option<Value>, Found), ErrorKind> {
    match from.get(&page.headers, &page.doc) {
        Ok(Found::Value(value)) => Ok((Some(value), Found::End)),
        Ok(none) => Ok((None, none)),
        Err(found) => Err(wrong(format!("there is no way on at {from}: {found}"))),
    }
}

/// The decimal digits that a float has for sure.
const DIGITS: usize = 15;

/// The cursor `value` to the last digit; refused where that cannot be sent.
fn exact(value: Value, page: &Page, from: &From, to: &Slot) -> Result<Spot, ErrorKind> {
    match (&page.written, to) {
        (None, _) => Ok(Spot::Cursor(value)),
        (Some(written), Slot::Query(_) | Slot::Header(_)) => {
            Ok(Spot::Cursor(Value::from(written.as_str())))
        }
        (Some(written), Slot::Body(_)) => {
            if written.bytes().filter(u8::is_ascii_digit).count() <= DIGITS {
                return Ok(Spot::Cursor(value));
            }
            let number = "a number of more digits than JSON is sent with";
            Err(wrong(format!("there is no way on at {from}: {number}")))
        }
    }
}

/// What tells of further pages: only `has_more`, where a place of the way says that this is the
/// last one.
fn signs(page: &Page, ended: bool) -> Vec<Sign> {
    let mut signs = Sign::all(&page.doc);
    if ended {
        signs.retain(|sign| *sign == Sign::HasMore);
    }
    signs
}

fn relay(path: &Path, page: &Page) -> Result<Option<Spot>, ErrorKind> {
    let info = at(&page.doc, path).and_then(|connection| connection.get("pageInfo"));
    let Some(more) = info.and_then(|info| info.get("hasNextPage")).and_then(Value::as_bool) else {
        return Err(wrong(format!(
            "there is no pageInfo with hasNextPage at {path}: the query must ask for it"
        )));
    };
    if !more {
        return Ok(None);
    }
    match info.and_then(|info| info.get("endCursor")) {
        Some(cursor @ Value::String(_)) => Ok(Some(Spot::Cursor(cursor.clone()))),
        _ => Err(ErrorKind::NextUnknown { sign: "hasNextPage is true, without endCursor".into() }),
    }
}

fn seen(page: &Page, number: u64) -> Seen {
    let headers = page.headers.iter().map(|(name, value)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Seen {
        url: page.url.as_ref().map(Url::to_string).unwrap_or_default(),
        number,
        status: page.status,
        headers: headers.collect(),
        items: page.items,
        body: page.raw.clone().unwrap_or_default(),
    }
}

fn wrong(message: String) -> ErrorKind {
    ErrorKind::Walk { message }
}

/// What a server sees of `url`: not the fragment.
pub(crate) fn address(url: &Url) -> &str {
    let text = url.as_str();
    text.split_once('#').map_or(text, |(address, _)| address)
}
