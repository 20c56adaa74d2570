//! The tokens of a JSON pointer, walked over a document's text.

use jiter::{Jiter, JiterError, Peek};

use super::{Path, name_keys, type_name};

/// The value at `path` of the JSON document `text`, as it is written there; of members with one name the last.
///
/// ```
/// use asyncgen_formats::json::{Path, text_at};
///
/// let id = Path::parse("meta.id")?;
/// let item = r#"{"meta": {"id": 12345678901234567890123}}"#;
/// assert_eq!(text_at(item, &id), Some("12345678901234567890123"));
/// assert_eq!(text_at("[]", &id), None);
/// # Ok::<(), String>(())
/// ```
pub fn text_at<'j>(text: &'j str, path: &Path) -> Option<&'j str> {
    path.outer().iter().try_fold(text, |text, token| member(text, token)).map(str::trim)
}

/// Where a pointer leads.
pub(super) enum Found<'j> {
    /// To a value.
    Value(Place<'j>),
    /// To nothing.
    Nothing(Miss),
}

/// A value in a document.
pub(super) struct Place<'j> {
    /// Stands before the value.
    pub(super) parser: Jiter<'j>,
    pub(super) peek: Peek,
}

/// Where a pointer leads no further, and what is there.
pub(super) struct Miss {
    pub(super) at: usize,
    pub(super) found: String,
}

/// Follows `tokens` through `text`, which is parsed only as far as that needs.
pub(super) fn find<'j>(text: &'j [u8], tokens: &[String]) -> Result<Found<'j>, JiterError> {
    let mut parser = Jiter::new(text);
    let mut peek = parser.peek()?;
    for token in tokens {
        let at = parser.current_index();
        let miss = match peek {
            Peek::Object => enter_object(&mut parser, token)?,
            Peek::Array => enter_array(&mut parser, token)?,
            other => Some(type_name(other).to_owned()),
        };
        if let Some(found) = miss {
            return Ok(Found::Nothing(Miss { at, found }));
        }
        peek = parser.peek()?;
    }
    Ok(Found::Value(Place { parser, peek }))
}

/// The last value that `token` names in the object or the array `text`.
fn member<'j>(text: &'j str, token: &str) -> Option<&'j str> {
    let mut parser = Jiter::new(text.as_bytes());
    match parser.peek().ok()? {
        Peek::Object => {
            let mut found = None;
            let mut key = parser.known_object().ok()?;
            while let Some(name) = key {
                let is_it = name == token;
                let start = parser.current_index();
                parser.next_skip().ok()?;
                if is_it {
                    found = text.get(start..parser.current_index());
                }
                key = parser.next_key().ok()?;
            }
            found
        }
        Peek::Array => {
            let Found::Value(Place { mut parser, peek }) =
                find(text.as_bytes(), &[token.to_owned()]).ok()?
            else {
                return None;
            };
            let start = parser.current_index();
            parser.known_skip(peek).ok()?;
            text.get(start..parser.current_index())
        }
        _ => None,
    }
}

/// Goes to the value of `name`, or says what is there instead.
fn enter_object(parser: &mut Jiter<'_>, name: &str) -> Result<Option<String>, JiterError> {
    let mut keys = Vec::new();
    let mut key = parser.known_object()?;
    while let Some(other) = key {
        if other == name {
            return Ok(None);
        }
        keys.push(other.to_owned());
        parser.next_skip()?;
        key = parser.next_key()?;
    }
    Ok(Some(name_keys(&keys)))
}

/// Goes to the element `index`, or says what is there instead.
fn enter_array(parser: &mut Jiter<'_>, index: &str) -> Result<Option<String>, JiterError> {
    let is_index = index.bytes().all(|byte| byte.is_ascii_digit())
        && (index == "0" || !index.starts_with('0'));
    let index: Option<usize> = index.parse().ok().filter(|_| is_index);
    let mut next = parser.known_array()?;
    let mut count = 0;
    while let Some(peek) = next {
        if Some(count) == index {
            return Ok(None);
        }
        parser.known_skip(peek)?;
        next = parser.array_step()?;
        count += 1;
    }
    let elements = if count == 1 { "element" } else { "elements" };
    Ok(Some(format!("an array of {count} {elements}")))
}
