//! CSV byte by byte, with the whole source at hand: slow, and short enough to be seen to be right.

use asyncgen_formats::{Blank, CsvDecoder, CsvOptions, Header, Ragged};

use crate::run::{Outcome, Seen};

/// How a source is to be read: no header, records of any number of fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) delimiter: u8,
    pub(crate) quote: Option<u8>,
    pub(crate) escape: Option<u8>,
    pub(crate) comment: Option<u8>,
    pub(crate) skip_initial_space: bool,
    pub(crate) strict: bool,
    pub(crate) blank: Blank,
    pub(crate) skip: u64,
}

impl Reading {
    /// RFC 4180.
    pub(crate) const STRICT: Self = Self {
        delimiter: b',',
        quote: Some(b'"'),
        escape: None,
        comment: None,
        skip_initial_space: false,
        strict: true,
        blank: Blank::Skip,
        skip: 0,
    };

    /// As Python's csv module reads it.
    pub(crate) const LENIENT: Self = Self { strict: false, blank: Blank::Keep, ..Self::STRICT };

    /// The decoder under test.
    pub(crate) fn decoder(&self) -> CsvDecoder {
        CsvDecoder::new(self.options()).unwrap()
    }

    pub(crate) fn options(&self) -> CsvOptions {
        CsvOptions::new()
            .delimiter(self.delimiter)
            .quote(self.quote)
            .escape(self.escape)
            .comment(self.comment)
            .skip_initial_space(self.skip_initial_space)
            .strict(self.strict)
            .blank(self.blank)
            .skip(self.skip)
            .header(Header::None)
            .ragged(Ragged::Keep)
    }

    /// The records of `input` that are as they should be, and where those begin that are not.
    pub(crate) fn good(&self, input: &[u8]) -> (Vec<Seen>, Vec<u64>) {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        // Byte for byte the same text, and all of it UTF-8.
        let latin: String = input.iter().map(|byte| char::from(*byte & 0x7f)).collect();
        let lenient = Self { strict: false, blank: Blank::Keep, ..*self }.decode(latin.as_bytes());
        let ends = lenient.records.iter().skip(1).map(offset);
        for (seen, end) in lenient.records.iter().zip(ends.chain([input.len()])) {
            let raw = &input[offset(seen)..end];
            let alone = Self { skip: 0, comment: None, ..*self }.decode(raw);
            match (alone.fault, alone.records.into_iter().next()) {
                (None, None) => {}
                (None, Some(record)) => good.push(Seen { fields: record.fields, ..seen.clone() }),
                (Some(_), _) => bad.push(seen.offset),
            }
        }
        (good, bad)
    }

    /// The records of `input`, up to the first fault.
    pub(crate) fn decode(&self, input: &[u8]) -> Outcome {
        let bom = if input.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let mut outcome = Outcome::default();
        let mut at = bom;
        for _ in 0..self.skip {
            at = next_line(input, at);
        }
        while at < input.len() {
            let start = at;
            if self.comment == Some(input[at]) {
                at = next_line(input, at);
                continue;
            }
            let line = place(input, bom, start).0;
            let mut fields = Vec::new();
            if line_end(input, at).is_none() {
                let read = self.record(input, &mut at, &mut fields);
                let utf8 = || match std::str::from_utf8(&input[start..at]) {
                    Ok(_) => Ok(()),
                    Err(error) => {
                        let bad = start + error.valid_up_to();
                        Err((bad, format!(": not UTF-8, byte 0x{:02x}", input[bad])))
                    }
                };
                if let Err((bad, text)) =
                    read.map_err(|(at, text)| (at, text.to_owned())).and_then(|()| utf8())
                {
                    let (line, column) = place(input, bom, bad);
                    let record = outcome.records.len() + 1;
                    outcome.fault = Some(format!("{line}:{column} @{bad}: record {record}{text}"));
                    outcome.blank_lines = 0;
                    return outcome;
                }
            } else if self.blank == Blank::Skip {
                at += line_end(input, at).unwrap();
                outcome.blank_lines += 1;
                continue;
            }
            at += line_end(input, at).unwrap_or(0);
            let fields = fields.into_iter().map(|field| String::from_utf8(field).unwrap());
            outcome.records.push(Seen { fields: fields.collect(), line, offset: start as u64 });
        }
        outcome
    }

    /// Reads the record at `at`, up to its line end.
    fn record(
        &self,
        input: &[u8],
        at: &mut usize,
        fields: &mut Vec<Vec<u8>>,
    ) -> Result<(), (usize, &'static str)> {
        loop {
            let mut field = Vec::new();
            while self.skip_initial_space && input.get(*at) == Some(&b' ') {
                *at += 1;
            }
            if input.get(*at).copied().is_some_and(|byte| Some(byte) == self.quote) {
                self.quoted(input, at, &mut field)?;
            }
            while let Some(&byte) = input.get(*at) {
                if byte == self.delimiter || line_end(input, *at).is_some() {
                    break;
                }
                if Some(byte) == self.escape {
                    *at += 1;
                    if *at == input.len() && self.strict {
                        return Err((*at - 1, ": nothing follows the escape character"));
                    }
                    field.push(input.get(*at).copied().unwrap_or(b'\n'));
                } else {
                    field.push(byte);
                }
                *at = input.len().min(*at + 1);
            }
            fields.push(field);
            if input.get(*at) != Some(&self.delimiter) {
                return Ok(());
            }
            *at += 1;
        }
    }

    /// Reads what stands in quotes.
    fn quoted(
        &self,
        input: &[u8],
        at: &mut usize,
        field: &mut Vec<u8>,
    ) -> Result<(), (usize, &'static str)> {
        let open = *at;
        loop {
            *at += 1;
            let byte = input.get(*at).copied();
            let next = input.get(*at + 1).copied();
            if byte.is_none() || (byte == self.escape && next.is_none()) {
                if self.strict {
                    return Err((open, ": the quote opened here is never closed"));
                }
                field.extend(byte.map(|_| b'\n'));
                *at = input.len();
                return Ok(());
            }
            if byte == self.escape || (byte == self.quote && next == self.quote) {
                field.extend(next);
                *at += 1;
            } else if byte == self.quote {
                *at += 1;
                let ends = next.is_none_or(|next| next == self.delimiter)
                    || line_end(input, *at).is_some();
                if !ends && self.strict {
                    return Err((*at, ": text after the closing quote"));
                }
                // The first byte after the quote has no meaning.
                field.extend(next.filter(|_| !ends));
                *at += usize::from(!ends);
                return Ok(());
            } else {
                field.extend(byte);
            }
        }
    }
}

fn offset(seen: &Seen) -> usize {
    seen.offset.try_into().unwrap()
}

/// The length of the line end at `at`.
fn line_end(input: &[u8], at: usize) -> Option<usize> {
    match input.get(at..)? {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r' | b'\n', ..] => Some(1),
        _ => None,
    }
}

fn next_line(input: &[u8], mut at: usize) -> usize {
    while at < input.len() && line_end(input, at).is_none() {
        at += 1;
    }
    at + line_end(input, at).unwrap_or(0)
}

/// The line and the column of the byte at `at`.
fn place(input: &[u8], mut line_start: usize, at: usize) -> (u64, usize) {
    let (mut line, mut next) = (1, line_start);
    while next < at {
        let length = line_end(input, next);
        next += length.unwrap_or(1);
        if length.is_some() {
            (line, line_start) = (line + 1, next);
        }
    }
    (line, 1 + String::from_utf8_lossy(&input[line_start..at]).chars().count())
}
