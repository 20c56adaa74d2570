//! Objects of a text that a decoder has checked: nothing is checked once more but that it does not end early.
//!
//! Of a text that is not JSON it makes something or an error, no more than that.

use jiter::Jiter;
use pyo3::{
    IntoPyObjectExt,
    exceptions::PyValueError,
    prelude::*,
    types::{PyBool, PyDict, PyInt, PyList},
};

use super::{DEEPEST, Keys, told};
use crate::raw;

/// The most digits that an `i64` has room for, whichever they are.
const MOST_DIGITS: usize = 18;

/// The value that `text` stands for.
pub(super) fn value<'py>(py: Python<'py>, text: &str, keys: &Keys) -> PyResult<Bound<'py, PyAny>> {
    Reader { py, text: text.as_bytes(), at: 0, keys }.value(0)
}

struct Reader<'py, 'j, 'k> {
    py: Python<'py>,
    text: &'j [u8],
    at: usize,
    keys: &'k Keys,
}

/// The inside of a string.
struct Inside<'j> {
    text: &'j [u8],
    ascii: bool,
    /// Whether there are escapes in it.
    escaped: bool,
}

impl<'py, 'j> Reader<'py, 'j, '_> {
    fn value(&mut self, depth: usize) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        match self.next()? {
            b'"' => self.string(),
            b'{' if depth <= DEEPEST => self.object(depth),
            b'[' if depth <= DEEPEST => self.array(depth),
            b'{' | b'[' => {
                Err(PyValueError::new_err(format!("nested deeper than {DEEPEST} levels")))
            }
            b't' => Ok(self.word(4, PyBool::new(py, true).to_owned().into_any())),
            b'f' => Ok(self.word(5, PyBool::new(py, false).to_owned().into_any())),
            b'n' => Ok(self.word(4, py.None().into_bound(py))),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> PyResult<Bound<'py, PyAny>> {
        let dict = PyDict::new(self.py);
        self.at += 1;
        if self.next()? == b'}' {
            self.at += 1;
            return Ok(dict.into_any());
        }
        loop {
            self.next()?;
            let inside = self.inside()?;
            let key = if inside.escaped {
                self.keys.get(self.py, unescaped(inside.text)?.as_bytes())?
            } else {
                self.keys.get(self.py, inside.text)?
            };
            // The colon.
            self.next()?;
            self.at += 1;
            // The last of duplicate keys wins.
            dict.set_item(key, self.value(depth + 1)?)?;
            if self.ends()? {
                return Ok(dict.into_any());
            }
        }
    }

    fn array(&mut self, depth: usize) -> PyResult<Bound<'py, PyAny>> {
        let list = PyList::empty(self.py);
        self.at += 1;
        if self.next()? == b']' {
            self.at += 1;
            return Ok(list.into_any());
        }
        loop {
            list.append(self.value(depth + 1)?)?;
            if self.ends()? {
                return Ok(list.into_any());
            }
        }
    }

    /// Goes behind what follows a value in a container; whether that is its end.
    fn ends(&mut self) -> PyResult<bool> {
        let byte = self.next()?;
        self.at += 1;
        Ok(byte != b',')
    }

    fn string(&mut self) -> PyResult<Bound<'py, PyAny>> {
        let Inside { text, ascii, escaped } = self.inside()?;
        let string = if escaped {
            raw::string(self.py, unescaped(text)?.as_bytes(), false)
        } else {
            raw::string(self.py, text, ascii)
        };
        string.map(Bound::into_any)
    }

    /// The inside of the string that begins here; goes behind it.
    fn inside(&mut self) -> PyResult<Inside<'j>> {
        let start = self.at + 1;
        let rest = self.text.get(start..).unwrap_or_default();
        let (mut at, mut seen, mut escaped) = (0, 0, false);
        loop {
            let (plain, bits) = plain(rest.get(at..).unwrap_or_default());
            (at, seen) = (at + plain, seen | bits);
            match rest.get(at) {
                Some(b'"') => break,
                Some(_) => (at, escaped) = (at + 2, true),
                None => return Err(early()),
            }
        }
        self.at = start + at + 1;
        Ok(Inside { text: &rest[..at], ascii: seen & HIGH == 0, escaped })
    }

    fn word(&mut self, length: usize, value: Bound<'py, PyAny>) -> Bound<'py, PyAny> {
        self.at += length;
        value
    }

    fn number(&mut self) -> PyResult<Bound<'py, PyAny>> {
        let (py, start) = (self.py, self.at);
        let negative = self.text[start] == b'-';
        let mut at = start + usize::from(negative);
        let mut whole = 0_i64;
        let first = at;
        while let Some(digit @ b'0'..=b'9') = self.text.get(at) {
            whole = whole.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
            at += 1;
        }
        let digits = at - first;
        let is_float = matches!(self.text.get(at), Some(b'.' | b'e' | b'E'));
        while let Some(b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-') = self.text.get(at) {
            at += 1;
        }
        let text = std::str::from_utf8(&self.text[start..at]).unwrap_or_default();
        self.at = at;
        if digits == 0 {
            return Err(PyValueError::new_err("not JSON: a value is missing"));
        }
        if is_float {
            let float: f64 =
                text.parse().map_err(|_| PyValueError::new_err("not JSON: no number"))?;
            return float.into_bound_py_any(py);
        }
        if digits <= MOST_DIGITS {
            return if negative { -whole } else { whole }.into_bound_py_any(py);
        }
        // The interpreter's own conversion keeps its guard against huge numbers.
        py.get_type::<PyInt>().call1((text,))
    }

    /// The next byte that is no white space; goes there.
    #[inline]
    fn next(&mut self) -> PyResult<u8> {
        loop {
            match self.text.get(self.at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return Err(early()),
            }
        }
    }
}

/// A bit of each byte that ASCII has not.
const HIGH: u64 = 0x8080_8080_8080_8080;
const ONES: u64 = HIGH >> 7;

/// How many bytes stand before the first quote or backslash, and all of their bits.
#[inline]
fn plain(text: &[u8]) -> (usize, u64) {
    let (words, rest) = text.as_chunks::<8>();
    let mut seen = 0;
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
        let found =
            zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\')));
        if found != 0 {
            let before = found.trailing_zeros() / 8;
            let bits = word & !(u64::MAX << (before * 8));
            return (index * 8 + before as usize, seen | bits);
        }
        seen |= word;
    }
    let plain = rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\')).count();
    let bits = rest[..plain].iter().fold(0, |bits, byte| bits | u64::from(*byte));
    (words.len() * 8 + plain, seen | bits)
}

/// What the inside of a string with escapes stands for.
fn unescaped(inside: &[u8]) -> PyResult<String> {
    let quoted = [b"\"", inside, b"\""].concat();
    told(Jiter::new(&quoted).next_str().map(str::to_owned))
}

fn early() -> PyErr {
    PyValueError::new_err("not JSON: it ends early")
}
