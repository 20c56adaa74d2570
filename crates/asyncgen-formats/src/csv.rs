//! CSV as RFC 4180 has it, with what spreadsheets and programs add to it.

mod options;

pub use options::{CsvOptions, Header, OptionError, Ragged};

use crate::decoder::MAX_RECORD;
use crate::marks::Marks;
use crate::pending::{Fault, Input, Pending, span};
use crate::place::{LineEnds, count_lines};
use crate::{Batch, Columns, Decoder, Error, ErrorKind, Position};

/// The most fields a record may have. The widest tables of science have some 100,000 columns; a
/// field takes eight bytes of index, so a source of endless delimiters is told at 8 MiB.
const MAX_FIELDS: usize = 1 << 20;

/// Decodes CSV: each record has a field for each column.
///
/// - A field may stand in quotes; then it may hold delimiters, line ends, and quotes written twice.
///   A quote inside a field that does not begin with one is text: `12" monitor`.
/// - LF, CRLF and a lone CR end a record. Blank lines are passed over, and counted.
/// - All records have as many fields as the header, or as the first record if there is no header.
/// - Text after a closing quote and a quote that is never closed are errors, not guesses.
/// - UTF-8; a byte order mark at the start is dropped.
///
/// ```
/// use asyncgen_formats::{Batch, CsvDecoder, CsvOptions, Decoder};
///
/// let mut decoder = CsvDecoder::new(CsvOptions::new().delimiter(b';'))?;
/// let mut batch = Batch::default();
/// decoder.decode(b"id;note\n1;\"two\nlines\"\n2;\"say \"\"hi\"\"\"\n3", &mut batch)?;
/// assert_eq!(batch.get(0).unwrap().by_name("note"), Some("two\nlines"));
/// assert_eq!(batch.get(1).unwrap().by_name("note"), Some("say \"hi\""));
/// assert_eq!(batch.get(1).unwrap().position().line, 4);
///
/// let error = decoder.finish(&mut batch).unwrap_err();
/// assert_eq!(error.to_string(), "record 3 has 1 field, the header has 2");
/// assert_eq!((error.position().line, error.column()), (5, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CsvDecoder {
    delimiter: u8,
    quote: u8,
    max_record: usize,
    header: Head,
    ragged: Ragged,
    columns: Option<Columns>,
    /// How many fields a record must have, once that is known.
    width: Option<usize>,
    pending: Pending,
    field: Field,
    /// Line ends inside the quoted fields of the open record.
    inner_lines: u32,
}

/// What says how many fields there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    /// The header is still to come.
    Awaited,
    /// The header, or the names given instead.
    Known,
    /// The first record: there is no header.
    Absent,
}

/// The open field, where the bytes end. `start` is its first byte, `at` the first byte that is not
/// looked at yet, both counted from the beginning of the open record.
///
/// ```text
///            quote            quote               quote
///   Start ──────────► Quoted ◄─────► QuoteSeen    (twice: an escaped one)
///     │ other          any ↺          │ separator: the field ends
///     ▼                               │ other: text after the quote
///   Plain   separator: the field ends
/// ```
#[derive(Debug, Clone, Copy)]
struct Field {
    state: State,
    start: usize,
    at: usize,
    /// Whether there are escaped quotes in it.
    escaped: bool,
    /// Whether there are line ends in it.
    has_line_ends: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Plain,
    Quoted,
    QuoteSeen,
}

impl Field {
    fn starting(at: usize) -> Self {
        Self { state: State::Start, start: at, at, escaped: false, has_line_ends: false }
    }

    /// Notes that there is nothing more to see before `end`.
    fn read_to(&mut self, end: usize) {
        if self.state == State::Start && self.start < end {
            self.state = State::Plain;
        }
        self.at = end;
    }
}

impl CsvDecoder {
    /// A decoder of sources that are written as `options` say.
    pub fn new(options: CsvOptions) -> Result<Self, OptionError> {
        options.check()?;
        let CsvOptions { delimiter, quote, header, ragged, max_record } = options;
        let (header, columns) = match header {
            Header::First => (Head::Awaited, None),
            Header::None => (Head::Absent, None),
            Header::Names(names) => {
                (Head::Known, Some(names.into_iter().map(String::into_boxed_str).collect()))
            }
        };
        let columns: Option<Columns> = columns;
        Ok(Self {
            delimiter,
            quote,
            max_record: max_record.min(MAX_RECORD),
            header,
            ragged,
            width: columns.as_ref().map(|columns| columns.len()),
            columns,
            pending: Pending::default(),
            field: Field::starting(0),
            inner_lines: 0,
        })
    }

