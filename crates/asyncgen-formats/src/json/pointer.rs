//! RFC 6901 pointers, walked over a document's text.

use std::borrow::Cow;

use jiter::{Jiter, JiterError, Peek};

use super::{name_keys, type_name};

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
    /// The arrays and objects around it, from the outside.
    around: Vec<Peek>,
}

impl Place<'_> {
    /// Reads what follows the value, which must have been read, to the end of the document.
    pub(super) fn leave(&mut self) -> Result<(), JiterError> {
        while let Some(container) = self.around.pop() {
            if container == Peek::Object {
                while self.parser.next_key()?.is_some() {
                    self.parser.next_skip()?;
                }
            } else {
                while let Some(peek) = self.parser.array_step()? {
                    self.parser.known_skip(peek)?;
                }
            }
        }
        self.parser.finish()
    }
}

/// Where a pointer leads no further, and what is there.
pub(super) struct Miss {
    pub(super) at: usize,
    pub(super) found: String,
}

/// Whether `pointer` is written as RFC 6901 has it.
pub(super) fn is_valid(pointer: &str) -> bool {
    tokens(pointer).is_some()
}

/// Follows `pointer` through `text`, which is parsed only as far as that needs.
pub(super) fn find<'j>(text: &'j str, pointer: &str) -> Result<Found<'j>, JiterError> {
    let mut parser = Jiter::new(text.as_bytes());
    let mut peek = parser.peek()?;
    let Some(tokens) = tokens(pointer) else {
        let found = "a pointer is empty or begins with /, and ~ is written ~0".to_owned();
        return Ok(Found::Nothing(Miss { at: parser.current_index(), found }));
    };
    let mut around = Vec::new();
    for token in tokens {
        let at = parser.current_index();
        let miss = match peek {
            Peek::Object => enter_object(&mut parser, &token)?,
            Peek::Array => enter_array(&mut parser, &token)?,
            other => Some(type_name(other).to_owned()),
        };
        if let Some(found) = miss {
            return Ok(Found::Nothing(Miss { at, found }));
        }
        around.push(peek);
        peek = parser.peek()?;
    }
    Ok(Found::Value(Place { parser, peek, around }))
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

/// The parts of a pointer, with `~1` and `~0` resolved.
fn tokens(pointer: &str) -> Option<Vec<Cow<'_, str>>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    pointer.strip_prefix('/')?.split('/').map(unescape).collect()
}

fn unescape(token: &str) -> Option<Cow<'_, str>> {
    if !token.contains('~') {
        return Some(Cow::Borrowed(token));
    }
    let mut parts = token.split('~');
    let mut text = parts.next()?.to_owned();
    for part in parts {
        let (escaped, rest) = match part.as_bytes().first()? {
            b'0' => ('~', &part[1..]),
            b'1' => ('/', &part[1..]),
            _ => return None,
        };
        text.push(escaped);
        text.push_str(rest);
    }
    Some(Cow::Owned(text))
}
