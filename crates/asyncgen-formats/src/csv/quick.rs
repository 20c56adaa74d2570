//! The quick scan: a dialect in which nothing but delimiters and quotes has a meaning.
#![expect(
    clippy::inline_always,
    reason = "what is compiled for the lanes has to be inlined where they are known"
)]

use std::mem;

use memchr::{memchr, memchr2, memchr3};

use super::dialect::{State, Step};
use super::field::Field;
use super::index::{Index, Pairs, Separators};
use super::{CsvDecoder, MAX_FIELDS};
use crate::ErrorKind;
use crate::block::{self, Lanes, Work, ones};
use crate::pending::{Fault, Input};
use crate::place::{LineEnds, count_lines};

/// The bytes from the beginning of a field on.
struct Rest<'r> {
    decoder: &'r mut CsvDecoder,
    bytes: &'r [u8],
    first: usize,
    input: Input,
}

impl Work for Rest<'_> {
    type Output = Result<usize, Fault>;

    #[inline(always)]
    fn work<L: Lanes>(self, lanes: L) -> Self::Output {
        self.decoder.add_fields(lanes, self.bytes, self.first, self.input)
    }
}

impl CsvDecoder {
    /// Adds the fields and records of `bytes`, from where `field` stands.
    pub(super) fn scan(
        &mut self,
        bytes: &[u8],
        field: &mut Field,
        input: Input,
    ) -> Result<(), Fault> {
        loop {
            if field.state == State::Start {
                let first = field.start;
                let rest = Rest { decoder: self, bytes, first, input };
                *field = Field::starting(block::work(rest)?);
            }
            if !self.add_open_field(bytes, field, input)? {
                return Ok(());
            }
        }
    }

    /// Adds the fields from `first` on, and the records that they are. Gives where the first field begins that is not all
    /// there, or whose quotes are not where they should be.
    #[inline(always)]
    fn add_fields<L: Lanes>(
        &mut self,
        lanes: L,
        bytes: &[u8],
        first: usize,
        input: Input,
    ) -> Result<usize, Fault> {
        // Of a CR at the end it is not known yet what it ends with.
        let cut = if input == Input::Open { bytes.strip_suffix(b"\r") } else { None };
        let mut index = Index::new(lanes, cut.unwrap_or(bytes), first, &self.dialect);
        let mut start = first;
        // The line ends in quotes, up to the last record.
        let mut inner = 0;
        while self.pending.open_field_count() <= MAX_FIELDS
            && let Some(mut separators) = index.next()
        {
            while separators.ends.at != 0 {
                let count = self.pending.fields.len();
                let next = separators.ends.add_spans(start, &mut self.pending.fields);
                if index.pairs().may_be_from(start) {
                    self.unescape_from(count, bytes, index.pairs());
                }
                let Some(after) =
                    self.end_records(bytes, &index, &separators, count, &mut inner)?
                else {
                    start = next;
                    break;
                };
                start = after;
                separators.pass_to(after);
            }
        }
        self.check_field_count()?;
        let added = self.pending.open_start().max(first)..start;
        self.count_inner_lines(count_lines(&bytes[added], LineEnds::Any));
        Ok(start)
    }

    /// Ends the records whose line ends are among `separators`, before which there were `count` fields. All of the block's
    /// are there already: where a record is not as most are, those behind it are taken back, and it is told where to begin
    /// anew.
    #[inline(always)]
    fn end_records<L: Lanes>(
        &mut self,
        bytes: &[u8],
        index: &Index<'_, L>,
        separators: &Separators,
        count: usize,
        inner: &mut u64,
    ) -> Result<Option<usize>, Fault> {
        let ends = &separators.ends;
        for bit in ones(separators.line_ends) {
            let (end, next) = (ends.place + bit, ends.after(bit));
            let fields = count + ends.count_to(bit);
            let before = mem::replace(inner, index.lines_before(bit));
            self.count_inner_lines(*inner - before);
            if !self.is_usual(fields, end) {
                self.end_unusual(bytes, end, next, fields)?;
                return Ok(Some(next));
            }
            let lines = mem::take(&mut self.inner_lines) + 1;
            self.pending.end_record_at(fields, next, lines);
        }
        Ok(None)
    }

