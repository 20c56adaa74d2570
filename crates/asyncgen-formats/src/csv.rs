//! CSV as RFC 4180 has it, with what spreadsheets and programs add to it.

mod calm;
mod careful;
mod detect;
mod dialect;
mod field;
mod index;
mod options;
mod pairs;
mod quick;
mod start;
mod usual;
mod written;

pub use options::{Blank, CsvOptions, Header, OptionError, Ragged};
pub use written::CsvDialect;

pub(crate) use self::dialect::Dialect;
use self::dialect::State;
use self::field::Field;
use self::pairs::Unescape;
use crate::block;
use crate::pending::{Fault, Input, Pending};
use crate::place::{LineEnds, count_lines};
use crate::{Batch, Columns, Decoder, Error, ErrorKind, Position, Resume, Tail};

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
#[derive(Debug, Clone)]
pub struct CsvDecoder {
    /// What was said, as long as the rest is still to be worked out.
    unsettled: Option<Box<CsvOptions>>,
    written: CsvDialect,
    dialect: Dialect,
    max_record: usize,
    header: Head,
    ragged: Ragged,
    blank: Blank,
    /// The lines that still stand before all that is CSV, and whether their number was worked out.
    preamble: u64,
    is_skip_found: bool,
    columns: Option<Columns>,
    /// What the header must be, as it is that of the file before.
    expected: Option<Columns>,
    /// How many fields a record must have, once that is known.
    width: Option<usize>,
    pending: Pending,
    field: Field,
    /// Whether text after a closing quote and an open quote are faults.
    strict: bool,
    /// What is wrong with the open record, at a byte counted from its beginning, where it is passed over.
    broken: Option<(ErrorKind, usize)>,
    /// Line ends inside the quoted fields of the open record.
    inner_lines: u32,
    tail: Tail,
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

impl CsvDecoder {
    fn run(&mut self, input: Input, batch: &mut Batch) -> Result<(), Error> {
        if self.preamble > 0 {
            self.pass_preamble(input);
        }
        let mut bytes = self.pending.take_bytes();
        let mut field = self.field;
        let scanned = if self.dialect.is_plain() {
            self.scan(&bytes, &mut field, input)
        } else {
            self.scan_carefully(&mut bytes, &mut field, input)
        };
        let scanned = scanned
            .and_then(|()| self.end_last_record(&bytes, field, input))
            .and_then(|()| self.check_limits(field.at))
            .map_err(|fault| self.check_limits(fault.at).err().unwrap_or(fault));
        self.pending.bytes = bytes;
        let scanned = scanned.map_err(|fault| self.error(fault));

        let start = self.pending.open_start();
        batch.dialect = Some(self.dialect);
        let handed_out = self.pending.hand_out(batch, LineEnds::Any);
        batch.columns.clone_from(&self.columns);
        // Records before it may have been taken out.
        let scanned = scanned.map_err(|error| error.numbered(batch.end.record));
        let result = handed_out.and(scanned);
        self.field = if result.is_ok() && input == Input::Open {
            Field { start: field.start - start, at: field.at - start, ..field }
        } else {
            self.pending.discard();
            Field::starting(0)
        };
        result
    }

    /// Passes over the lines that stand before all that is CSV.
    fn pass_preamble(&mut self, input: Input) {
        let bytes = &self.pending.bytes;
        let (mut end, mut lines) = (0, 0);
        while lines < self.preamble {
            let Some(length) = memchr::memchr2(b'\n', b'\r', &bytes[end..]) else {
                end = bytes.len();
                break;
            };
            end += length;
            let Some(next) = Self::line_end(bytes, end, input) else { break };
            (end, lines) = (next, lines + 1);
        }
        self.preamble -= lines;
        self.pending.drop_front(end, lines);
    }

    /// Where the line after the line end at `end` begins, unless an LF may follow that belongs to
    /// the same line end.
    #[inline]
    fn line_end(bytes: &[u8], end: usize, input: Input) -> Option<usize> {
        match (bytes.get(end)?, bytes.get(end + 1)) {
            (b'\r', Some(b'\n')) => Some(end + 2),
            (b'\r', None) if input == Input::Open => None,
            _ => Some(end + 1),
        }
    }

    /// Ends the record with the line end at `end`, which ends `field` too: gives where the next
    /// line begins, as [`line_end`](Self::line_end) does.
    #[inline]
    fn end_line(
        &mut self,
        bytes: &[u8],
        field: Field,
        end: usize,
        input: Input,
    ) -> Result<Option<usize>, Fault> {
        let Some(next) = Self::line_end(bytes, end, input) else { return Ok(None) };
        if end > self.pending.open_start() {
            self.add_field(bytes, field, end);
            // An LF may follow a CR that is escaped: the line ended there.
            let counted = field.mixed && bytes[end] == b'\n' && bytes[end - 1] == b'\r';
            self.end_record(bytes, end, next, u32::from(!counted))?;
        } else {
            self.end_blank(next);
        }
        Ok(Some(next))
    }

