//! The quick scan: a dialect in which nothing but delimiters and quotes has a meaning.

use std::mem;

use memchr::{memchr, memchr2, memchr3};

use super::dialect::{State, Step};
use super::field::Field;
use super::index::Index;
use super::{CsvDecoder, MAX_FIELDS};
use crate::ErrorKind;
use crate::pending::{Fault, Input};
use crate::place::{LineEnds, count_lines};

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
                *field = Field::starting(self.add_fields(bytes, field.start, input)?);
            }
            if !self.add_open_field(bytes, field, input)? {
                return Ok(());
            }
        }
    }

    /// Adds the fields from `start` on, and the records that they are. Gives where the first field begins that is not all
    /// there, or whose quotes are not where they should be.
    fn add_fields(&mut self, bytes: &[u8], first: usize, input: Input) -> Result<usize, Fault> {
        let mut start = first;
        let mut index = Index::new(bytes, start, &self.dialect);
        // The line ends in quotes, up to the last record.
        let mut lines = 0;
        'blocks: while self.pending.open_field_count() <= MAX_FIELDS
            && let Some(mut separators) = index.next()
        {
            loop {
                // Of a line end that began in the block before, the LF may be in this one.
                separators.pass_to(start);
                let line_ends = separators.line_ends;
                let before_line_end = (line_ends & line_ends.wrapping_neg()).wrapping_sub(1);
                for end in separators.places(separators.delimiters & before_line_end) {
                    self.add_ended(bytes, &index, separators.may_end_quoted, start, end);
                    start = end + 1;
                }
                let Some(end) = separators.places(line_ends).next() else { break };
                let Some(next) = Self::line_end(bytes, end, input) else { break 'blocks };
                if end == self.pending.open_start() {
                    self.end_blank(next);
                } else {
                    self.add_ended(bytes, &index, separators.may_end_quoted, start, end);
                    let before = mem::replace(&mut lines, index.lines_before(end));
                    self.count_inner_lines(lines - before);
                    self.end_record(bytes, end, next, 1)?;
                }
                start = next;
            }
        }
        self.check_field_count()?;
        let added = self.pending.open_start().max(first)..start;
        self.count_inner_lines(count_lines(&bytes[added], LineEnds::Any));
        Ok(start)
    }

    /// Adds the field from `start` up to the separator at `end`.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "twice as fast: it is the work of the scan")]
    fn add_ended(
        &mut self,
        bytes: &[u8],
        index: &Index<'_>,
        may_be_quoted: bool,
        start: usize,
        end: usize,
    ) {
        match self.dialect.quote.filter(|_| may_be_quoted && index.is_quoted(start)) {
            None => self.pending.add_field(start, end),
            Some(quote) if index.has_pairs(start, end) => {
                self.pending.add_unescaped(&bytes[start + 1..end - 1], quote);
            }
            Some(_) => self.pending.add_field(start + 1, end - 1),
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
