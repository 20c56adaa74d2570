//! Objects of a text that a decoder has checked: nothing is checked once more but that it does not end early.
//!
//! Of a text that is not JSON it makes something or an error, no more than that.

use std::borrow::Cow;

use jiter::Jiter;
use pyo3::{
    IntoPyObjectExt,
    exceptions::PyValueError,
    prelude::*,
    types::{PyBool, PyDict, PyInt, PyList, PyString},
};

use super::{DEEPEST, Keys, told};
use crate::raw;

/// The most digits that an `i64` has room for, whichever they are.
const MOST_DIGITS: usize = 18;

/// Makes objects of a text, from its beginning.
pub(crate) struct Checked<'py, 'j, 'k> {
    py: Python<'py>,
    text: &'j [u8],
    at: usize,
    keys: &'k Keys,
}

/// The inside of a string.
pub(crate) struct Inside<'j> {
    text: &'j [u8],
    /// Its first bytes, as [`Keys`] has them, of one without escapes.
    first: u64,
    ascii: bool,
    /// Whether there are escapes in it.
    escaped: bool,
}

impl<'j> Inside<'j> {
    /// What it stands for, in UTF-8.
    #[inline]
    pub(crate) fn utf8(&self) -> PyResult<Cow<'j, [u8]>> {
        if self.escaped {
            return Ok(unescaped(self.text)?.into_bytes().into());
        }
        Ok(self.text.into())
    }
}

impl<'py, 'j, 'k> Checked<'py, 'j, 'k> {
    pub(crate) fn new(py: Python<'py>, text: &'j str, keys: &'k Keys) -> Self {
        Self { py, text: text.as_bytes(), at: 0, keys }
    }

    /// The next value.
    pub(crate) fn read(&mut self) -> PyResult<Bound<'py, PyAny>> {
        self.value(0)
    }

    /// The byte where it is.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// What is written from the byte `start` on to where it is.
    pub(crate) fn since(&self, start: usize) -> Cow<'j, str> {
        String::from_utf8_lossy(self.text.get(start..self.at).unwrap_or_default())
    }

    /// What the string that begins here stands for; goes behind it.
    pub(crate) fn text(&mut self) -> PyResult<Cow<'j, str>> {
        Ok(match self.inside()?.utf8()? {
            Cow::Borrowed(utf8) => String::from_utf8_lossy(utf8),
            Cow::Owned(utf8) => String::from_utf8_lossy(&utf8).into_owned().into(),
        })
    }

    /// Goes behind the next value.
    pub(crate) fn pass(&mut self) -> PyResult<()> {
        match self.next()? {
            b'"' => {
                self.inside()?;
            }
            b'{' | b'[' => self.pass_container()?,
            b't' | b'n' => self.at += 4,
            b'f' => self.at += 5,
            _ => self.at += number(&self.text[self.at..]),
        }
        if self.at > self.text.len() { Err(early()) } else { Ok(()) }
    }

    fn pass_container(&mut self) -> PyResult<()> {
        let mut depth = 0_usize;
        loop {
            match self.text.get(self.at).ok_or_else(early)? {
                b'"' => {
                    self.inside()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// Goes into the object that begins here: its first key.
    #[inline]
    pub(crate) fn first_key(&mut self) -> PyResult<Option<Inside<'j>>> {
        self.at += 1;
        if self.next()? == b'}' {
            self.at += 1;
            return Ok(None);
        }
        self.key().map(Some)
    }

    /// The key behind a value in an object.
    #[inline]
    pub(crate) fn next_key(&mut self) -> PyResult<Option<Inside<'j>>> {
        if self.ends()? {
            return Ok(None);
        }
        self.next()?;
        self.key().map(Some)
    }

    #[inline]
    fn key(&mut self) -> PyResult<Inside<'j>> {
        let inside = self.inside()?;
        // The colon.
        self.next()?;
        self.at += 1;
        Ok(inside)
    }

    /// `key` as a Python string.
    #[inline]
    pub(crate) fn name(&self, key: &Inside<'_>) -> PyResult<Bound<'py, PyString>> {
        if key.escaped {
            return self.keys.get(self.py, unescaped(key.text)?.as_bytes());
        }
        self.keys.beginning(self.py, key.text, key.first)
    }

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
        let mut key = self.first_key()?;
        while let Some(inside) = key {
            // The last of duplicate keys wins.
            dict.set_item(self.name(&inside)?, self.value(depth + 1)?)?;
            key = self.next_key()?;
        }
        Ok(dict.into_any())
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
        let Inside { text, ascii, escaped, .. } = self.inside()?;
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
        let (mut at, mut first, mut seen, mut escaped) = (start, 0, 0, false);
        loop {
            while let Some(word) = self.text.get(at..).and_then(<[u8]>::first_chunk) {
                let (plain, bits) = plain(*word);
                if at == start {
                    first = bits;
                }
                (at, seen) = (at + plain, seen | bits);
                if plain < size_of_val(word) {
                    break;
                }
            }
            match self.text.get(at).ok_or_else(early)? {
                b'"' => break,
                b'\\' => (at, escaped) = (at + 2, true),
                // One of the last bytes of the text.
                byte => {
                    if at - start < size_of_val(&first) {
                        first |= u64::from(*byte) << (8 * (at - start));
                    }
                    (at, seen) = (at + 1, seen | u64::from(*byte));
                }
            }
        }
        self.at = at + 1;
        Ok(Inside { text: &self.text[start..at], first, ascii: seen & HIGH == 0, escaped })
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
        at += number(&self.text[at..]);
        self.at = at;
        if digits == 0 {
            return Err(PyValueError::new_err("not JSON: a value is missing"));
        }
        if !is_float && digits <= MOST_DIGITS {
            return if negative { -whole } else { whole }.into_bound_py_any(py);
        }
        let text = std::str::from_utf8(&self.text[start..at]).unwrap_or_default();
        if is_float {
            let float: f64 =
                text.parse().map_err(|_| PyValueError::new_err("not JSON: no number"))?;
            return float.into_bound_py_any(py);
        }
        // The interpreter's own conversion keeps its guard against huge numbers.
        py.get_type::<PyInt>().call1((text,))
    }

    /// The next byte that is no white space; goes there.
    #[inline]
    pub(crate) fn next(&mut self) -> PyResult<u8> {
        loop {
            match self.text.get(self.at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return Err(early()),
            }
        }
    }
}

/// How many bytes of a number `text` begins with.
fn number(text: &[u8]) -> usize {
    let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    text.iter().take_while(is_part).count()
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

/// What the inside of a string with escapes stands for.
fn unescaped(inside: &[u8]) -> PyResult<String> {
    let quoted = [b"\"", inside, b"\""].concat();
    told(Jiter::new(&quoted).next_str().map(str::to_owned))
}

fn early() -> PyErr {
    PyValueError::new_err("not JSON: it ends early")
}