    /// Ends the blank line before `next`.
    fn end_blank(&mut self, next: usize) {
        if self.blank == Blank::Keep && self.header != Head::Awaited {
            self.pending.end_record(next, 1);
        } else {
            self.pending.skip_blank(next, 1);
        }
    }

    #[inline]
    fn count_inner_lines(&mut self, lines: u64) {
        self.inner_lines += u32::try_from(lines).unwrap_or(u32::MAX);
    }

    /// Ends the record that no line end ends, where the source has ended.
    fn end_last_record(&mut self, bytes: &[u8], field: Field, input: Input) -> Result<(), Fault> {
        let end = bytes.len();
        if input == Input::Open {
            return Ok(());
        }
        self.tail = self.tail_of(bytes, field);
        if end == self.pending.open_start() {
            return Ok(());
        }
        let mut field = field;
        match field.state {
            State::Comment => {
                self.pending.skip_line(end, 0);
                return Ok(());
            }
            State::Quoted | State::QuotedEscaped if self.strict => {
                let text = bytes[field.start..].iter();
                let spaces = text.take_while(|byte| Some(**byte) != self.dialect.quote).count();
                let fault = Fault { kind: ErrorKind::UnclosedQuote, at: field.start + spaces };
                return self.refuse(bytes, fault, end, (end, 0));
            }
            State::Escaped if self.strict => {
                let fault = Fault { kind: ErrorKind::OpenEscape, at: end - 1 };
                return self.refuse(bytes, fault, end, (end, 0));
            }
            State::Quoted => field.mixed = true,
            _ => {}
        }
        self.add_field(bytes, field, end);
        self.end_record(bytes, end, end, 0)
    }

    fn tail_of(&self, bytes: &[u8], field: Field) -> Tail {
        match field.state {
            _ if self.preamble > 0 => Tail::Torn,
            _ if bytes.len() == self.pending.open_start() => match bytes.last() {
                Some(b'\r') => Tail::Cr,
                _ => Tail::Whole,
            },
            State::Quoted | State::QuotedEscaped | State::Escaped => Tail::Torn,
            _ => Tail::Line,
        }
    }

    #[inline]
    fn add_field(&mut self, bytes: &[u8], field: Field, end: usize) {
        if field.mixed {
            self.add_mixed(&bytes[field.start..end], field);
        } else if field.state == State::QuoteSeen {
            self.add_quoted(bytes, field, end - 1);
        } else {
            self.pending.add_field(field.start, end);
        }
    }

    #[cold]
    fn add_mixed(&mut self, raw: &[u8], field: Field) {
        if field.has_line_ends {
            self.count_inner_lines(count_lines(raw, LineEnds::Any));
        }
        if self.strict
            && let Some(at) = self.dialect.after_quote(raw)
        {
            let at = field.start + at - self.pending.open_start();
            self.broken.get_or_insert((ErrorKind::TextAfterQuote, at));
        }
        self.pending.add_made(|text| self.dialect.resolve(raw, text));
    }

    fn add_quoted(&mut self, bytes: &[u8], field: Field, end: usize) {
        let start = field.start + 1;
        if field.has_line_ends {
            self.count_inner_lines(count_lines(&bytes[start..end], LineEnds::Any));
        }
        let number = self.pending.fields.len();
        self.pending.add_field(start, end);
        if let (true, Some(quote)) = (field.escaped, self.dialect.quote) {
            let (pending, fields) = (&mut self.pending, std::iter::once(number));
            block::work(Unescape { pending, fields, bytes, quote });
        }
    }

    #[inline]
    fn end_record(
        &mut self,
        bytes: &[u8],
        end: usize,
        next: usize,
        line_ends: u32,
    ) -> Result<(), Fault> {
        self.check_limits(end)?;
        let lines = std::mem::take(&mut self.inner_lines) + line_ends;
        if self.width == Some(self.pending.open_field_count()) && self.broken.is_none() {
            self.pending.end_record(next, lines);
            return Ok(());
        }
        self.end_other_record(bytes, end, next, lines)
    }

