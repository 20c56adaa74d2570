//! Where in a walk a page is.

use std::hash::{Hash, Hasher};

use serde_json::{Value, json};
use url::Url;

use super::slot::text;
use super::walk::address;
use crate::http::secrets::Secrets;

/// Where in a walk a page is: what is put into its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spot {
    /// The first page, where nothing is.
    First,
    Url(Url),
    Cursor(Value),
    /// The number of the page, or of the items before it.
    Number(u64),
    Params(Vec<(String, String)>),
}

impl Spot {
    pub(crate) fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// What it is, in words.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::First => "the first page",
            Self::Url(_) => "a URL",
            Self::Cursor(_) => "a cursor",
            Self::Number(_) => "a number",
            Self::Params(_) => "parameters",
        }
    }

    /// What of it is a secret.
    pub(crate) fn secret(&self, secrets: &Secrets) -> Option<String> {
        match self {
            Self::First | Self::Number(_) => None,
            Self::Url(url) => secrets.in_url(url),
            Self::Cursor(cursor) => {
                secrets.is_in(&text(cursor)).then(|| "credentials in the cursor".to_owned())
            }
            Self::Params(params) => secrets.in_params(params),
        }
    }

    /// As a position has it.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::First => Value::Null,
            Self::Url(url) => json!({"url": url.as_str()}),
            Self::Cursor(cursor) => json!({"cursor": cursor}),
            Self::Number(number) => json!({"number": number}),
            Self::Params(params) => json!({"params": params}),
        }
    }

    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        if value.is_null() {
            return Some(Self::First);
        }
        let (key, value) = value.as_object().filter(|members| members.len() == 1)?.iter().next()?;
        Some(match key.as_str() {
            "url" => Self::Url(Url::parse(value.as_str()?).ok()?),
            "cursor" if value.is_string() || value.is_number() => Self::Cursor(value.clone()),
            "number" => Self::Number(value.as_u64()?),
            "params" => Self::Params(serde_json::from_value(value.clone()).ok()?),
            _ => return None,
        })
    }
}

impl Hash for Spot {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::First => 0_u8.hash(state),
            // The same page, whatever stands behind the #.
            Self::Url(url) => address(url).hash(state),
            Self::Cursor(cursor) => cursor.to_string().hash(state),
            Self::Number(number) => number.hash(state),
            Self::Params(params) => params.hash(state),
        }
    }
}