    fn run(&mut self, input: Input, batch: &mut Batch) -> Result<(), Error> {
        let bytes = self.pending.take_bytes();
        let mut field = self.field;
        let scanned = self
            .scan(&bytes, &mut field, input)
            .and_then(|()| self.check_limits(field.at))
            .map_err(|fault| self.check_limits(fault.at).err().unwrap_or(fault));
        self.pending.bytes = bytes;
        let scanned = scanned.map_err(|fault| self.error(fault));

        let start = self.pending.open_start();
        let handed_out = self.pending.hand_out(batch, LineEnds::Any);
        batch.columns.clone_from(&self.columns);
        let result = handed_out.and(scanned);
        self.field = if result.is_ok() && input == Input::Open {
            Field { start: field.start - start, at: field.at - start, ..field }
        } else {
            self.pending.discard();
            Field::starting(0)
        };
        result
    }

    /// Adds the fields and records of `bytes`, from where `field` stands.
    fn scan(&mut self, bytes: &[u8], field: &mut Field, input: Input) -> Result<(), Fault> {
        let (delimiter, quote) = (self.delimiter, self.quote);
        let mut marks = Marks::new(bytes, field.at, delimiter, quote);
        loop {
            let end = match field.state {
                State::Start => {
                    let (start, end) = self.add_plain_fields(bytes, &mut marks, field.start);
                    self.check_field_count()?;
                    *field = Field::starting(start);
                    match end {
                        Some(end) => end,
                        None if bytes.get(start) == Some(&quote) => {
                            field.state = State::Quoted;
                            field.at += 1;
                            continue;
                        }
                        None => {
                            field.read_to(bytes.len());
                            break;
                        }
                    }
                }
                State::Plain => {
                    let Some(end) = marks.next_separator() else {
                        field.read_to(bytes.len());
                        break;
                    };
                    end
                }
                State::Quoted => {
                    let (closing, saw_line_end) = marks.next_quote(field.at);
                    field.has_line_ends |= saw_line_end;
                    let Some(closing) = closing else {
                        field.read_to(bytes.len());
                        break;
                    };
                    if bytes.get(closing + 1) == Some(&quote) {
                        field.escaped = true;
                        field.at = closing + 2;
                    } else {
                        field.state = State::QuoteSeen;
                        field.at = closing + 1;
                    }
                    continue;
                }
                State::QuoteSeen => match bytes.get(field.at) {
                    None => break,
                    Some(&byte) if byte == quote => {
                        field.state = State::Quoted;
                        field.escaped = true;
                        field.at += 1;
                        continue;
                    }
                    Some(&byte) if byte == delimiter || byte == b'\n' || byte == b'\r' => {
                        marks.seek(field.at + 1);
                        field.at
                    }
                    Some(_) => {
                        return Err(Fault { kind: ErrorKind::TextAfterQuote, at: field.at });
                    }
                },
            };

            if bytes[end] == delimiter {
                self.add_field(bytes, *field, end);
                *field = Field::starting(end + 1);
                continue;
            }
            let next = match (bytes[end], bytes.get(end + 1)) {
                (b'\r', Some(b'\n')) => {
                    marks.seek(end + 2);
                    end + 2
                }
                // An LF may follow, which would belong to the same line end.
                (b'\r', None) if input == Input::Open => {
                    field.read_to(end);
                    break;
                }
                _ => end + 1,
            };
            if end == self.pending.open_start() {
                self.pending.skip_line(next, 1);
            } else {
                self.add_field(bytes, *field, end);
                self.end_record(bytes, end, next, 1)?;
            }
            *field = Field::starting(next);
        }
        if input == Input::Ended { self.end_last_record(bytes, *field) } else { Ok(()) }
    }

    /// Ends the record that no line end ends.
    fn end_last_record(&mut self, bytes: &[u8], field: Field) -> Result<(), Fault> {
        let end = bytes.len();
        if field.state == State::Quoted {
            return Err(Fault { kind: ErrorKind::UnclosedQuote, at: field.start });
        }
        if end == self.pending.open_start() {
            return Ok(());
        }
        self.add_field(bytes, field, end);
        self.end_record(bytes, end, end, 0)
    }

    /// Adds the fields from `start` on that stand in no quotes and end with a delimiter: most of
    /// them do. Gives where the first other field begins, and the line end that ends it if it
    /// stands in no quotes either.
    #[inline]
    fn add_plain_fields(
        &mut self,
        bytes: &[u8],
        marks: &mut Marks<'_>,
        mut start: usize,
    ) -> (usize, Option<usize>) {
        let (delimiter, quote) = (self.delimiter, self.quote);
        let fields = &mut self.pending.fields;
        let most = fields.len() + MAX_FIELDS + 1;
        while fields.len() < most && bytes.get(start) != Some(&quote) {
            let Some(end) = marks.next_separator() else { break };
            if bytes[end] != delimiter {
                return (start, Some(end));
            }
            fields.push(span(start, end));
            start = end + 1;
        }
        (start, None)
    }

