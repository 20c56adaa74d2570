//! The items of a JSON document as its bytes arrive.
//!
//! ```text
//! {"next": 2, "results": [{"id": 1}, {"id": 2}], "total": 9}
//! └── outside ───────────┘└── items, checked ──┘└─ outside ┘
//! ```
//! The outside is kept, without the items; of the items no more than one chunk and one item is.

mod faults;
mod memory;
mod plain;

use jiter::Jiter;

use self::plain::Plain;
use super::outside::Outside;
use super::path::Path;
use super::pointer::{Found, find};
use super::{ends, message, quick};
use crate::batch::{Entry, Span};
use crate::decoder::{MAX_CHUNK, MAX_RECORD};
use crate::pending::{BOM, small, span};
use crate::place::chars_in_last_line;
use crate::{Batch, Error, ErrorKind, Position, block};

/// Decodes the elements of one array in a JSON document, a record each: its one field is the
/// element's text.
///
/// A [`Path`] says which array; of several, the first that there is. Without one it is the document itself, or the one array in it
/// under a usual key: results, items, data, records, entries, rows, values, content. `null` in its
/// place is an array without elements. All of the document is checked (RFC 8259), none is built.
///
/// ```
/// use asyncgen_formats::{Batch, json::ItemsDecoder};
///
/// let mut decoder = ItemsDecoder::new(vec![], 1024, 100);
/// let mut batch = Batch::default();
/// decoder.decode(br#"{"next": 2, "results": [{"id": 1}, {"i"#, &mut batch)?;
/// assert_eq!(batch.get(0).unwrap().get(0), Some(r#"{"id": 1}"#));
/// decoder.decode(br#"d": 2}]}"#, &mut batch)?;
/// assert_eq!(batch.get(0).unwrap().position().record, 101);
/// decoder.finish()?;
/// assert_eq!(decoder.outside(), r#"{"next": 2, "results": []}"#);
/// # Ok::<(), asyncgen_formats::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ItemsDecoder {
    items: Vec<Path>,
    limit: usize,
    outside: Outside,
    stage: Stage,
    /// What is not handed out: the items of this chunk, and the open one.
    bytes: Vec<u8>,
    plain: Plain,
    /// How far they are read; one beyond them where an escape stands at their end.
    at: usize,
    /// The place of `bytes[0]`, and the characters of its line that stand before it.
    base: Position,
    column: u64,
    fields: Vec<Span>,
    records: Vec<Entry>,
    /// Up to where the lines are counted, and how many there are.
    counted: (usize, u64),
    cut: Cut,
    /// The bytes of the byte order mark.
    mark: u64,
    /// Behind which record what is in an item is left to who parses it.
    unchecked: Option<u64>,
}

/// What was cut out of the outside.
#[derive(Debug, Clone, Copy, Default)]
struct Cut {
    /// At which of its bytes.
    at: usize,
    bytes: u64,
    lines: u64,
    /// By how much the columns of what follows in the line are higher.
    columns: i64,
}

/// | stage | what stands here | goes to |
/// |---|---|---|
/// | `Outside` | anything but an item | `First` at the bracket of the items |
/// | `First` | an item or `]` | `Item`, `Outside` |
/// | `Next` | an item, behind a comma | `Item` |
/// | `After` | `,` or `]` | `Next`, `Outside` |
/// | `Item` | the rest of an item | `After` |
#[derive(Debug, Clone, Copy)]
enum Stage {
    Outside,
    First,
    Next,
    After,
    Item { start: usize, depth: usize, inside: Inside },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Scalar,
    String,
    Container,
}

impl ItemsDecoder {
    /// A decoder of the array at `items`, whose first element is record number `first`. An item of
    /// more than `limit` bytes is refused, and so is a document with more than that around them.
    ///
    /// # Panics
    ///
    /// If there are more than eight paths.
    pub fn new(items: Vec<Path>, limit: usize, first: u64) -> Self {
        assert!(items.len() <= 8, "eight paths are followed at most");
        Self {
            items,
            limit: limit.min(MAX_RECORD),
            outside: Outside::default(),
            stage: Stage::Outside,
            bytes: Vec::new(),
            plain: Plain::EMPTY,
            at: 0,
            base: Position { record: first, ..Position::START },
            column: 0,
            fields: Vec::new(),
            records: Vec::new(),
            counted: (0, 0),
            cut: Cut::default(),
            mark: 0,
            unchecked: None,
        }
    }

