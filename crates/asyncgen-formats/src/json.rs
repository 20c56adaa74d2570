//! One whole JSON document: the items of a page, and the text of its link to the next.
//!
//! Nothing is built from a document but an index: items are spans of its text.

mod pointer;

use std::borrow::Cow;

use jiter::{Jiter, JiterError, JiterErrorType, Peek};

use crate::batch::{Entry, Span};
use crate::place::{LineEnds, count_lines, error_at};
use crate::{Batch, Error, ErrorKind, Position};
use pointer::{Found, Miss};

/// The keys under which APIs put the items of a page.
const ITEM_KEYS: [&str; 8] =
    ["results", "items", "data", "records", "entries", "rows", "values", "content"];

/// How many keys an error names.
const KEYS_SHOWN: usize = 20;

/// The elements of an array in `body`, a record each: its one field is the element's text.
///
/// `pointer` (RFC 6901) says which array. Without one it is the document itself, or the one array
/// in it under a usual key: results, items, data, records, entries, rows, values, content.
/// `first` is the number of records before this document; places in it count from its own start.
///
/// ```
/// use asyncgen_formats::json;
///
/// let page = r#"{"next": 2, "results": [{"id": 1}, {"id": 2}]}"#.to_owned();
/// let batch = json::items(page, None, 100)?;
/// assert_eq!(batch.get(1).unwrap().get(0), Some(r#"{"id": 2}"#));
/// assert_eq!(batch.get(1).unwrap().position().record, 101);
///
/// let error = json::items(r#"{"message": "no"}"#.to_owned(), Some("/data"), 0).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "nothing to read at JSON pointer \"/data\": an object with the key message"
/// );
/// # Ok::<(), asyncgen_formats::Error>(())
/// ```
pub fn items(mut body: String, pointer: Option<&str>, first: u64) -> Result<Batch, Error> {
    let mut start = Position { record: first, ..Position::START };
    if body.starts_with('\u{feff}') {
        body.drain(..'\u{feff}'.len_utf8());
        start.offset = '\u{feff}'.len_utf8() as u64;
    }
    let document = Document { text: &body, start };
    if u32::try_from(body.len()).is_err() {
        return Err(document.error(ErrorKind::TooLong { limit: u32::MAX as usize }, 0));
    }
    let mut batch = Batch::default();
    batch.clear(start);
    batch.ascii = body.is_ascii();
    let indexed = match pointer {
        Some(pointer) => index_at(&body, pointer, &mut batch),
        None => index_usual(&body, &mut batch),
    };
    if let Some(miss) = document.parsed(indexed)? {
        // What is not JSON at all has no keys to name.
        document.parsed(validate(&body))?;
        return Err(document.miss(pointer, miss));
    }
    batch.end.record = first + batch.records.len() as u64;
    batch.end.offset += body.len() as u64;
    batch.end.line += count_lines(body.as_bytes(), LineEnds::Lf);
    batch.text = body;
    Ok(batch)
}

/// The string at `pointer` (RFC 6901) in `body`, with its escapes resolved.
///
/// `None` if nothing is there, or `null`, `false` or an empty string: APIs end with each of them.
///
/// ```
/// use asyncgen_formats::json;
///
/// let page = r#"{"links": {"next": "https:\/\/example.org\/?page=2", "prev": null}}"#;
/// assert_eq!(json::text_at(page, "/links/next")?.as_deref(), Some("https://example.org/?page=2"));
/// assert_eq!(json::text_at(page, "/links/prev")?, None);
/// # Ok::<(), asyncgen_formats::Error>(())
/// ```
pub fn text_at<'a>(body: &'a str, pointer: &str) -> Result<Option<Cow<'a, str>>, Error> {
    let text = body.strip_prefix('\u{feff}').unwrap_or(body);
    let offset = (body.len() - text.len()) as u64;
    let document = Document { text, start: Position { offset, ..Position::START } };
    match document.parsed(pointer::find(text, pointer))? {
        Found::Value(mut place) => match place.peek {
            Peek::String => {
                let found = document.parsed(string(text, &mut place.parser))?;
                Ok((!found.is_empty()).then_some(found))
            }
            Peek::Null | Peek::False => Ok(None),
            other => {
                let found = format!("{}, not a string", type_name(other));
                let at = place.parser.current_index();
                Err(document.miss(Some(pointer), Miss { at, found }))
            }
        },
        Found::Nothing(_) if pointer::is_valid(pointer) => Ok(None),
        Found::Nothing(miss) => Err(document.miss(Some(pointer), miss)),
    }
}

/// The members of the object that `body` is, each with the text of its value; none if it is no
/// object.
///
/// ```
/// use asyncgen_formats::json;
///
/// let members = json::members(r#"{"has_more": true, "items": [1, 2]}"#)?;
/// assert_eq!(members, [("has_more".to_owned(), "true"), ("items".to_owned(), "[1, 2]")]);
/// assert_eq!(json::members("[1]")?, []);
/// # Ok::<(), asyncgen_formats::Error>(())
/// ```
pub fn members(body: &str) -> Result<Vec<(String, &str)>, Error> {
    let text = body.strip_prefix('\u{feff}').unwrap_or(body);
    let offset = (body.len() - text.len()) as u64;
    let document = Document { text, start: Position { offset, ..Position::START } };
    document.parsed(members_of(text))
}

/// What the parser says, without its place.
pub(crate) fn message(error: &JiterError) -> String {
    match &error.error_type {
        JiterErrorType::JsonError(error) => error.to_string(),
        JiterErrorType::WrongType { expected, actual } => {
            format!("expected {expected} but found {actual}")
        }
    }
}

