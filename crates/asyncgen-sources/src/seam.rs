//! Where a source goes on: what comes there and was handed out before.

use asyncgen_formats::{Position, Resume, Tail};

use crate::ErrorKind;

/// What stands between the bytes that are read and those that come after a position.
#[derive(Debug, Default)]
pub(crate) struct Seam {
    /// The bytes before the position, where it must be decoded from its beginning.
    pub(crate) skip: u64,
    pub(crate) position: Position,
    /// How the last line before what comes next ended.
    pub(crate) tail: Tail,
    /// Whether a CR has come after that line, of which nobody knows yet whether it ends it.
    cr: bool,
}

impl Seam {
    /// What stands between `skip` bytes to be passed over and what comes after `position`, before which a line ended
    /// as `tail` says.
    pub(crate) fn new(skip: u64, position: Position, tail: Tail) -> Self {
        Self { skip, position, tail, cr: false }
    }

    /// Whether all that comes now comes after the position.
    pub(crate) fn is_passed(&self) -> bool {
        self.skip == 0 && self.tail == Tail::Whole
    }

    /// What of `chunk`, the next bytes, comes after the position; none at the end. `decoder` is told where
    /// that is.
    pub(crate) fn pass<'c>(
        &mut self,
        chunk: &'c [u8],
        decoder: &mut impl Resume,
    ) -> Result<&'c [u8], ErrorKind> {
        if self.skip > 0 {
            if chunk.is_empty() {
                return Err(changed("it is shorter than the position to resume at"));
            }
            let passed = chunk.len().min(usize::try_from(self.skip).unwrap_or(usize::MAX));
            self.skip -= passed as u64;
            return Ok(&chunk[passed..]);
        }
        let (lf, cr) = (chunk.first() == Some(&b'\n'), chunk.first() == Some(&b'\r'));
        let (bytes, lines, then) = match self.tail {
            Tail::Whole => return Ok(chunk),
            _ if chunk.is_empty() && !self.cr => return Ok(chunk),
            Tail::Torn => {
                return Err(changed("what stood last before the position to resume at has grown"));
            }
            Tail::Cr => (usize::from(lf), 0, Tail::Whole),
            // The CR and this LF, which may have come in two chunks.
            Tail::Line if lf => (1, 1, Tail::Whole),
            Tail::Line if cr && decoder.ends_lines_at_cr() => (1, 1, Tail::Cr),
            Tail::Line if cr && !self.cr => {
                self.cr = true;
                self.position.offset += 1;
                return self.pass_behind(&chunk[1..], decoder);
            }
            Tail::Line => {
                return Err(changed(
                    "its last line had no line end at the position to resume at, and has grown",
                ));
            }
        };
        (self.tail, self.cr) = (then, false);
        self.position.offset += bytes as u64;
        self.position.line += lines;
        decoder.resume(self.position);
        self.pass_behind(&chunk[bytes..], decoder)
    }

    /// As [`pass`](Self::pass), of a chunk of which something may be left: none left is not the end.
    fn pass_behind<'c>(
        &mut self,
        rest: &'c [u8],
        decoder: &mut impl Resume,
    ) -> Result<&'c [u8], ErrorKind> {
        if rest.is_empty() { Ok(rest) } else { self.pass(rest, decoder) }
    }
}

fn changed(message: &str) -> ErrorKind {
    ErrorKind::Stale { message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use asyncgen_formats::{Batch, CsvDecoder, CsvOptions, Decoder as _, LinesDecoder};

    use super::*;

    /// The lines of the records behind a line that had no end, when `chunks` come; `None` if it has grown.
    fn lines_of(mut decoder: impl Resume, chunks: [&str; 3]) -> Option<Vec<u64>> {
        let position = Position { file: 0, record: 1, line: 5, offset: 9 };
        decoder.resume(position);
        let mut seam = Seam::new(0, position, Tail::Line);
        let (mut batch, mut lines) = (Batch::default(), Vec::new());
        for chunk in chunks.into_iter().filter(|chunk| !chunk.is_empty()).chain([""]) {
            let passed = seam.pass(chunk.as_bytes(), &mut decoder).ok()?;
            if chunk.is_empty() {
                decoder.finish(&mut batch).ok()?;
            } else if passed.is_empty() {
                continue;
            } else {
                decoder.decode(passed, &mut batch).ok()?;
            }
            lines.extend(batch.iter().map(|record| record.position().line));
        }
        Some(lines)
    }

    #[test]
    fn a_line_end_that_comes_in_pieces() {
        let csv = || CsvDecoder::new(CsvOptions::new()).unwrap();
        for (text, of_lines, of_csv) in [
            ("\r\nx\n", Some(vec![6]), Some(vec![6])),
            ("\r\n\rx", Some(vec![6]), Some(vec![7])),
            ("\n\rx\n", Some(vec![6]), Some(vec![7])),
            ("\rx\r", None, Some(vec![6])),
            ("\r\rx", None, Some(vec![7])),
            ("\r", None, Some(vec![])),
            ("\r\n", Some(vec![]), Some(vec![])),
            ("x\n", None, None),
        ] {
            for one in 0..=text.len() {
                for two in one..=text.len() {
                    let cut = [&text[..one], &text[one..two], &text[two..]];
                    assert_eq!(lines_of(LinesDecoder::new(99), cut), of_lines, "{cut:?}");
                    let mut decoder = csv();
                    decoder.decode(b"a\n", &mut Batch::default()).unwrap();
                    assert_eq!(lines_of(decoder, cut), of_csv, "{cut:?}");
                }
            }
        }
    }
}
