//! The quick scan: a dialect in which nothing but delimiters and quotes has a meaning.

use super::dialect::{Dialect, State, Step};
use super::field::Field;
use super::{CsvDecoder, MAX_FIELDS};
use crate::ErrorKind;
use crate::marks::Marks;
use crate::pending::{Fault, Input, span};

impl CsvDecoder {
    /// Adds the fields and records of `bytes`, from where `field` stands.
    pub(super) fn scan(
        &mut self,
        bytes: &[u8],
        field: &mut Field,
        input: Input,
    ) -> Result<(), Fault> {
        let (delimiter, quote) = (self.dialect.delimiter, self.dialect.quote);
        // Without a quote nobody asks where the next one is.
        let mut marks = Marks::new(bytes, field.at, delimiter, quote.unwrap_or(delimiter));
        loop {
            let end = match field.state {
                State::Start => {
                    let (start, end) = self.add_plain_fields(bytes, &mut marks, field.start);
                    self.check_field_count()?;
                    *field = Field::starting(start);
                    match end {
                        Some(end) => end,
                        None if is_quote(bytes.get(start), quote) => {
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
                    if is_quote(bytes.get(closing + 1), quote) {
                        field.escaped = true;
                        field.at = closing + 2;
                    } else {
                        field.state = State::QuoteSeen;
                        field.at = closing + 1;
                    }
                    continue;
                }
                State::QuoteSeen => {
                    let Some(&byte) = bytes.get(field.at) else { break };
                    match self.dialect.step(State::QuoteSeen, byte) {
                        Step::Text(State::Quoted) => {
                            field.state = State::Quoted;
                            field.escaped = true;
                            field.at += 1;
                            continue;
                        }
                        Step::Delimiter | Step::LineEnd => {
                            marks.seek(field.at + 1);
                            field.at
                        }
                        Step::Text(_) | Step::Mark(_) => {
                            field.state = State::Plain;
                            field.mixed = true;
                            continue;
                        }
                        Step::AfterQuote => {
                            return Err(Fault { kind: ErrorKind::TextAfterQuote, at: field.at });
                        }
                    }
                }
                State::Escaped | State::QuotedEscaped | State::Comment => {
                    unreachable!("the careful scan reads what is not plain")
                }
            };

            if bytes[end] == delimiter {
                self.add_field(bytes, *field, end);
                *field = Field::starting(end + 1);
                continue;
            }
            let Some(next) = self.end_line(bytes, *field, end, input)? else {
                field.read_to(end);
                break;
            };
            marks.seek(next);
            *field = Field::starting(next);
        }
        Ok(())
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
        let Dialect { delimiter, quote, .. } = self.dialect;
        let fields = &mut self.pending.fields;
        let most = fields.len() + MAX_FIELDS + 1;
        while fields.len() < most && !is_quote(bytes.get(start), quote) {
            let Some(end) = marks.next_separator() else { break };
            if bytes[end] != delimiter {
                return (start, Some(end));
            }
            fields.push(span(start, end));
            start = end + 1;
        }
        (start, None)
    }
}

#[inline]
fn is_quote(byte: Option<&u8>, quote: Option<u8>) -> bool {
    byte.is_some_and(|byte| Some(*byte) == quote)
}
