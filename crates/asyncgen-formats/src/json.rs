//! JSON documents, of which nothing is built but an index: items are spans of their text.

mod ends;
mod items;
pub(crate) mod members;
mod outside;
mod path;
mod pointer;
pub(crate) mod quick;

use jiter::{Jiter, JiterError, JiterErrorType, Peek};

pub use items::ItemsDecoder;
pub use path::Path;
pub use pointer::text_at;

/// How many keys an error names.
const KEYS_SHOWN: usize = 20;

/// What the parser says, without its place.
pub(crate) fn message(error: &JiterError) -> String {
    match &error.error_type {
        JiterErrorType::JsonError(error) => error.to_string(),
        JiterErrorType::WrongType { expected, actual } => {
            format!("expected {expected} but found {actual}")
        }
    }
}

/// The keys of the object that `text` is; none if it is no object.
fn keys(text: &str) -> Result<Vec<String>, JiterError> {
    let mut parser = Jiter::new(text.as_bytes());
    let mut keys = Vec::new();
    if parser.peek()? != Peek::Object {
        return Ok(keys);
    }
    let mut key = parser.known_object()?.map(str::to_owned);
    while let Some(name) = key {
        keys.push(name);
        parser.next_skip()?;
        key = parser.next_key()?.map(str::to_owned);
    }
    Ok(keys)
}

fn type_name(peek: Peek) -> &'static str {
    match peek {
        Peek::Null => "null",
        Peek::True | Peek::False => "a boolean",
        Peek::String => "a string",
        Peek::Array => "an array",
        Peek::Object => "an object",
        _ => "a number",
    }
}

fn name_keys(keys: &[String]) -> String {
    let shown = keys[..keys.len().min(KEYS_SHOWN)].join(", ");
    match keys.len() {
        0 => "an object without keys".to_owned(),
        1 => format!("an object with the key {shown}"),
        count if count > KEYS_SHOWN => {
            format!("an object with the keys {shown} and {} more", count - KEYS_SHOWN)
        }
        _ => format!("an object with the keys {shown}"),
    }
}
