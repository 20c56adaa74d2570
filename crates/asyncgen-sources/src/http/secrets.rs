//! What must not be written down: the secrets that a source was given, wherever they stand, and
//! those that their names tell.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::Request;
use super::auth::Auth;
use super::secret_names::is_secret;

/// The shortest secret that is looked for by its value: a shorter one stands in URLs by chance.
const SHORTEST: usize = 6;

/// How many are looked for. What a function gives anew each hour must not pile up, and a server
/// gives back what it was sent just now.
const KNOWN: usize = 64;

/// What a source was given to prove who asks, to be found wherever a server puts it.
#[derive(Default)]
pub(crate) struct Secrets {
    /// The parameter of the query that each request gets anew.
    param: Option<String>,
    values: Mutex<VecDeque<String>>,
}

impl Secrets {
    /// What is secret of these: credentials, the user info and the query of the first URL, headers,
    /// and a body.
    pub(crate) fn of(
        auth: Option<&Auth>,
        headers: &HeaderMap,
        first: &Request,
        json: Option<&Value>,
    ) -> Self {
        let param = match auth {
            Some(Auth::Query { name, .. }) => Some(name.clone()),
            _ => None,
        };
        let secrets = Self { param, values: Mutex::default() };
        match auth {
            Some(
                Auth::Bearer(value)
                | Auth::Header { value, .. }
                | Auth::Query { value, .. }
                | Auth::Cookie { value, .. },
            ) => secrets.add(value),
            Some(Auth::Basic { user, password }) => secrets.add_user(user, password),
            Some(Auth::By(_)) | None => {}
        }
        secrets.add_user(first.url.username(), first.url.password().unwrap_or_default());
        secrets.add_pairs(first.url.query_pairs());
        for (name, value) in headers {
            if is_secret(name.as_str()) {
                secrets.add_header(name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
            }
        }
        if let Some(json) = json {
            secrets.add_members(json);
        }
        let is_form = headers
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        if let Some(form) = first.body.as_deref().filter(|_| is_form) {
            secrets.add_pairs(form_urlencoded::parse(form));
        }
        secrets
    }

    /// What a header says to prove who asks: each of the cookies, or what follows `Bearer`; what follows `Basic` also as
    /// what it stands for.
    pub(crate) fn add_header(&self, name: &str, value: &str) {
        if name.eq_ignore_ascii_case("cookie") {
            let cookies = value.split(';').filter_map(|cookie| cookie.split_once('='));
            cookies.for_each(|(_, value)| self.add(value.trim()));
        } else {
            let secret = value.rsplit(' ').next().unwrap_or_default();
            self.add(secret);
            let user = STANDARD.decode(secret).ok().and_then(|user| String::from_utf8(user).ok());
            if let Some((user, password)) = user.as_ref().and_then(|user| user.split_once(':')) {
                self.add_user(user, password);
            }
        }
    }

    /// `url` without the parameter that each request gets anew: where a server gives it back in a
    /// link, it is one thing less that could be written down.
    pub(crate) fn strip(&self, url: &mut Url) {
        let (Some(param), Some(query)) = (&self.param, url.query()) else { return };
        let is_param = |pair: &&str| {
            form_urlencoded::parse(pair.as_bytes()).all(|(name, _)| name != param.as_str())
        };
        // Pair by pair, since a query that is written anew may be another to its server.
        let kept = query.split('&').filter(is_param).collect::<Vec<_>>().join("&");
        if kept.len() != query.len() {
            url.set_query((!kept.is_empty()).then_some(&kept));
        }
    }

    /// As [`strip`](Self::strip), for parameters that are put into the first URL.
    pub(crate) fn strip_params(&self, params: &mut Vec<(String, String)>) {
        params.retain(|(name, _)| self.param.as_ref() != Some(name));
    }

    /// What of `url` is secret.
    pub(crate) fn in_url(&self, url: &Url) -> Option<String> {
        if !url.username().is_empty() || url.password().is_some() {
            return Some("the user info of the page's URL".to_owned());
        }
        let pairs = url.query_pairs();
        if let Some((name, _)) = pairs.into_iter().find(|(name, _)| is_secret(name)) {
            return Some(format!("the parameter {name} of the page's URL"));
        }
        let is_in_path = self.is_in(&percent_decode_str(url.path()).decode_utf8_lossy());
        let is_in_query =
            pairs.into_iter().any(|(name, value)| self.is_in(&name) || self.is_in(&value));
        (is_in_path || is_in_query).then(|| "credentials in the page's URL".to_owned())
    }

    /// What of parameters is secret.
    pub(crate) fn in_params(&self, params: &[(String, String)]) -> Option<String> {
        if let Some((name, _)) = params.iter().find(|(name, _)| is_secret(name)) {
            return Some(format!("the parameter {name}"));
        }
        let mut all = params.iter().flat_map(|(name, value)| [name, value]);
        all.any(|text| self.is_in(text)).then(|| "credentials in the parameters".to_owned())
    }

    /// Whether one stands in `text`.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.values().iter().any(|value| text.contains(&**value))
    }

    fn add(&self, value: &str) {
        let mut values = self.values();
        if value.len() < SHORTEST || values.iter().any(|known| known == value) {
            return;
        }
        if values.len() == KNOWN {
            values.pop_front();
        }
        values.push_back(value.to_owned());
    }

    /// The password; where there is none, the name is the secret. Both also as they are sent (RFC 7617), in each of the
    /// alphabets, and without what fills up the end.
    fn add_user(&self, user: &str, password: &str) {
        let [user, password] =
            [user, password].map(|text| percent_decode_str(text).decode_utf8_lossy());
        self.add(if password.is_empty() { &user } else { &password });
        if !user.is_empty() || !password.is_empty() {
            let sent = format!("{user}:{password}");
            self.add(&STANDARD_NO_PAD.encode(&sent));
            self.add(&URL_SAFE_NO_PAD.encode(&sent));
        }
    }

    fn add_pairs<'p>(&self, pairs: impl Iterator<Item = (Cow<'p, str>, Cow<'p, str>)>) {
        for (name, value) in pairs {
            if is_secret(&name) {
                self.add(&value);
            }
        }
    }

    fn add_members(&self, json: &Value) {
        match json {
            Value::Object(members) => {
                for (name, value) in members {
                    match value {
                        Value::String(text) if is_secret(name) => self.add(text),
                        value => self.add_members(value),
                    }
                }
            }
            Value::Array(elements) => elements.iter().for_each(|value| self.add_members(value)),
            _ => {}
        }
    }

    fn values(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows no secret.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("param", &self.param).finish_non_exhaustive()
    }
}
