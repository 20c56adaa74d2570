//! Paged JSON APIs.

mod ahead;
mod fetch;
mod marks;
mod next;
mod run;
mod shapes;
mod sign;
mod slot;
mod spot;
mod stop;
mod walk;
mod way;

use std::fmt;
use std::path::PathBuf;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};

use crate::http::auth::{header_name, secret};
use crate::http::redact::redact_text;
use crate::{Auth, Batches, Rate, Retry, Rows, Timeouts};

pub(crate) use marks::{Marks, Position};
pub use next::{Choice, Choose, Next, Onward, Seen};
pub use stop::{Repeat, Stop};

/// The longest item, and the most that may stand around the items of a page.
const MAX_ITEM: usize = 64 * 1024 * 1024;

/// The items of a paged JSON API; each is a record of one field, the JSON text of the item.
///
/// Building does no I/O. See [`Pages`] for the options. Pages are asked for one after the other,
/// only a few ahead of the consumer, and never from another origin (scheme, host and port) than
/// that of `url`, unless it is allowed by name: that is where the credentials go. Items are handed
/// out as their bytes arrive, so that memory is bounded whatever the length of a page.
///
/// ```no_run
/// use asyncgen_sources::{Auth, Next, async_for, pages};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// let items = pages("https://api.example.org/things")
///     .auth(Auth::Bearer("1234".to_owned()))
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
        method: None,
        headers: HeaderMap::new(),
        params: Vec::new(),
        body: Body::None,
        auth: None,
        hosts: Vec::new(),
        next: Next::Auto,
        items: None,
        stop: Stop::default(),
        repeat: Repeat::Error,
        retry: Retry::default(),
        rate: None,
        timeouts: Timeouts::default(),
        ca: None,
        concurrency: 1,
        max_item: MAX_ITEM,
        resume: None,
        debug_body: false,
        mistake: None,
    }
}

/// How to read a paged API; made by [`pages`].
#[derive(Clone)]
#[must_use = "a source does nothing until it is polled"]
pub struct Pages {
    url: String,
    method: Option<Method>,
    headers: HeaderMap,
    params: Vec<(String, String)>,
    body: Body,
    auth: Option<Auth>,
    hosts: Vec<String>,
    next: Next,
    items: Option<String>,
    stop: Stop,
    repeat: Repeat,
    retry: Retry,
    rate: Option<Rate>,
    timeouts: Timeouts,
    ca: Option<PathBuf>,
    concurrency: u32,
    max_item: usize,
    resume: Option<String>,
    debug_body: bool,
    /// What was wrong with an option, for the first poll to say.
    mistake: Option<String>,
}

/// What is sent with each request.
#[derive(Clone)]
enum Body {
    None,
    /// The text of a JSON value.
    Json(String),
    Data(Bytes),
}

/// Shows where it leads and in which way, and no secret.
impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("url", &redact_text(&self.url))
            .field("next", &self.next)
            .field("items", &self.items)
            .field("auth", &self.auth)
            .finish_non_exhaustive()
    }
}

impl Pages {
    /// The HTTP method, unless set GET, or POST with a body.
    pub fn method(mut self, method: &str) -> Self {
        match Method::from_bytes(method.to_ascii_uppercase().as_bytes()) {
            Ok(method) => self.method = Some(method),
            Err(_) => self.mistake = Some(format!("{method:?} is no method of HTTP")),
        }
        self
    }

    /// Sends this header with each request, in place of one of the same name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let header = header_name(name).and_then(|name| {
            // The value may be a secret, so it is not shown.
            let value =
                secret(value).map_err(|_| format!("the value of the header {name} is none"));
            Ok((name, value?))
        });
        match header {
            Ok((name, value)) => drop(self.headers.insert(name, value)),
            Err(mistake) => self.mistake = Some(mistake),
        }
        self
    }

    /// Adds a parameter to the query of the first URL, and of each that a cursor or a number is put
    /// into; a link to the next page holds all it needs.
    pub fn param(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.push((key.into(), value.into()));
        self
    }

    /// Sends this JSON with each request.
    pub fn json(mut self, text: impl Into<String>) -> Self {
        self.body = Body::Json(text.into());
        self
    }

    /// Sends these bytes with each request.
    pub fn data(mut self, bytes: impl Into<Bytes>) -> Self {
        self.body = Body::Data(bytes.into());
        self
    }

    /// Sends these fields with each request, as a form.
    pub fn form<K: AsRef<str>, V: AsRef<str>>(
        mut self,
        fields: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        self.body = Body::Data(Bytes::from(form.finish()));
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.headers.entry(CONTENT_TYPE).or_insert(kind);
        self
    }

    /// Proves who asks.
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = Some(auth);
        self
    }

    /// Allows next links and redirects to this host as well, and gives it the credentials: `host`,
    /// `host:port`, or an origin, `https://host:port`. Never from https to http.
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// How a page says where the next one is, [`Next::Auto`] unless set.
    pub fn next(mut self, next: Next) -> Self {
        self.next = next;
        self
    }

    /// Where the array of items is: a JSON pointer (`/data/items`), or a small path
    /// (`data.items`, `data.edges[*].node`). Unless set, the items are the page itself if it is an
    /// array, else its one member with an array that is known to hold items (`items`, `results`,
    /// `data`…).
    pub fn items(mut self, path: impl Into<String>) -> Self {
        self.items = Some(path.into());
        self
    }

    /// When the walk ends, besides where no page follows.
    pub fn stop(mut self, stop: Stop) -> Self {
        self.stop = stop;
        self
    }

    /// What a page that comes again means: an error, unless set.
    pub fn on_repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    /// When a failed request is made again; a number is how often.
    pub fn retry(mut self, retry: impl Into<Retry>) -> Self {
        self.retry = retry.into();
        self
    }

    /// How fast the server may be asked; as fast as it answers unless set.
    pub fn rate(mut self, rate: Rate) -> Self {
        self.rate = Some(rate);
        self
    }

    /// How long the server is waited for.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// A file of certificates (PEM) that are trusted in place of the system's.
    pub fn ca(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca = Some(path.into());
        self
    }

    /// How many pages are asked for at once, where they are counted by number or offset; one unless
    /// set. Their items come in order, and a failure after all items before it. Each of them is in
    /// memory as a whole.
    pub fn concurrency(mut self, pages: u32) -> Self {
        self.concurrency = pages.max(1);
        self
    }

    /// The most bytes of an item, and of what stands around the items of a page, 64 MiB unless set;
    /// more is an error.
    pub fn max_item(mut self, bytes: usize) -> Self {
        self.max_item = bytes;
        self
    }

    /// Goes on at a position of a source with the same URL and the same way through its pages; see
    /// [`position_after`](crate::Source::position_after).
    pub fn resume(mut self, position: impl Into<String>) -> Self {
        self.resume = Some(position.into());
        self
    }

    /// Whether errors show the line of a body that they are about, which may hold secrets; they do
    /// not unless set.
    pub fn debug_body(mut self, show: bool) -> Self {
        self.debug_body = show;
        self
    }

    /// The items in batches, of one page each.
    pub fn batches(self) -> Batches {
        run::batches(self)
    }

    /// The items one by one.
    pub fn rows(self) -> Rows {
        Rows::of(self.batches())
    }

    /// The headers that each request has.
    fn all_headers(&self) -> HeaderMap {
        let mut headers = self.headers.clone();
        // Set, they would hide those of the caller.
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("gzip"));
        if matches!(self.body, Body::Json(_)) {
            headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        }
        headers
    }
}
