//! Where in a request a value goes, and where in an answer one stands.

use asyncgen_formats::json::Path;
use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName};
use serde_json::{Map, Value};

use crate::http::Request;
use crate::http::auth::{header_name, secret, set_query};

/// Where in a request a value goes: `name` in the query, `/path` or `$.path` in the JSON of the
/// body, `header:Name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Slot {
    Query(String),
    Body(Path),
    Header(HeaderName),
}

impl Slot {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if let Some(name) = text.strip_prefix("header:") {
            return Ok(Self::Header(header_name(name.trim())?));
        }
        if text.starts_with(['/', '$']) {
            let path = Path::parse(text)?;
            let fits = path.inner().is_none() && !path.outer().is_empty();
            if !fits {
                return Err(format!("{text:?} is not the place of one value"));
            }
            return Ok(Self::Body(path));
        }
        match text {
            "" => Err("the name of the parameter is empty".to_owned()),
            name => Ok(Self::Query(name.to_owned())),
        }
    }

    /// The number that stands there.
    pub(crate) fn number(&self, request: &Request) -> Option<u64> {
        match self {
            Self::Query(name) => {
                let mut pairs = request.url.query_pairs();
                pairs.find(|(key, _)| key == name)?.1.parse().ok()
            }
            Self::Body(path) => {
                let body: Value = serde_json::from_slice(request.body.as_deref()?).ok()?;
                at(&body, path)?.as_u64()
            }
            Self::Header(_) => None,
        }
    }

    /// Puts `value` there; `body` is the JSON of the request.
    pub(crate) fn put(
        &self,
        request: &mut Request,
        body: Option<&Value>,
        value: &Value,
    ) -> Result<(), String> {
        match self {
            Self::Query(name) => set_query(&mut request.url, name, &text(value)),
            Self::Header(name) => {
                request.headers.insert(name, secret(&text(value))?);
            }
            Self::Body(path) => {
                let sent = request.body.as_deref().map(serde_json::from_slice);
                let sent = sent.transpose().ok().flatten();
                let mut body = sent.or_else(|| body.cloned()).unwrap_or_else(|| Map::new().into());
                set(&mut body, path, value.clone())?;
                request.body = Some(Bytes::from(body.to_string()));
            }
        }
        Ok(())
    }
}

/// Where in an answer a value stands: `header:Name`, or a path into its JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum From {
    Header(HeaderName),
    Path(Path),
}

impl From {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text.strip_prefix("header:") {
            Some(name) => Ok(Self::Header(header_name(name.trim())?)),
            None => value_path(text).map(Self::Path),
        }
    }

    /// The value there, if it is one to go on with: `null`, `false`, `0`, an empty string and
    /// `"null"` are the end, and so is nothing.
    pub(crate) fn get(&self, headers: &HeaderMap, doc: &Value) -> Result<Found, String> {
        let found = match self {
            Self::Header(name) => {
                let value = headers.get(name).and_then(|value| value.to_str().ok());
                value.map(|value| Value::from(value.trim()))
            }
            Self::Path(path) => at(doc, path).cloned(),
        };
        match found {
            None => Ok(Found::Missing),
            Some(value) if ends(&value) => Ok(Found::End),
            Some(value @ (Value::String(_) | Value::Number(_))) => Ok(Found::Value(value)),
            Some(other) => Err(format!("{}, not a string", kind(&other))),
        }
    }
}

/// What stands in the place of the way on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    Value(Value),
    /// A word for the end.
    End,
    Missing,
}

/// A path to one value.
pub(crate) fn value_path(text: &str) -> Result<Path, String> {
    let path = Path::parse(text)?;
    match path.inner() {
        None => Ok(path),
        Some(_) => Err(format!("{text:?} is not the place of one value")),
    }
}

/// The value at `path`.
pub(crate) fn at<'v>(doc: &'v Value, path: &Path) -> Option<&'v Value> {
    path.outer().iter().try_fold(doc, |value, token| step(value, token))
}

/// Whether `value` is one of the words that APIs have for the end.
pub(crate) fn ends(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || text == "null",
        _ => false,
    }
}

/// A string, or a number as it is written.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What `value` is, in words.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn step<'v>(value: &'v Value, token: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => members.get(token),
        Value::Array(elements) => elements.get(token.parse::<usize>().ok()?),
        _ => None,
    }
}

/// Puts `value` at `path` of `body`, with the objects that lead there.
fn set(body: &mut Value, path: &Path, value: Value) -> Result<(), String> {
    let mut place = body;
    for token in path.outer() {
        place = match place {
            Value::Object(members) => members.entry(token.clone()).or_insert(Value::Null),
            Value::Array(elements) => {
                let element = token.parse().ok().and_then(|index: usize| elements.get_mut(index));
                element.ok_or_else(|| format!("the body has no element {token} on {path}"))?
            }
            other if other.is_null() => {
                *other = Map::new().into();
                other
                    .as_object_mut()
                    .map(|members| members.entry(token.clone()).or_insert(Value::Null))
                    .ok_or("an object has members")?
            }
            other => return Err(format!("the body has {} on {path}", kind(other))),
        };
    }
    *place = value;
    Ok(())
}
