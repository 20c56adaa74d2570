//! Event streams, to the letter of the WHATWG (HTML Living Standard, section 9.2).

use std::sync::Arc;

use crate::batch::{Entry, Span};
use crate::decoder::MAX_RECORD;
use crate::pending::{BOM, small, span};
use crate::{Batch, Columns, Decoder, Error, ErrorKind, Position};

/// Decodes server-sent events: each is a record of three fields, its type, its data and the last
/// event id.
///
/// Lines end by LF, CRLF or CR, and by nothing else. Bytes that are no UTF-8 become U+FFFD. An
/// event that no blank line ends is none.
///
/// ```
/// use asyncgen_formats::{Batch, Decoder, SseDecoder};
///
/// let mut decoder = SseDecoder::new(1024);
/// let mut batch = Batch::default();
/// decoder.decode(b"id: 7\ndata: one\ndata: two\n\nretry: 10\nevent: bye\ndata\n\n", &mut batch)?;
/// let events: Vec<Vec<&str>> = batch.iter().map(|event| event.iter().collect()).collect();
/// assert_eq!(events, [["message", "one\ntwo", "7"], ["bye", "", "7"]]);
/// assert_eq!((decoder.last_event_id(), decoder.retry()), ("7", Some(10)));
/// # Ok::<(), asyncgen_formats::Error>(())
/// ```
#[derive(Debug)]
pub struct SseDecoder {
    limit: usize,
    columns: Columns,
    /// The open line.
    line: Vec<u8>,
    /// The line before ended by CR: an LF here belongs to it.
    after_cr: bool,
    started: bool,
    event: String,
    data: String,
    id: String,
    /// The id as of the last event.
    last_id: String,
    /// Where that stands in the batch, if an event of it has it: events share it, as it may be long.
    id_at: Option<Span>,
    retry: Option<u64>,
    /// The place of the next byte, and where the open event begins.
    read: Position,
    begin: Position,
}

impl SseDecoder {
    /// A decoder that refuses events of more than `limit` bytes.
    pub fn new(limit: usize) -> Self {
        let columns = ["event", "data", "id"].map(Box::from);
        Self {
            limit: limit.min(MAX_RECORD),
            columns: Arc::from(columns),
            line: Vec::new(),
            after_cr: false,
            started: false,
            event: String::new(),
            data: String::new(),
            id: String::new(),
            last_id: String::new(),
            id_at: None,
            retry: None,
            read: Position::START,
            begin: Position::START,
        }
    }

    /// The id of the last event, to go on from when the stream has broken off.
    pub fn last_event_id(&self) -> &str {
        &self.last_id
    }

    /// The milliseconds that the server wants to pass before it is asked again.
    pub fn retry(&self) -> Option<u64> {
        self.retry
    }

    /// Begins another stream, which goes on behind the last event of this one.
    pub fn restart(&mut self, id: &str) {
        id.clone_into(&mut self.id);
        id.clone_into(&mut self.last_id);
        self.line.clear();
        self.event.clear();
        self.data.clear();
        (self.after_cr, self.started) = (false, false);
        self.begin = self.read;
    }

    fn read(&mut self, mut bytes: &[u8], batch: &mut Batch) -> Result<(), Error> {
        while let Some(&first) = bytes.first() {
            if std::mem::take(&mut self.after_cr) && first == b'\n' {
                self.read.offset += 1;
                bytes = &bytes[1..];
                continue;
            }
            let end = memchr::memchr2(b'\n', b'\r', bytes);
            let part = &bytes[..end.unwrap_or(bytes.len())];
            if self.line.len() + part.len() + self.data.len() > self.limit {
                let kind = ErrorKind::TooLong { limit: self.limit };
                return Err(Error::new(kind, self.begin, 1));
            }
            self.line.extend_from_slice(part);
            let Some(end) = end else {
                self.read.offset += bytes.len() as u64;
                return Ok(());
            };
            self.after_cr = bytes[end] == b'\r';
            self.read.offset += end as u64 + 1;
            self.read.line += 1;
            bytes = &bytes[end + 1..];
            self.end_line(batch);
        }
        Ok(())
    }

    fn end_line(&mut self, batch: &mut Batch) {
        let mut line = std::mem::take(&mut self.line);
        if !std::mem::replace(&mut self.started, true) && line.starts_with(BOM) {
            line.drain(..BOM.len());
        }
        if line.is_empty() {
            self.dispatch(batch);
        } else {
            let text = String::from_utf8_lossy(&line);
            let (field, value) = text.split_once(':').unwrap_or((&text, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "event" => value.clone_into(&mut self.event),
                "data" => {
                    self.data.push_str(value);
                    self.data.push('\n');
                }
                "id" if !value.contains('\0') => value.clone_into(&mut self.id),
                "retry" if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) => {
                    self.retry = Some(value.parse().unwrap_or(u64::MAX));
                }
                // A comment, or a field of another time.
                _ => {}
            }
        }
        line.clear();
        self.line = line;
    }

    /// A blank line ends the event; one without data only sets the id.
    fn dispatch(&mut self, batch: &mut Batch) {
        if self.last_id != self.id {
            self.last_id.clone_from(&self.id);
            self.id_at = None;
        }
        let event = std::mem::take(&mut self.event);
        if self.data.pop().is_some() {
            let start = batch.start;
            batch.records.push(Entry {
                first_field: small(batch.fields.len()),
                offset: small(usize::try_from(self.begin.offset - start.offset).unwrap_or(0)),
                line: small(usize::try_from(self.begin.line - start.line).unwrap_or(0)),
            });
            let event = if event.is_empty() { "message" } else { &event };
            let mut add = |field: &str| {
                let from = batch.text.len();
                batch.text.push_str(field);
                span(from, batch.text.len())
            };
            let fields = [add(event), add(&self.data)];
            let id = *self.id_at.get_or_insert_with(|| add(&self.id));
            batch.fields.extend(fields);
            batch.fields.push(id);
            self.read.record += 1;
        }
        self.data.clear();
        self.begin = self.read;
    }
}

impl Decoder for SseDecoder {
    fn decode(&mut self, chunk: &[u8], batch: &mut Batch) -> Result<(), Error> {
        batch.clear(Position { record: self.read.record, ..self.begin });
        self.id_at = None;
        batch.columns = Some(Arc::clone(&self.columns));
        let result = self.read(chunk, batch);
        batch.ascii = batch.text.is_ascii();
        batch.end = Position { record: self.read.record, ..self.begin };
        result
    }

    /// What no blank line has ended is no event.
    fn finish(&mut self, batch: &mut Batch) -> Result<(), Error> {
        batch.clear(self.begin);
        self.id_at = None;
        batch.columns = Some(Arc::clone(&self.columns));
        Ok(())
    }

    fn position(&self) -> Position {
        self.begin
    }

    fn columns(&self) -> Option<&Columns> {
        Some(&self.columns)
    }
}
