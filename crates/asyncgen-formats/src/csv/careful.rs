//! The scan for every dialect: byte by byte.

use super::CsvDecoder;
use super::dialect::{State, Step};
use super::field::Field;
use crate::ErrorKind;
use crate::pending::{Fault, Input};

impl CsvDecoder {
    /// Adds the fields and records of `bytes`, from where `field` stands. Comments are overwritten:
    /// they are no part of the text, and need not be UTF-8.
    pub(super) fn scan_carefully(
        &mut self,
        bytes: &mut [u8],
        field: &mut Field,
        input: Input,
    ) -> Result<(), Fault> {
        while let Some(&byte) = bytes.get(field.at) {
            if field.state == State::Comment || self.begins_comment(*field, byte) {
                field.state = State::Comment;
                let length = memchr::memchr2(b'\n', b'\r', &bytes[field.at..]);
                let end = length.map_or(bytes.len(), |length| field.at + length);
                bytes[field.at..end].fill(b' ');
                field.at = end;
                self.check_limits(end)?;
                let Some(next) = Self::line_end(bytes, end, input) else { break };
                self.pending.skip_line(next, 1);
                *field = Field::starting(next);
                continue;
            }
            let state = match self.dialect.step(field.state, byte) {
                Step::Text(state) => state,
                Step::Mark(state) => {
                    // All but the quotes of a field that is in quotes.
                    field.mixed |= !matches!(state, State::Quoted | State::QuoteSeen);
                    state
                }
                Step::Delimiter => {
                    self.add_field(bytes, *field, field.at);
                    self.check_field_count()?;
                    *field = Field::starting(field.at + 1);
                    continue;
                }
                Step::LineEnd => {
                    let Some(next) = self.end_line(bytes, *field, field.at, input)? else { break };
                    *field = Field::starting(next);
                    continue;
                }
                Step::AfterQuote => {
                    return Err(Fault { kind: ErrorKind::TextAfterQuote, at: field.at });
                }
            };
            field.escaped |= field.state == State::QuoteSeen;
            field.mixed |= field.state == State::QuoteSeen && state == State::Plain;
            field.has_line_ends |= byte == b'\n' || byte == b'\r';
            field.state = state;
            field.at += 1;
        }
        Ok(())
    }

    fn begins_comment(&self, field: Field, byte: u8) -> bool {
        Some(byte) == self.dialect.comment
            && field.state == State::Start
            && field.at == self.pending.open_start()
    }
}