    /// Ends the first record, or one that has not as many fields as it.
    #[cold]
    fn end_other_record(
        &mut self,
        bytes: &[u8],
        end: usize,
        next: usize,
        lines: u32,
    ) -> Result<(), Fault> {
        if let Some((kind, at)) = self.broken.take() {
            let fault = Fault { kind, at: self.pending.open_start() + at };
            return self.refuse(bytes, fault, end, (next, lines));
        }
        let found = self.pending.open_field_count();
        match (self.width, self.header) {
            (Some(width), _) => {
                match self.ragged {
                    Ragged::Keep => {}
                    Ragged::Pad if found < width => {
                        (found..width).for_each(|_| self.pending.add_field(end, end));
                    }
                    Ragged::Refuse | Ragged::Pad => {
                        let fault = self.wrong_width(bytes, end, found, width);
                        return self.refuse(bytes, fault, end, (next, lines));
                    }
                }
                self.pending.end_record(next, lines);
            }
            (None, Head::Awaited) => {
                let start = self.pending.open_start();
                if let Err(error) = std::str::from_utf8(&bytes[start..end]) {
                    let at = start + error.valid_up_to();
                    return Err(Fault { kind: ErrorKind::InvalidUtf8 { byte: bytes[at] }, at });
                }
                let columns = self.pending.header(bytes);
                self.check_header(&columns, bytes, end)?;
                self.pending.pass_header(next, lines);
                self.columns = Some(columns);
                self.header = Head::Known;
            }
            (None, _) => self.pending.end_record(next, lines),
        }
        self.width.get_or_insert(found);
        Ok(())
    }

    /// Ends the open record, which is faulty: the source ends with it, or it is passed over.
    fn refuse(
        &mut self,
        bytes: &[u8],
        fault: Fault,
        end: usize,
        next: (usize, u32),
    ) -> Result<(), Fault> {
        if !self.pending.skips || self.header == Head::Awaited {
            return Err(fault);
        }
        self.pending.reject(bytes, fault, end, next, LineEnds::Any);
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

    /// Refuses a header that is not that of the file before.
    fn check_header(&self, columns: &Columns, bytes: &[u8], end: usize) -> Result<(), Fault> {
        let Some(expected) = &self.expected else { return Ok(()) };
        let widest = columns.len().max(expected.len());
        let other = (0..widest).find(|&column| columns.get(column) != expected.get(column));
        let Some(column) = other else { return Ok(()) };
        let name = |names: &Columns| names.get(column).map(|name| name.clone().into_string());
        let kind = ErrorKind::OtherHeader {
            column: column + 1,
            found: name(columns),
            expected: name(expected),
        };
        let start = self.pending.open_start();
        let at = match columns.get(column) {
            Some(_) => start + self.dialect.field_start(&bytes[start..end], column),
            None => end,
        };
        Err(Fault { kind, at })
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
            start + self.dialect.field_start(&bytes[start..end], expected)
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
        if self.pending.push(chunk) && self.settle(Input::Open) {
            return self.run(Input::Open, batch);
        }
        batch.clear(self.position());
        Ok(())
    }

    fn fill(
        &mut self,
        length: usize,
        batch: &mut Batch,
        read: &mut dyn FnMut(&mut [u8]) -> usize,
    ) -> usize {
        self.pending.fill(length, batch, read)
    }

    fn finish(&mut self, batch: &mut Batch) -> Result<(), Error> {
        self.settle(Input::Ended);
        self.run(Input::Ended, batch)
    }

    fn position(&self) -> Position {
        self.pending.base()
    }

    fn columns(&self) -> Option<&Columns> {
        self.columns.as_ref()
    }

    fn dialect(&self) -> Option<CsvDialect> {
        self.unsettled.is_none().then_some(self.written)
    }
}

impl Resume for CsvDecoder {
    fn is_primed(&self) -> bool {
        self.width.is_some()
    }

    fn resume(&mut self, position: Position) {
        self.pending.resume(position);
        self.field = Field::starting(0);
        (self.preamble, self.inner_lines, self.broken) = (0, 0, None);
    }

    fn ends_lines_at_cr(&self) -> bool {
        true
    }

    fn end(&mut self) {
        self.settle_by(b"");
    }

    fn follow(&mut self, last: &Self) {
        if last.unsettled.is_none()
            && let Some(options) = self.unsettled.take()
        {
            *self = Self::settled(options.or_as_in(&last.written));
        }
        if self.is_skip_found && self.header == Head::Absent {
            // Nothing would tell that these are no records.
            self.preamble = 0;
        }
        self.pending.follow(&last.pending);
        match self.header {
            // A file without a header has not said what it is.
            Head::Awaited => {
                let columns = last.columns.as_ref().or(last.expected.as_ref());
                self.expected = columns.cloned();
            }
            Head::Absent => self.width = last.width,
            Head::Known => {}
        }
    }

    fn tail(&self) -> Tail {
        self.tail
    }
}
