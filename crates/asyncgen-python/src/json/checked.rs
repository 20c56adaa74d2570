//! Objects of a text that a decoder has checked: nothing is checked once more but that it does not end early.
//!
//! Of a text that is not JSON it makes something or an error, no more than that.

use std::borrow::Cow;

use pyo3::{
    IntoPyObjectExt,
    exceptions::PyValueError,
    prelude::*,
    types::{PyBool, PyInt, PyList},
};

use super::{
    DEEPEST, Inside, Key, Keys, Spot,
    number::{self, Number, number},
};
use crate::raw;

/// What is made, or an error, which takes no more room than a pointer: each value is handed up in registers.
pub(crate) type Made<T> = Result<T, Box<PyErr>>;

/// Makes objects of a text, from its beginning.
pub(crate) struct Checked<'py, 'j, 'k> {
    py: Python<'py>,
    text: &'j str,
    at: usize,
    keys: &'k Keys,
}

impl<'py, 'j, 'k> Checked<'py, 'j, 'k> {
    pub(crate) fn new(py: Python<'py>, text: &'j str, keys: &'k Keys) -> Self {
        Self { py, text, at: 0, keys }
    }

    /// The next value, which stands at `spot`.
    pub(crate) fn read(&mut self, spot: Spot) -> PyResult<Bound<'py, PyAny>> {
        self.value(spot, 0).map_err(|error| *error)
    }

    /// The byte where it is.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// What is written from the byte `start` on to where it is.
    pub(crate) fn since(&self, start: usize) -> &'j str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// What the string that begins here stands for; goes behind it.
    pub(crate) fn text(&mut self) -> Made<Cow<'j, str>> {
        Ok(match self.inside()?.utf8()? {
            Cow::Borrowed(utf8) => String::from_utf8_lossy(utf8),
            Cow::Owned(utf8) => String::from_utf8_lossy(&utf8).into_owned().into(),
        })
    }

    /// Goes behind the next value.
    pub(crate) fn pass(&mut self) -> Made<()> {
        match self.next()? {
            b'"' => {
                self.inside()?;
            }
            b'{' | b'[' => self.pass_container()?,
            b't' | b'n' => self.at += 4,
            b'f' => self.at += 5,
            _ => self.at += number::length(self.from(self.at)),
        }
        if self.at > self.text.len() { early() } else { Ok(()) }
    }

    fn pass_container(&mut self) -> Made<()> {
        let mut depth = 0_usize;
        loop {
            match self.text.as_bytes().get(self.at).map_or_else(early, Ok)? {
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

    /// Goes through the object that begins here, at `spot`: `member` is given each key and goes behind its value.
    #[inline]
    pub(crate) fn members<E: From<Box<PyErr>>>(
        &mut self,
        spot: Spot,
        mut member: impl FnMut(&mut Self, Key<'py>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.at += 1;
        if self.next()? == b'}' {
            self.at += 1;
            return Ok(());
        }
        let mut spot = spot;
        loop {
            let key = self.key(spot)?;
            spot = key.next();
            member(self, key)?;
            if self.ends()? {
                return Ok(());
            }
            self.next()?;
        }
    }

    #[inline]
    fn key(&mut self, spot: Spot) -> Made<Key<'py>> {
        let expected = self.keys.expected(self.py, spot, self.from(self.at + 1));
        let key = if let Some((key, length)) = expected {
            self.at += length + 2;
            key
        } else {
            self.other_key(spot)?
        };
        // The colon.
        self.next()?;
        self.at += 1;
        Ok(key)
    }

    #[inline(never)]
    fn other_key(&mut self, spot: Spot) -> Made<Key<'py>> {
        let inside = self.inside()?;
        Ok(self.keys.get(self.py, spot, inside)?)
    }

    fn value(&mut self, spot: Spot, depth: usize) -> Made<Bound<'py, PyAny>> {
        let py = self.py;
        match self.next()? {
            b'"' => Ok(self.inside()?.string(py)?.into_any()),
            b'{' if depth <= DEEPEST => self.object(spot, depth),
            b'[' if depth <= DEEPEST => self.array(spot, depth),
            b'{' | b'[' => wrong(format!("nested deeper than {DEEPEST} levels")),
            b't' => Ok(self.word(4, PyBool::new(py, true).to_owned().into_any())),
            b'f' => Ok(self.word(5, PyBool::new(py, false).to_owned().into_any())),
            b'n' => Ok(self.word(4, py.None().into_bound(py))),
            _ => self.number(),
        }
    }

    fn object(&mut self, spot: Spot, depth: usize) -> Made<Bound<'py, PyAny>> {
        let dict = raw::dict(self.py, self.keys.members(self.py, spot))?;
        self.members(spot, |reader, key| {
            let value = reader.value(key.value(), depth + 1)?;
            // The last of duplicate keys wins.
            raw::set(&dict, &key.name, &value).map_err(Box::new)
        })?;
        self.keys.had(self.py, spot, dict.len());
        Ok(dict.into_any())
    }

    fn array(&mut self, spot: Spot, depth: usize) -> Made<Bound<'py, PyAny>> {
        let list = PyList::empty(self.py);
        self.at += 1;
        if self.next()? == b']' {
            self.at += 1;
            return Ok(list.into_any());
        }
        loop {
            raw::append(&list, &self.value(spot, depth + 1)?)?;
            if self.ends()? {
                return Ok(list.into_any());
            }
        }
    }

    /// Goes behind what follows a value in a container; whether that is its end.
    #[inline]
    fn ends(&mut self) -> Made<bool> {
        let byte = self.next()?;
        self.at += 1;
        Ok(byte != b',')
    }

    /// The inside of the string that begins here; goes behind it.
    #[expect(
        clippy::inline_always,
        reason = "else it is handed over in memory, at a third of its cost"
    )]
    #[inline(always)]
    fn inside(&mut self) -> Made<Inside<'j>> {
        let text = self.text.as_bytes().get(self.at + 1..);
        let Some(inside) = text.and_then(Inside::of) else { return early() };
        self.at += inside.text.len() + 2;
        Ok(inside)
    }

    fn word(&mut self, length: usize, value: Bound<'py, PyAny>) -> Bound<'py, PyAny> {
        self.at += length;
        value
    }

    fn number(&mut self) -> Made<Bound<'py, PyAny>> {
        let text = self.text.get(self.at..).unwrap_or_default();
        let Some((number, length)) = number(text) else {
            return wrong("not JSON: a value is missing".to_owned());
        };
        self.at += length;
        Ok(match number {
            Number::Int(int) => int.into_bound_py_any(self.py)?,
            Number::Float(float) => float.into_bound_py_any(self.py)?,
            // The interpreter's own conversion keeps its guard against huge numbers.
            Number::Long(digits) => self.py.get_type::<PyInt>().call1((digits,))?,
        })
    }

    /// The next byte that is no white space; goes there.
    #[inline]
    pub(crate) fn next(&mut self) -> Made<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return early(),
            }
        }
    }

    /// The text from the byte `start` on.
    #[inline]
    fn from(&self, start: usize) -> &'j [u8] {
        self.text.as_bytes().get(start..).unwrap_or_default()
    }
}

#[cold]
fn wrong<T>(message: String) -> Made<T> {
    Err(PyValueError::new_err(message).into())
}

#[cold]
fn early<T>() -> Made<T> {
    wrong("not JSON: it ends early".to_owned())
}
