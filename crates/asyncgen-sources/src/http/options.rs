//! What can be said of the requests of a source: the same for all sources that make their own.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value;

use super::auth::{Keeper, header_name, secret};
use super::origin::Reach;
use super::rate::Throttle;
use super::retry::Thrift;
use super::secrets::Secrets;
use super::{Caller, Request, parse};
use crate::compression::Limits;
use crate::progress::Shared;
use crate::{Auth, ErrorKind, Rate, Retry, Timeouts};

/// The options of the requests of a source; [`request_options`] gives a builder its methods.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) url: String,
    pub(crate) method: Option<Method>,
    pub(crate) headers: HeaderMap,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) body: Body,
    pub(crate) auth: Option<Auth>,
    pub(crate) hosts: Vec<String>,
    pub(crate) retry: Retry,
    pub(crate) rate: Option<Rate>,
    pub(crate) timeouts: Timeouts,
    pub(crate) ca: Option<PathBuf>,
    pub(crate) limits: Limits,
    /// What was wrong with an option, for the first poll to say.
    pub(crate) mistake: Option<String>,
}

/// The encodings of a body that are undone.
const UNDONE: &str = "gzip, zstd, br, deflate";

/// What is sent with each request.
#[derive(Clone)]
pub(crate) enum Body {
    None,
    /// The text of a JSON value.
    Json(String),
    Data(Bytes),
}

/// Who asks, what for at first, and the JSON that is sent.
pub(crate) struct Ready {
    pub(crate) caller: Arc<Caller>,
    pub(crate) first: Request,
    pub(crate) json: Option<Value>,
}

impl Options {
    pub(crate) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            method: None,
            headers: HeaderMap::new(),
            params: Vec::new(),
            body: Body::None,
            auth: None,
            hosts: Vec::new(),
            retry: Retry::default(),
            rate: None,
            timeouts: Timeouts::default(),
            ca: None,
            limits: Limits::default(),
            mistake: None,
        }
    }

    pub(crate) fn set_method(&mut self, method: &str) {
        match Method::from_bytes(method.to_ascii_uppercase().as_bytes()) {
            Ok(method) => self.method = Some(method),
            Err(_) => self.mistake = Some(format!("{method:?} is no method of HTTP")),
        }
    }

    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
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
    }

    pub(crate) fn set_form<K: AsRef<str>, V: AsRef<str>>(
        &mut self,
        fields: impl IntoIterator<Item = (K, V)>,
    ) {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        self.body = Body::Data(Bytes::from(form.finish()));
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.headers.entry(CONTENT_TYPE).or_insert(kind);
    }

    /// What asks for `accept`, and counts with `shared`.
    pub(crate) fn ready(
        self,
        accept: &'static str,
        shared: &Arc<Shared>,
    ) -> Result<Ready, ErrorKind> {
        let usage = ErrorKind::Usage;
        if let Some(mistake) = self.mistake {
            return Err(usage(mistake));
        }
        self.limits.check_usage()?;
        let base = parse(&self.url)?;
        let mut url = base.clone();
        if !self.params.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.params);
        }
        let mut headers = self.headers;
        // Set, they would hide those of the caller.
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static(accept));
        headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static(UNDONE));
        let (body, json) = match self.body {
            Body::None => (None, None),
            Body::Data(bytes) => (Some(bytes), None),
            Body::Json(text) => {
                let kind = HeaderValue::from_static("application/json");
                headers.entry(CONTENT_TYPE).or_insert(kind);
                let json = serde_json::from_str(&text);
                let json = json.map_err(|error| usage(format!("json is not JSON: {error}")))?;
                (Some(Bytes::from(text)), Some(json))
            }
        };
        let usual = if body.is_some() { Method::POST } else { Method::GET };
        let method = self.method.unwrap_or(usual);
        let reach = Reach::named(&base, &self.hosts)
            .map_err(|message| usage(format!("allow_hosts: {message}")))?;
        let first = Request { method, body, ..Request::get(url) };
        let secrets = Secrets::of(self.auth.as_ref(), &headers, &first, json.as_ref());
        let caller = Caller {
            base,
            headers,
            auth: Keeper::new(self.auth, secrets),
            reach,
            retry: self.retry,
            thrift: Thrift::new(self.retry.budget),
            throttle: Throttle::new(self.rate),
            timeouts: self.timeouts,
            ca: self.ca,
            limits: self.limits,
            shared: Arc::clone(shared),
        };
        Ok(Ready { caller: Arc::new(caller), first, json })
    }
}

/// The methods of a builder with a field `request` of [`Options`].
macro_rules! request_options {
    () => {
        /// The HTTP method, unless set GET, or POST with a body.
        pub fn method(mut self, method: &str) -> Self {
            self.request.set_method(method);
            self
        }

        /// Sends this header with each request, in place of one of the same name.
        pub fn header(mut self, name: &str, value: &str) -> Self {
            self.request.set_header(name, value);
            self
        }

        /// Adds a parameter to the query of the first URL; of pages also to that of each which a
        /// cursor or a number is put into. A link to the next page holds all it needs.
        pub fn param(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
            self.request.params.push((key.into(), value.into()));
            self
        }

        /// Sends this JSON with each request.
        pub fn json(mut self, text: impl Into<String>) -> Self {
            self.request.body = $crate::http::options::Body::Json(text.into());
            self
        }

        /// Sends these bytes with each request.
        pub fn data(mut self, bytes: impl Into<bytes::Bytes>) -> Self {
            self.request.body = $crate::http::options::Body::Data(bytes.into());
            self
        }

        /// Sends these fields with each request, as a form.
        pub fn form<K: AsRef<str>, V: AsRef<str>>(
            mut self,
            fields: impl IntoIterator<Item = (K, V)>,
        ) -> Self {
            self.request.set_form(fields);
            self
        }

        /// Proves who asks.
        pub fn auth(mut self, auth: $crate::Auth) -> Self {
            self.request.auth = Some(auth);
            self
        }

        /// Allows links and redirects to this host as well, and gives it the credentials: `host`,
        /// `host:port`, or an origin, `https://host:port`. Never from https to http.
        pub fn allow_host(mut self, host: impl Into<String>) -> Self {
            self.request.hosts.push(host.into());
            self
        }

        /// When a failed request is made again; a number is how often.
        pub fn retry(mut self, retry: impl Into<$crate::Retry>) -> Self {
            self.request.retry = retry.into();
            self
        }

        /// How fast the server may be asked; as fast as it answers unless set.
        pub fn rate(mut self, rate: $crate::Rate) -> Self {
            self.request.rate = Some(rate);
            self
        }

        /// How long the server is waited for.
        pub fn timeouts(mut self, timeouts: $crate::Timeouts) -> Self {
            self.request.timeouts = timeouts;
            self
        }

        /// A file of certificates (PEM) that are trusted in place of the system's.
        pub fn ca(mut self, path: impl Into<std::path::PathBuf>) -> Self {
            self.request.ca = Some(path.into());
            self
        }
    };
}
pub(crate) use request_options;
