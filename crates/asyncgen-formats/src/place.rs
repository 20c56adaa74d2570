//! From a byte to what a person looks for: the line, the column, and the line's text.
//!
//! Worked out when there is an error, never on the way of good records.

use crate::{Error, ErrorKind, Position, Snippet};

/// How many characters a snippet shows on either side of the place: with both, one line of a wide
/// terminal.
const SNIPPET_REACH: usize = 60;

/// What ends a line in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineEnds {
    /// LF, CRLF and a lone CR: CSV.
    Any,
    /// LF, where a CR before it belongs to the end: lines and JSON.
    Lf,
}

/// The error for the byte at `at` of a record that stands at `record` and begins with
/// `bytes[start]`, at the beginning of a line.
pub(crate) fn error_at(
    kind: ErrorKind,
    record: Position,
    (bytes, start, at): (&[u8], usize, usize),
    ends: LineEnds,
) -> Error {
    let (lines, line_start) = last_line(&bytes[start..at], ends);
    let (line_start, line_end) = (start + line_start, line_end(bytes, at, ends));
    let column = 1 + String::from_utf8_lossy(&bytes[line_start..at]).chars().count() as u64;
    let place = Position {
        file: record.file,
        record: record.record,
        line: record.line + lines,
        offset: record.offset + (at - start) as u64,
    };
    Error::new(kind, place, column).with_snippet(snippet(bytes, line_start, at, line_end))
}

/// Counts the lines that end in `bytes`.
pub(crate) fn count_lines(bytes: &[u8], ends: LineEnds) -> u64 {
    last_line(bytes, ends).0
}

/// Counts the characters behind the last newline of `bytes`.
pub(crate) fn chars_in_last_line(bytes: &[u8]) -> u64 {
    let start = memchr::memrchr(b'\n', bytes).map_or(0, |newline| newline + 1);
    // All but the bytes that go on with a character; as many at a time as a byte can count, sixteen in one step.
    let begins = |byte: &u8| u8::from(byte & 0xC0 != 0x80);
    let parts = bytes[start..].chunks(usize::from(u8::MAX));
    parts.map(|part| u64::from(part.iter().map(begins).sum::<u8>())).sum()
}

/// How many lines end in `bytes`, and where the line after them begins. A CR at the very end ends
/// a line: where an LF may follow, the caller does not cut there.
fn last_line(bytes: &[u8], ends: LineEnds) -> (u64, usize) {
    let (mut lines, mut start) = (0, 0);
    for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
        let is_end = match ends {
            LineEnds::Any => bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'),
            LineEnds::Lf => bytes[at] == b'\n',
        };
        if is_end {
            (lines, start) = (lines + 1, at + 1);
        }
    }
    (lines, start)
}

fn line_end(bytes: &[u8], at: usize, ends: LineEnds) -> usize {
    let rest = &bytes[at..];
    let length = match ends {
        LineEnds::Any => memchr::memchr2(b'\n', b'\r', rest),
        LineEnds::Lf => memchr::memchr(b'\n', rest),
    };
    let end = at + length.unwrap_or(rest.len());
    if ends == LineEnds::Lf && end > at && bytes[end - 1] == b'\r' { end - 1 } else { end }
}

fn snippet(bytes: &[u8], line_start: usize, at: usize, line_end: usize) -> Snippet {
    // A character has at most four bytes.
    let reach = SNIPPET_REACH * 4;
    let mut from = line_start.max(at.saturating_sub(reach));
    while from > line_start && from < at && bytes[from] & 0xC0 == 0x80 {
        from += 1;
    }
    let before = String::from_utf8_lossy(&bytes[from..at]);
    let after = String::from_utf8_lossy(&bytes[at..line_end.min(at + reach)]);
    let skip = before.chars().count().saturating_sub(SNIPPET_REACH);
    let mut text: String = before.chars().skip(skip).map(printable).collect();
    let caret = text.chars().count();
    text.extend(after.chars().take(SNIPPET_REACH).map(printable));
    Snippet { text, caret }
}

/// A tab or an escape sequence would move the caret from its place.
fn printable(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}