/// A text and where it stands.
#[derive(Clone, Copy)]
struct Document<'a> {
    text: &'a str,
    start: Position,
}

impl Document<'_> {
    fn error(&self, kind: ErrorKind, at: usize) -> Error {
        let bytes = (self.text.as_bytes(), 0, at.min(self.text.len()));
        error_at(kind, self.start, bytes, LineEnds::Lf).about("the document")
    }

    fn parsed<T>(&self, result: Result<T, JiterError>) -> Result<T, Error> {
        result
            .map_err(|error| self.error(ErrorKind::Json { message: message(&error) }, error.index))
    }

    fn miss(&self, pointer: Option<&str>, miss: Miss) -> Error {
        let pointer = pointer.unwrap_or_default().to_owned();
        self.error(ErrorKind::Pointer { pointer, found: miss.found }, miss.at)
    }
}

fn validate(text: &str) -> Result<(), JiterError> {
    let mut parser = Jiter::new(text.as_bytes());
    parser.next_skip()?;
    parser.finish()
}

fn members_of(text: &str) -> Result<Vec<(String, &str)>, JiterError> {
    let mut parser = Jiter::new(text.as_bytes());
    let mut members = Vec::new();
    if parser.peek()? != Peek::Object {
        return Ok(members);
    }
    let mut key = parser.known_object()?.map(str::to_owned);
    while let Some(name) = key {
        let peek = parser.peek()?;
        let start = parser.current_index();
        parser.known_skip(peek)?;
        members.push((name, &text[start..parser.current_index()]));
        key = parser.next_key()?.map(str::to_owned);
    }
    parser.finish()?;
    Ok(members)
}

/// Indexes the array at `pointer`, or says what is there instead. All of the document is read, so
/// that no half of one that was cut is handed out.
fn index_at(text: &str, pointer: &str, batch: &mut Batch) -> Result<Option<Miss>, JiterError> {
    let mut place = match pointer::find(text, pointer)? {
        Found::Value(place) => place,
        Found::Nothing(miss) => return Ok(Some(miss)),
    };
    if place.peek != Peek::Array {
        return Ok(Some(not_an_array(&place.parser, place.peek)));
    }
    index(text, &mut place.parser, batch)?;
    place.leave()?;
    Ok(None)
}

/// Indexes the array of items where no pointer says which, or says what is there instead.
fn index_usual(text: &str, batch: &mut Batch) -> Result<Option<Miss>, JiterError> {
    let mut parser = Jiter::new(text.as_bytes());
    let at = match parser.peek()? {
        Peek::Array => {
            index(text, &mut parser, batch)?;
            parser.finish()?;
            return Ok(None);
        }
        Peek::Object => parser.current_index(),
        other => return Ok(Some(not_an_array(&parser, other))),
    };
    let mut keys = Vec::new();
    let mut arrays = Vec::new();
    let mut key = parser.known_object()?.map(str::to_owned);
    while let Some(name) = key {
        let peek = parser.peek()?;
        let is_items = peek == Peek::Array && ITEM_KEYS.contains(&&*name);
        if is_items && arrays.is_empty() {
            index(text, &mut parser, batch)?;
        } else {
            parser.known_skip(peek)?;
        }
        if is_items {
            arrays.push(name.clone());
        }
        keys.push(name);
        key = parser.next_key()?.map(str::to_owned);
    }
    parser.finish()?;
    let found = match arrays.len() {
        1 => return Ok(None),
        0 if keys.is_empty() => name_keys(&keys),
        0 => format!("{}; `items` must say where it is", name_keys(&keys)),
        _ => format!("arrays under {}; `items` must say which", arrays.join(", ")),
    };
    Ok(Some(Miss { at, found }))
}

fn not_an_array(parser: &Jiter<'_>, peek: Peek) -> Miss {
    let found = format!("{}, not an array", type_name(peek));
    Miss { at: parser.current_index(), found }
}

/// Indexes the elements of the array that `parser` stands before, and reads it.
fn index(text: &str, parser: &mut Jiter<'_>, batch: &mut Batch) -> Result<(), JiterError> {
    let (mut line, mut counted) = (0, 0);
    let mut next = parser.known_array()?;
    while let Some(peek) = next {
        let start = parser.current_index();
        parser.known_skip(peek)?;
        let end = parser.current_index();
        line += count_lines(&text.as_bytes()[counted..start], LineEnds::Lf);
        counted = start;
        batch.records.push(Entry {
            first_field: small(batch.fields.len()),
            offset: small(start),
            line: u32::try_from(line).unwrap_or(u32::MAX),
        });
        batch.fields.push(Span { start: small(start), end: small(end) });
        next = parser.array_step()?;
    }
    Ok(())
}

/// The string that `parser` stands before; a part of `text` unless there are escapes in it.
fn string<'a>(text: &'a str, parser: &mut Jiter<'_>) -> Result<Cow<'a, str>, JiterError> {
    let start = parser.current_index();
    let decoded = parser.known_str()?.to_owned();
    let raw = text.get(start + 1..parser.current_index() - 1);
    Ok(match raw {
        Some(raw) if raw == decoded => Cow::Borrowed(raw),
        _ => Cow::Owned(decoded),
    })
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

/// `items` refuses longer documents.
#[expect(clippy::cast_possible_truncation, reason = "a document is shorter than 2^32 bytes")]
fn small(count: usize) -> u32 {
    count as u32
}
