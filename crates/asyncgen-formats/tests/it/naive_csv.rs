//! CSV byte by byte, with the whole source at hand: slow, and short enough to be seen to be right.

use crate::run::{Outcome, Seen};

/// The records of `input` (comma, double quote, no header, of any number of fields), up to the
/// first fault.
pub(crate) fn decode(input: &[u8]) -> Outcome {
    let bom = if input.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let mut outcome = Outcome::default();
    let mut at = bom;
    while at < input.len() {
        let start = at;
        if let Some(length) = line_end(input, at) {
            at += length;
            continue;
        }
        let line = place(input, bom, start).0;
        let fault = |at: usize, text: &str| {
            let (line, column) = place(input, bom, at);
            Some(format!("{line}:{column} @{at}: record {}{text}", outcome.records.len() + 1))
        };
        let mut fields = Vec::new();
        loop {
            let mut field = Vec::new();
            if input.get(at) == Some(&b'"') {
                let open = at;
                at += 1;
                loop {
                    match (input.get(at), input.get(at + 1)) {
                        (None, _) => {
                            outcome.fault = fault(open, ": the quote opened here is never closed");
                            return outcome;
                        }
                        (Some(b'"'), Some(b'"')) => at += 1,
                        (Some(b'"'), _) => break,
                        _ => {}
                    }
                    field.push(input[at]);
                    at += 1;
                }
                at += 1;
                let ends =
                    line_end(input, at).is_some() || matches!(input.get(at), None | Some(b','));
                if !ends {
                    outcome.fault = fault(at, ": text after the closing quote");
                    return outcome;
                }
            }
            while at < input.len() && input[at] != b',' && line_end(input, at).is_none() {
                field.push(input[at]);
                at += 1;
            }
            fields.push(field);
            if input.get(at) != Some(&b',') {
                break;
            }
            at += 1;
        }
        if let Err(error) = std::str::from_utf8(&input[start..at]) {
            let bad = start + error.valid_up_to();
            outcome.fault = fault(bad, &format!(": not UTF-8, byte 0x{:02x}", input[bad]));
            return outcome;
        }
        at += line_end(input, at).unwrap_or(0);
        let fields = fields.into_iter().map(|field| String::from_utf8(field).unwrap()).collect();
        outcome.records.push(Seen { fields, line, offset: start as u64 });
    }
    outcome
}

/// The length of the line end at `at`.
fn line_end(input: &[u8], at: usize) -> Option<usize> {
    match input.get(at..)? {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r' | b'\n', ..] => Some(1),
        _ => None,
    }
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
