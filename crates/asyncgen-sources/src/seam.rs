//! Where a source goes on: what comes there and was handed out before.

use asyncgen_formats::{Position, Resume, Tail};

use crate::ErrorKind;

/// What stands between the bytes that are read and those that come after a position.
#[derive(Debug, Default)]
pub(crate) struct Seam {
    /// The bytes before the position, where it must be decoded from its beginning.
    pub(crate) skip: u64,
    pub(crate) position: Position,
    /// How the last line before the position ended.
    pub(crate) tail: Tail,
}

impl Seam {
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
        let changed = |message: &str| ErrorKind::Stale { message: message.to_owned() };
        if self.skip > 0 {
            if chunk.is_empty() {
                return Err(changed("it is shorter than the position to resume at"));
            }
            let passed = chunk.len().min(usize::try_from(self.skip).unwrap_or(usize::MAX));
            self.skip -= passed as u64;
            return Ok(&chunk[passed..]);
        }
        if self.tail == Tail::Whole || chunk.is_empty() {
            return Ok(chunk);
        }
        let (bytes, lines) = match (self.tail, chunk) {
            (Tail::Cr, [b'\n', ..]) => (1, 0),
            (Tail::Cr, _) => (0, 0),
            (Tail::Line, [b'\n', ..]) => (1, 1),
            (Tail::Line, [b'\r', b'\n', ..]) => (2, 1),
            (Tail::Torn, _) => {
                return Err(changed("what stood last before the position to resume at has grown"));
            }
            _ => {
                return Err(changed(
                    "its last line had no line end at the position to resume at, and has grown",
                ));
            }
        };
        self.tail = Tail::Whole;
        let Position { line, offset, .. } = self.position;
        let (line, offset) = (line + lines, offset + bytes as u64);
        decoder.resume(Position { line, offset, ..self.position });
        Ok(&chunk[bytes..])
    }
}