    #[inline]
    fn add_field(&mut self, bytes: &[u8], field: Field, end: usize) {
        if field.state == State::QuoteSeen {
            self.add_quoted(&bytes[..end - 1], field);
        } else {
            self.pending.add_field(field.start, end);
        }
    }

    fn add_quoted(&mut self, bytes: &[u8], field: Field) {
        let start = field.start + 1;
        let text = &bytes[start..];
        if field.has_line_ends {
            self.inner_lines += u32::try_from(count_lines(text, LineEnds::Any)).unwrap_or(u32::MAX);
        }
        if field.escaped {
            self.pending.add_unescaped(text, self.quote);
        } else {
            self.pending.add_field(start, bytes.len());
        }
    }

    fn end_record(
        &mut self,
        bytes: &[u8],
        end: usize,
        next: usize,
        line_ends: u32,
    ) -> Result<(), Fault> {
        self.check_limits(end)?;
        let lines = std::mem::take(&mut self.inner_lines) + line_ends;
        let found = self.pending.open_field_count();
        match (self.width, self.header) {
            (Some(width), _) if width != found && self.ragged == Ragged::Refuse => {
                return Err(self.wrong_width(bytes, end, found, width));
            }
            (None, Head::Awaited) => {
                let start = self.pending.open_start();
                if let Err(error) = std::str::from_utf8(&bytes[start..end]) {
                    let at = start + error.valid_up_to();
                    return Err(Fault { kind: ErrorKind::InvalidUtf8 { byte: bytes[at] }, at });
                }
                self.columns = Some(self.pending.take_header(bytes, next, lines));
                self.header = Head::Known;
            }
            _ => self.pending.end_record(next, lines),
        }
        self.width.get_or_insert(found);
        Ok(())
    }

    #[inline]
    fn check_field_count(&self) -> Result<(), Fault> {
        if self.pending.open_field_count() > MAX_FIELDS {
            return self.check_limits(self.pending.open_start());
        }
        Ok(())
    }

    /// Refuses an open record that goes on to `end` if it is too long or has too many fields.
    #[inline]
    fn check_limits(&self, end: usize) -> Result<(), Fault> {
        let start = self.pending.open_start();
        let kind = if self.pending.open_field_count() > MAX_FIELDS {
            ErrorKind::TooManyFields { limit: MAX_FIELDS }
        } else if end - start > self.max_record {
            ErrorKind::TooLong { limit: self.max_record }
        } else {
            return Ok(());
        };
        Err(Fault { kind, at: start })
    }

    #[cold]
    fn wrong_width(&self, bytes: &[u8], end: usize, found: usize, expected: usize) -> Fault {
        let against = match self.header {
            Head::Absent => "the first record",
            Head::Awaited | Head::Known => "the header",
        };
        let start = self.pending.open_start();
        let at = if found < expected {
            end
        } else {
            start + field_start(&bytes[start..end], expected, self.delimiter, self.quote)
        };
        Fault { kind: ErrorKind::Ragged { found, expected, against }, at }
    }

    #[cold]
    fn error(&self, fault: Fault) -> Error {
        let error = self.pending.error(fault, LineEnds::Any);
        if self.header == Head::Awaited { error.about("the header") } else { error }
    }
}

impl Decoder for CsvDecoder {
    fn decode(&mut self, chunk: &[u8], batch: &mut Batch) -> Result<(), Error> {
        if self.pending.push(chunk) {
            return self.run(Input::Open, batch);
        }
        batch.clear(self.position());
        Ok(())
    }

    fn finish(&mut self, batch: &mut Batch) -> Result<(), Error> {
        self.run(Input::Ended, batch)
    }

    fn position(&self) -> Position {
        self.pending.base()
    }

    fn columns(&self) -> Option<&Columns> {
        self.columns.as_ref()
    }
}

/// Where the field at `index` of a well-formed record begins, its quote included.
fn field_start(record: &[u8], index: usize, delimiter: u8, quote: u8) -> usize {
    let (mut fields, mut start, mut quoted) = (0, 0, false);
    for (at, &byte) in record.iter().enumerate() {
        if fields == index {
            break;
        }
        if byte == quote && (quoted || at == start) {
            // An escaped quote closes the field and opens it again.
            quoted = !quoted;
            start += usize::from(!quoted) * (at + 1 - start);
        } else if byte == delimiter && !quoted {
            (fields, start) = (fields + 1, at + 1);
        }
    }
    start
}