    /// Whether the open record, which ends at `end` with the field before that of the number `fields`, is as most are.
    #[inline(always)]
    fn is_usual(&self, fields: usize, end: usize) -> bool {
        let (count, length) = self.pending.open_to(fields, end);
        self.width == Some(count)
            && count <= MAX_FIELDS
            && (1..=self.max_record).contains(&length)
            && self.broken.is_none()
    }

    /// Ends the open record, or the blank line, at `end`, whose last field is that before the number `fields`.
    #[cold]
    fn end_unusual(
        &mut self,
        bytes: &[u8],
        end: usize,
        next: usize,
        fields: usize,
    ) -> Result<(), Fault> {
        if end == self.pending.open_start() {
            self.pending.cut_fields(fields - 1);
            self.end_blank(next);
            return Ok(());
        }
        self.pending.cut_fields(fields);
        self.end_record(bytes, end, next, 1)
    }

    /// Makes one of each pair of quotes in the fields from the number `first` on.
    #[cold]
    fn unescape_from(&mut self, first: usize, bytes: &[u8], pairs: Pairs) {
        let Some(quote) = self.dialect.quote else { return };
        for field in first..self.pending.fields.len() {
            let span = self.pending.fields[field];
            if pairs.are_in(span.start as usize, span.end as usize) {
                self.pending.unescape(field, bytes, quote);
            }
        }
    }
    /// Goes on with `field`, byte by byte where quotes are; false when the bytes end before it does.
    fn add_open_field(
        &mut self,
        bytes: &[u8],
        field: &mut Field,
        input: Input,
    ) -> Result<bool, Fault> {
        let (delimiter, quote) = (self.dialect.delimiter, self.dialect.quote);
        let end = loop {
            match field.state {
                State::Start if is_quote(bytes.get(field.at), quote) => {
                    field.state = State::Quoted;
                    field.at += 1;
                }
                State::Start | State::Plain => {
                    if let Some(ahead) = memchr3(delimiter, b'\n', b'\r', &bytes[field.at..]) {
                        break field.at + ahead;
                    }
                    field.read_to(bytes.len());
                    return Ok(false);
                }
                State::Quoted => {
                    let text = &bytes[field.at..];
                    let ahead = quote.and_then(|quote| memchr(quote, text));
                    let text = &text[..ahead.unwrap_or(text.len())];
                    field.has_line_ends |= memchr2(b'\n', b'\r', text).is_some();
                    let closing = field.at + text.len();
                    if ahead.is_none() {
                        field.read_to(closing);
                        return Ok(false);
                    }
                    if is_quote(bytes.get(closing + 1), quote) {
                        field.escaped = true;
                        field.at = closing + 2;
                    } else {
                        field.state = State::QuoteSeen;
                        field.at = closing + 1;
                    }
                }
                State::QuoteSeen => {
                    let Some(&byte) = bytes.get(field.at) else { return Ok(false) };
                    match self.dialect.step(State::QuoteSeen, byte) {
                        Step::Text(State::Quoted) => {
                            field.state = State::Quoted;
                            field.escaped = true;
                            field.at += 1;
                        }
                        Step::Delimiter | Step::LineEnd => break field.at,
                        Step::Text(_) | Step::Mark(_) => {
                            field.state = State::Plain;
                            field.mixed = true;
                        }
                        Step::AfterQuote => {
                            return Err(Fault { kind: ErrorKind::TextAfterQuote, at: field.at });
                        }
                    }
                }
                State::Escaped | State::QuotedEscaped | State::Comment => {
                    unreachable!("the careful scan reads what is not plain")
                }
            }
        };
        let next = if bytes[end] == delimiter {
            self.add_field(bytes, *field, end);
            self.check_field_count()?;
            end + 1
        } else {
            let Some(next) = self.end_line(bytes, *field, end, input)? else {
                field.read_to(end);
                return Ok(false);
            };
            next
        };
        *field = Field::starting(next);
        Ok(true)
    }
}

#[inline]
fn is_quote(byte: Option<&u8>, quote: Option<u8>) -> bool {
    byte.is_some_and(|byte| Some(*byte) == quote)
}
