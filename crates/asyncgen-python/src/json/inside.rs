//! The inside of a string, found without a look at each byte.

use std::borrow::Cow;

use jiter::Jiter;
use pyo3::{prelude::*, types::PyString};

use super::told;
use crate::raw;

/// The inside of a string, as it is written.
#[derive(Clone, Copy)]
pub(super) struct Inside<'j> {
    pub(super) text: &'j [u8],
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Ascii,
    Utf8,
    /// With escapes.
    Escaped,
}

impl<'j> Inside<'j> {
    /// What `text` begins with, which is what follows a quote; `None` if the string does not end.
    #[inline]
    pub(super) fn of(text: &'j [u8]) -> Option<Self> {
        let (mut rest, mut seen, mut escaped) = (text, 0, false);
        loop {
            while let Some((word, behind)) = rest.split_first_chunk() {
                let (plain, bits) = plain(*word);
                seen |= bits;
                if plain < size_of_val(word) {
                    rest = &rest[plain..];
                    break;
                }
                rest = behind;
            }
            match rest {
                [b'"', ..] => {
                    let kind = match seen & HIGH {
                        _ if escaped => Kind::Escaped,
                        0 => Kind::Ascii,
                        _ => Kind::Utf8,
                    };
                    return Some(Self { text: &text[..text.len() - rest.len()], kind });
                }
                [b'\\', _, behind @ ..] => (rest, escaped) = (behind, true),
                // One of the last bytes of the text.
                [byte, behind @ ..] => (rest, seen) = (behind, seen | u64::from(*byte)),
                [] => return None,
            }
        }
    }

    /// A text without escapes.
    pub(super) fn plain(text: &'j [u8]) -> Self {
        Self { text, kind: Kind::Utf8 }
    }

    /// What it stands for, in UTF-8.
    pub(super) fn utf8(self) -> PyResult<Cow<'j, [u8]>> {
        if self.kind != Kind::Escaped {
            return Ok(self.text.into());
        }
        let quoted = [b"\"", self.text, b"\""].concat();
        let unescaped = told(Jiter::new(&quoted).next_str().map(str::to_owned))?;
        Ok(unescaped.into_bytes().into())
    }

    /// What it stands for.
    #[inline]
    pub(super) fn string(self, py: Python<'_>) -> PyResult<Bound<'_, PyString>> {
        match self.kind {
            Kind::Escaped => raw::string(py, &*self.utf8()?, false),
            kind => raw::string(py, self.text, kind == Kind::Ascii),
        }
    }
}

/// A bit of each byte that ASCII has not.
const HIGH: u64 = 0x8080_8080_8080_8080;
const ONES: u64 = HIGH >> 7;

/// How many of the bytes stand before the first quote or backslash, and all of their bits.
#[inline]
fn plain(word: [u8; 8]) -> (usize, u64) {
    let word = u64::from_le_bytes(word);
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let found = zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\')));
    if found == 0 {
        return (size_of_val(&word), word);
    }
    let before = found.trailing_zeros() / 8;
    (before as usize, word & !(u64::MAX << (before * 8)))
}