    /// Leaves it to who parses the items to find out whether they are JSON, and [`Batch::check`] to say what is wrong with
    /// one that is not: of most no more than the end is looked for then.
    ///
    /// The first is always checked, and so is what an inner path leads through.
    #[must_use]
    pub fn unchecked(mut self) -> Self {
        let is_whole = |path: &Path| path.inner().is_none();
        self.unchecked = self.items.iter().all(is_whole).then_some(self.base.record);
        self
    }

    /// Decodes `chunk`, and puts the items completed by it into `batch`, whose earlier content is
    /// dropped. On an error it holds the items before the fault.
    ///
    /// # Panics
    ///
    /// If `chunk` is longer than [`MAX_CHUNK`].
    pub fn decode(&mut self, chunk: &[u8], batch: &mut Batch) -> Result<(), Error> {
        assert!(chunk.len() <= MAX_CHUNK, "a chunk is longer than MAX_CHUNK: cut it");
        batch.clear(self.base);
        self.take_memory(batch, self.bytes.len() + chunk.len());
        let before = if self.bytes.is_empty() { Plain::EMPTY } else { self.plain };
        self.plain = before.and(chunk);
        self.bytes.extend_from_slice(chunk);
        if self.is_start() {
            if self.bytes.len() < BOM.len() && BOM.starts_with(&self.bytes) {
                return Ok(());
            }
            if self.bytes.starts_with(BOM) {
                self.bytes.drain(..BOM.len());
                self.mark = BOM.len() as u64;
                self.base.offset = self.mark;
            }
        }
        let scanned = self.scan();
        self.hand_out(batch);
        scanned
    }

    /// Says that the document has ended: an error if it is not whole, or has no array of items.
    pub fn finish(&mut self) -> Result<(), Error> {
        if self.is_start() {
            // Less than a byte order mark.
            self.outside.text = std::mem::take(&mut self.bytes);
        }
        if !matches!(self.stage, Stage::Outside) {
            let kind = ErrorKind::Json { message: "EOF while parsing a list".to_owned() };
            return Err(self.error(kind, self.bytes.len()).about("the document"));
        }
        let (text, valid) = match std::str::from_utf8(&self.outside.text) {
            Ok(text) => (text, Ok(())),
            Err(error) => ("", Err(error.valid_up_to())),
        };
        if let Err(at) = valid {
            let byte = self.outside.text.get(at).copied().unwrap_or(0);
            return Err(self.outside_error(ErrorKind::InvalidUtf8 { byte }, at));
        }
        let mut parser = Jiter::new(text.as_bytes());
        if let Err(fault) = parser.next_skip().and_then(|()| parser.finish()) {
            let kind = ErrorKind::Json { message: message(&fault) };
            return Err(self.outside_error(kind, fault.index));
        }
        match self.miss(text) {
            Some((kind, at)) => Err(self.outside_error(kind, at)),
            None => Ok(()),
        }
    }

    /// The document without its items, an empty array in their place; all of it once the document
    /// has ended.
    pub fn outside(&self) -> &str {
        std::str::from_utf8(&self.outside.text).unwrap_or_default()
    }

    /// How many bytes there are of that by now.
    pub fn around(&self) -> usize {
        self.outside.text.len()
    }

    /// The place after the last item that was handed out.
    pub fn position(&self) -> Position {
        self.base
    }

    /// Whether there may be a byte order mark: it is one at the beginning alone.
    fn is_start(&self) -> bool {
        self.mark == 0 && self.outside.text.is_empty()
    }

    fn scan(&mut self) -> Result<(), Error> {
        while self.at < self.bytes.len() {
            match self.stage {
                Stage::Outside => self.read_outside()?,
                Stage::Item { start, depth, inside } => self.read_item(start, depth, inside)?,
                Stage::First | Stage::Next | Stage::After => self.read_between()?,
            }
        }
        Ok(())
    }

    fn read_outside(&mut self) -> Result<(), Error> {
        let (read, opened) = self.outside.read(&self.bytes[self.at..], &self.items);
        self.at += read;
        if opened {
            let (at, bytes) = (self.outside.text.len(), self.base.offset + self.at as u64);
            // Where it begins, until its end is known.
            self.cut = Cut { at, bytes, lines: self.line(), columns: 0 };
            // They are kept apart, and may be no UTF-8.
            self.forget(self.at);
            self.stage = Stage::First;
        }
        if self.outside.text.len() > self.limit {
            let kind = ErrorKind::TooLong { limit: self.limit };
            return Err(self.error(kind, self.at).about("what stands around the items"));
        }
        Ok(())
    }

