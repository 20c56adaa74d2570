//! Paged JSON APIs.

use std::sync::Arc;

use asyncgen::try_stream;
use asyncgen_formats::json;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::http::{Get, parse};
use crate::origin::Reach;
use crate::page::{Fetch, Page};
use crate::progress::Shared;
use crate::redact::redact_text;
use crate::retry::RETRIES;
use crate::walk::Walk;
use crate::{Batches, Error, ErrorKind, Next, Place, Rows};

/// The most bytes of a page's body, which is in memory as a whole.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// The items of a paged JSON API; each is a record of one field, the JSON text of the item.
///
/// Building does no I/O. See [`Pages`] for the options. Pages are asked for one after the other,
/// only a few ahead of the consumer, and never from another origin (scheme, host and port) than
/// that of `url`: that is where the credentials go.
///
/// ```no_run
/// use asyncgen_sources::{Next, async_for, pages};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// let items = pages("https://api.example.org/things")
///     .header("Authorization", "Bearer 1234")
///     .param("per_page", "100")
///     .next(Next::Link)
///     .rows();
/// async_for!(for item in items {
///     println!("{:?}", item?.get(0));
/// });
/// # Ok(())
/// # }
/// ```
pub fn pages(url: &str) -> Pages {
    Pages {
        url: url.to_owned(),
        headers: HeaderMap::new(),
        params: Vec::new(),
        next: Next::Auto,
        items: None,
        retries: RETRIES,
        max_body: MAX_BODY,
        mistake: None,
    }
}

/// How to read a paged API; made by [`pages`].
#[derive(Debug, Clone)]
#[must_use = "a source does nothing until it is polled"]
pub struct Pages {
    url: String,
    headers: HeaderMap,
    params: Vec<(String, String)>,
    next: Next,
    items: Option<String>,
    retries: u32,
    max_body: usize,
    /// What was wrong with an option, for the first poll to say.
    mistake: Option<String>,
}

impl Pages {
    /// Sends this header with each request, in place of one of the same name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                self.headers.insert(name, value);
            }
            (Err(_), _) => self.mistake = Some(format!("{name:?} is no name of a header")),
            // The value may be a secret, so it is not shown.
            (_, Err(_)) => self.mistake = Some(format!("the value of the header {name} is none")),
        }
        self
    }

    /// Adds a parameter to the query of the first URL, or of each with [`Next::Number`]; a link to
    /// the next page holds all it needs.
    pub fn param(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.push((key.into(), value.into()));
        self
    }

    /// How a page says where the next one is, [`Next::Auto`] unless set.
    pub fn next(mut self, next: Next) -> Self {
        self.next = next;
        self
    }

    /// The JSON pointer (RFC 6901) of the array of items. Unless set, the items are the page
    /// itself if it is an array, else its one member with an array that is known to hold items
    /// (`items`, `results`, `data`…).
    pub fn items(mut self, pointer: impl Into<String>) -> Self {
        self.items = Some(pointer.into());
        self
    }

    /// How often a page is asked for again after a failure that may pass, 4 times unless set:
    /// statuses 408, 429, 500, 502, 503 and 504, and connections that fail or break.
    pub fn retries(mut self, count: u32) -> Self {
        self.retries = count;
        self
    }

    /// The most bytes of the body of a page, 64 MiB unless set; a longer one is an error.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// The items in batches, one for each page.
    pub fn batches(self) -> Batches {
        let name: Arc<str> = redact_text(&self.url).into();
        let shared = Arc::new(Shared::new());
        let (source, told) = (Arc::clone(&name), Arc::clone(&shared));
        let generator = try_stream!(async move {
            let place = Place::of(source);
            let base = self.base().map_err(|kind| Error::new(kind, place.clone()))?;
            let mut headers = self.headers;
            // Set, they would hide those of the caller.
            headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
            headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("gzip"));
            let mut walk = Walk::new(base.clone(), self.params, self.next);
            let mut items = 0;
            while let Some(url) = walk.url() {
                let place = Place { page: Some(walk.page()), ..place.clone() };
                let fetch = Fetch {
                    get: Get {
                        base: &base,
                        url: &url,
                        headers: &headers,
                        reach: Reach::OwnOrigin,
                        place: &place,
                    },
                    retries: self.retries,
                    max_body: self.max_body,
                    shared: &told,
                };
                let Page { url: final_url, headers: answered, content_type, body } =
                    match fetch.page().await {
                        Ok(page) => page,
                        Err(error) if walk.is_past_the_end(&error) => break,
                        Err(error) => return Err(error),
                    };
                told.add_page();
                let Some(body) = body else { break };
                walk.check_new(&final_url, &body).map_err(|kind| fetch.error(kind))?;
                let advance = walk.advance(&base, &final_url, &answered, &body);
                let batch = json::items(body, self.items.as_deref(), items)
                    .map_err(|fault| fetch.fault(fault, &content_type))?;
                let len = batch.len();
                items += len as u64;
                told.add_records(len);
                if len > 0 {
                    yield batch;
                }
                advance.map_err(|wrong| fetch.wrong(wrong, &content_type))?;
                walk.check_end(items).map_err(|kind| fetch.error(kind))?;
                if len == 0 && walk.ends_when_empty() {
                    break;
                }
            }
            Ok(told.summary())
        });
        Batches::of(name, shared, generator)
    }

    /// The items one by one.
    pub fn rows(self) -> Rows {
        Rows::of(self.batches())
    }

    fn base(&self) -> Result<Url, ErrorKind> {
        if let Some(mistake) = &self.mistake {
            return Err(ErrorKind::Usage(mistake.clone()));
        }
        let url = parse(&self.url)?;
        match url.scheme() {
            "http" | "https" => Ok(url),
            scheme => Err(ErrorKind::Usage(format!("pages are asked for by http, not {scheme}"))),
        }
    }
}
