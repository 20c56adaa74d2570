//! The quick scan: a dialect in which nothing but delimiters and quotes has a meaning.
#![expect(
    clippy::inline_always,
    reason = "what is compiled for the lanes has to be inlined where they are known"
)]

use std::borrow::Borrow;
use std::{iter, mem};

use memchr::{memchr, memchr2, memchr3};

use super::calm::Calm;
use super::dialect::{State, Step};
use super::field::Field;
use super::index::{Index, MOST_BLOCKS, Separators};
use super::pairs::Unescape;
use super::usual::{Before, Expected, Unusual};
use super::{CsvDecoder, MAX_FIELDS};
use crate::ErrorKind;
use crate::block::{self, Lanes, Work, below};
use crate::pending::{Fault, Input};
use crate::place::{LineEnds, count_lines};

/// Adds the fields and records that end in some blocks.
struct Add<'r, B> {
    decoder: &'r mut CsvDecoder,
    bytes: &'r [u8],
    blocks: B,
    open: Open,
}

/// What is open before a block.
#[derive(Clone, Copy)]
struct Open {
    /// Where the field begins.
    start: usize,
    /// How many lines end before the block, from where the batch begins.
    lines: u32,
    /// Where the last pair of quotes is; 0 where there is none.
    last_pair: usize,
}

impl<B: Iterator<Item: Borrow<Separators>> + Clone> Work for Add<'_, B> {
    type Output = Result<Open, Fault>;

    #[inline(always)]
    fn work<L: Lanes>(self, _: L) -> Self::Output {
        let Self { decoder, bytes, blocks, mut open } = self;
        let count = decoder.pending.fields.len();
        let mut added = open;
        for block in blocks.clone() {
            decoder.add_spans(block.borrow(), bytes, &mut added);
        }
        let Some(unusual) = decoder.end_usual(blocks.clone(), count, &mut open.lines) else {
            return Ok(Open { lines: open.lines, ..added });
        };
        let place = unusual.block.ends.place;
        open = decoder.add_unusual(unusual, bytes, open)?;
        let mut rest = blocks.skip_while(|block| block.borrow().ends.place <= place);
        rest.try_fold(open, |open, block| decoder.add_block(*block.borrow(), bytes, open))
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
                *field = Field::starting(self.add_fields(bytes, field.start, input)?);
            }
            if !self.add_open_field(bytes, field, input)? {
                return Ok(());
            }
        }
    }

    /// Adds the fields from `first` on, and the records that they are. Gives where the first field begins that is not all
    /// there, or whose quotes are not where they should be.
    fn add_fields(&mut self, bytes: &[u8], first: usize, input: Input) -> Result<usize, Fault> {
        // Of a CR at the end it is not known yet what it ends with.
        let cut = if input == Input::Open { bytes.strip_suffix(b"\r") } else { None };
        let mut index = Index::new(cut.unwrap_or(bytes), first, &self.dialect);
        // Those before `first` are not among the index's.
        let carried = mem::take(&mut self.inner_lines);
        let lines = self.pending.done.lines + carried;
        let mut open = Open { start: first, lines, last_pair: 0 };
        let (mut calm, mut blocks) = (Calm::new(), [Separators::default(); MOST_BLOCKS]);
        while self.pending.open_field_count() <= MAX_FIELDS && index.is_open() {
            open = if index.next_calm(&mut calm) {
                let blocks = calm.blocks();
                block::work(Add { decoder: self, bytes, blocks, open })?
            } else {
                let blocks = index.next(&mut blocks).iter();
                block::work(Add { decoder: self, bytes, blocks, open })?
            };
        }
        let start = open.start;
        self.check_field_count()?;
        let record = self.pending.open_start();
        if record <= first {
            self.inner_lines = carried;
        }
        self.count_inner_lines(count_lines(&bytes[record.max(first)..start], LineEnds::Any));
        Ok(start)
    }

    /// Adds the fields that end in `block`, and the records.
    #[inline(always)]
    fn add_block(
        &mut self,
        block: Separators,
        bytes: &[u8],
        mut open: Open,
    ) -> Result<Open, Fault> {
        let (count, mut added) = (self.pending.fields.len(), open);
        self.add_spans(&block, bytes, &mut added);
        match self.end_usual(iter::once(block), count, &mut open.lines) {
            Some(unusual) => self.add_unusual(unusual, bytes, open),
            None => Ok(Open { lines: open.lines, ..added }),
        }
    }

    /// Adds the fields that end in `block`.
    #[inline(always)]
    fn add_spans(&mut self, block: &Separators, bytes: &[u8], open: &mut Open) {
        let count = self.pending.fields.len();
        let next = block.ends.add_spans(open.start, &mut self.pending.fields);
        if block.second_quotes != 0 || open.last_pair > open.start {
            open.last_pair = self.unescape_from(count, bytes, *block, open.last_pair);
        }
        open.start = next;
    }

    /// Ends the records that end in `blocks`, before which there were `fields`, up to the first record that is not as most
    /// are. The fields are there already.
    #[inline(always)]
    fn end_usual(
        &mut self,
        blocks: impl Iterator<Item: Borrow<Separators>>,
        fields: usize,
        lines: &mut u32,
    ) -> Option<Unusual> {
        let width = self.width.filter(|width| *width <= MAX_FIELDS && self.broken.is_none());
        // No record is so wide.
        let expected = Expected { width: width.unwrap_or(usize::MAX), max_record: self.max_record };
        let (mut done, mut before) = (self.pending.done, Before { fields, lines: *lines });
        let records = &mut self.pending.records;
        let mut unusual = None;
        for block in blocks {
            let block = block.borrow();
            unusual = expected.end_records(block, before, &mut done, records);
            if unusual.is_some() {
                break;
            }
            before.pass(block);
        }
        *lines = before.lines;
        self.pending.done = done;
        unusual
    }

    /// Ends a record that is not as most are, and goes on in its block.
    #[cold]
    fn add_unusual(
        &mut self,
        Unusual { mut block, bit, fields }: Unusual,
        bytes: &[u8],
        mut open: Open,
    ) -> Result<Open, Fault> {
        // No field behind it begins before its block.
        (open.start, open.last_pair) = (block.ends.after(bit), 0);
        let lines = open.lines + (block.breaks & below(bit)).count_ones();
        self.inner_lines = lines - self.pending.done.lines;
        // The fields behind the record are taken back.
        self.end_unusual(bytes, block.ends.place + bit, open.start, fields)?;
        block.pass_to(open.start);
        self.add_block(block, bytes, open)
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

    /// Makes one of each pair of quotes in the fields from the number `first` on, which end in `block`. Takes and gives where
    /// the last pair is.
    #[cold]
    fn unescape_from(
        &mut self,
        first: usize,
        bytes: &[u8],
        block: Separators,
        last_pair: usize,
    ) -> usize {
        let Some(quote) = self.dialect.quote else { return last_pair };
        let is_first =
            self.pending.fields.get(first).is_some_and(|span| last_pair > span.start as usize);
        let fields = block.fields_of_pairs(is_first).map(|field| first + field);
        block::work(Unescape { pending: &mut self.pending, fields, bytes, quote });
        block.last_pair().unwrap_or(last_pair)
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