    fn read_between(&mut self) -> Result<(), Error> {
        let byte = self.bytes[self.at];
        let expected = match (self.stage, byte) {
            (_, b' ' | b'\t' | b'\r' | b'\n') => {
                self.at += 1;
                return Ok(());
            }
            (Stage::First | Stage::After, b']') => {
                self.cut = Cut {
                    bytes: self.base.offset + self.at as u64 - self.cut.bytes,
                    lines: self.line() - self.cut.lines,
                    columns: self.column().cast_signed()
                        - chars_in_last_line(&self.outside.text).cast_signed(),
                    ..self.cut
                };
                self.stage = Stage::Outside;
                return Ok(());
            }
            (Stage::After, b',') => {
                self.at += 1;
                self.stage = Stage::Next;
                return Ok(());
            }
            (Stage::First | Stage::Next, b',' | b']' | b'}' | b':') => "expected value",
            (Stage::After, _) => "expected `,` or `]`",
            _ => {
                let inside = match byte {
                    b'"' => Inside::String,
                    b'{' | b'[' => Inside::Container,
                    _ => Inside::Scalar,
                };
                // Most are whole in their chunk, and as they should be.
                let rest = &self.bytes[self.at..];
                let is_left = inside == Inside::Container && self.leaves_next();
                let end = if is_left { ends::container(rest) } else { None };
                if let Some(length) = end.or_else(|| quick::value(rest)) {
                    let (start, end) = (self.at, self.at + length);
                    self.pass(start, end)?;
                    return self.keep(start, end);
                }
                let depth = usize::from(inside == Inside::Container);
                self.stage = Stage::Item { start: self.at, depth, inside };
                self.at += 1;
                return Ok(());
            }
        };
        let kind = ErrorKind::Json { message: expected.to_owned() };
        Err(self.error(kind, self.at).about("the document"))
    }

    /// Reads on in an item; a string in it is `Inside::String` until it is closed.
    fn read_item(&mut self, start: usize, mut depth: usize, inside: Inside) -> Result<(), Error> {
        let bytes = &self.bytes;
        let (mut at, mut inside) = (self.at, inside);
        let mut ended = false;
        while at < bytes.len() && !ended {
            match inside {
                Inside::Scalar => {
                    ended = matches!(bytes[at], b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n');
                    at += usize::from(!ended);
                }
                Inside::String => match memchr::memchr2(b'"', b'\\', &bytes[at..]) {
                    None => at = bytes.len(),
                    Some(found) if bytes[at + found] == b'\\' => at += found + 2,
                    Some(found) => {
                        at += found + 1;
                        inside = Inside::Container;
                        ended = depth == 0;
                    }
                },
                Inside::Container => {
                    match bytes[at] {
                        b'"' => inside = Inside::String,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => {
                            depth -= 1;
                            ended = depth == 0;
                        }
                        _ => {}
                    }
                    at += 1;
                }
            }
        }
        if ended {
            self.pass(start, at)?;
            faults::check(&self.bytes[start..at])
                .map_err(|(kind, fault)| self.error(kind, start + fault))?;
            return self.keep(start, at);
        }
        self.at = at;
        self.stage = Stage::Item { start, depth, inside };
        if at - start > self.limit {
            return Err(self.error(ErrorKind::TooLong { limit: self.limit }, start));
        }
        Ok(())
    }

    /// Goes on behind an item, which must be short enough and text.
    fn pass(&mut self, start: usize, end: usize) -> Result<(), Error> {
        (self.at, self.stage) = (end, Stage::After);
        if end - start > self.limit {
            return Err(self.error(ErrorKind::TooLong { limit: self.limit }, start));
        }
        let Some(fault) = self.plain.no_text(&self.bytes[start..end]) else { return Ok(()) };
        let at = start + fault;
        Err(self.error(ErrorKind::InvalidUtf8 { byte: self.bytes[at] }, at))
    }

    /// Whether it is left to others what is in the next item.
    fn leaves_next(&self) -> bool {
        self.unchecked.is_some_and(|first| self.base.record > first || !self.records.is_empty())
    }

    /// Makes a record of an item that is JSON.
    fn keep(&mut self, start: usize, end: usize) -> Result<(), Error> {
        let item = &self.bytes[start..end];
        let path = self.outside.found.and_then(|path| self.items.get(path));
        let (start, end) = match path.and_then(Path::inner) {
            None => (start, end),
            Some(inner) => match within(item, inner) {
                Ok((from, to)) => (start + from, start + to),
                Err((at, found)) => {
                    let pointer = path.map(Path::to_string).unwrap_or_default();
                    return Err(self.error(ErrorKind::Pointer { pointer, found }, start + at));
                }
            },
        };
        let (counted, lines) = self.counted;
        let lines = lines + self.plain.lines(&self.bytes[counted..start]);
        self.counted = (start, lines);
        self.records.push(Entry {
            first_field: small(self.fields.len()),
            offset: small(start),
            line: u32::try_from(lines).unwrap_or(u32::MAX),
        });
        self.fields.push(span(start, end));
        Ok(())
    }

    /// The line of the byte that is read next.
    fn line(&mut self) -> u64 {
        let (counted, lines) = self.counted;
        let read = self.at.min(self.bytes.len());
        if read > counted {
            let more = self.plain.lines(&self.bytes[counted..read]);
            self.counted = (read, lines + more);
        }
        self.base.line + self.counted.1
    }

    /// The characters of the line before the byte that is read next.
    fn column(&self) -> u64 {
        let read = &self.bytes[..self.at.min(self.bytes.len())];
        let before = if self.plain.lines(read) > 0 { 0 } else { self.column };
        before + self.plain.chars_in_last_line(read)
    }

    /// Moves the items that are complete into `batch`, and keeps the open one.
    fn hand_out(&mut self, batch: &mut Batch) {
        let read = match self.stage {
            Stage::Item { start, .. } => start,
            _ => self.at.min(self.bytes.len()),
        };
        batch.start = self.base;
        batch.unchecked = self.unchecked.map(|_| self.column);
        self.count(read, self.records.len());
        let Some(last) = self.fields.last() else {
            batch.end = self.base;
            self.bytes.drain(..read);
            return;
        };
        // The bytes move as they are; what is open is shorter, and goes to where the last batch was.
        let end = last.end as usize;
        let mut rest = std::mem::take(&mut batch.text).into_bytes();
        rest.extend_from_slice(&self.bytes[read..]);
        let mut text = std::mem::replace(&mut self.bytes, rest);
        text.truncate(end);
        // Each item is text, and so is what stands between them.
        let (text, is_ascii) = block::text(text);
        (batch.text, batch.ascii) = (text.unwrap_or_default(), is_ascii);
        std::mem::swap(&mut batch.fields, &mut self.fields);
        std::mem::swap(&mut batch.records, &mut self.records);
        batch.end = self.base;
    }

    /// Drops the first `read` bytes, and counts them.
    fn forget(&mut self, read: usize) {
        self.count(read, 0);
        self.bytes.drain(..read);
    }

    /// Counts the first `read` bytes, which are to be dropped, and `records` in them.
    fn count(&mut self, read: usize, records: usize) {
        let dropped = &self.bytes[..read];
        let (counted, lines) = self.counted;
        let lines = if counted <= read {
            lines + self.plain.lines(&dropped[counted..])
        } else {
            self.plain.lines(dropped)
        };
        let chars = self.plain.chars_in_last_line(dropped);
        self.column = if lines == 0 { self.column + chars } else { chars };
        self.base.record += records as u64;
        self.base.line += lines;
        self.base.offset += read as u64;
        self.counted = (0, 0);
        self.at -= read;
        if let Stage::Item { start, .. } = &mut self.stage {
            *start -= read;
        }
    }
}

/// Where in `item` the value is that `inner` leads to; else the place of the miss and what is there.
fn within(item: &[u8], inner: &[String]) -> Result<(usize, usize), (usize, String)> {
    match find(item, inner) {
        Ok(Found::Value(mut place)) => {
            let start = place.parser.current_index();
            match place.parser.known_skip(place.peek) {
                Ok(()) => Ok((start, place.parser.current_index())),
                Err(error) => Err((error.index, message(&error))),
            }
        }
        Ok(Found::Nothing(miss)) => Err((miss.at, miss.found)),
        Err(error) => Err((error.index, message(&error))),
    }
}
