//! The keys of objects as Python strings, which records repeat.

use pyo3::{prelude::*, types::PyString};

use crate::raw::{self, GilCell};

/// The longest key worth keeping, and how many are kept: records repeat a few short keys, but
/// keys that are data must not fill the memory.
const LONGEST: usize = 64;
const MOST: usize = 1024;

/// The keys seen, each in the one place that its bytes lead to, with its hash worked out by the first dict it went into.
pub(crate) struct Keys(GilCell<Box<[Option<Known>]>>);

struct Known {
    text: Box<[u8]>,
    name: Py<PyString>,
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self(GilCell::new(Box::default()))
    }

    /// The key that is written `text`, in UTF-8.
    #[inline]
    pub(crate) fn get<'py>(&self, py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyString>> {
        if text.len() > LONGEST {
            return raw::string(py, text, false);
        }
        let place = place(text);
        let known = self.0.with(py, |known| {
            let known = known.get(place)?.as_ref().filter(|known| *known.text == *text)?;
            Some(known.name.bind(py).clone())
        });
        known.map_or_else(|| self.add(py, text, place), Ok)
    }

    /// Makes a key, in the place of one that was there.
    #[cold]
    fn add<'py>(
        &self,
        py: Python<'py>,
        text: &[u8],
        place: usize,
    ) -> PyResult<Bound<'py, PyString>> {
        let name = raw::string(py, text, false)?;
        let new = Known { text: text.into(), name: name.clone().unbind() };
        let before = self.0.with(py, |known| {
            if known.is_empty() {
                *known = (0..MOST).map(|_| None).collect();
            }
            known[place].replace(new)
        });
        drop(before);
        Ok(name)
    }
}

/// Where a key is kept: by its first and its last bytes, and its length.
#[inline]
fn place(text: &[u8]) -> usize {
    let eight = |bytes: Option<&[u8]>| {
        bytes.and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes)
    };
    let (first, last) = match (
        eight(text.get(..8)),
        eight(text.len().checked_sub(8).and_then(|at| text.get(at..))),
    ) {
        (Some(first), Some(last)) => (first, last),
        _ => (text.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)), 0),
    };
    let mixed =
        (first ^ last.rotate_left(29) ^ text.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    // The highest bits depend on all others.
    usize::try_from(mixed >> (u64::BITS - MOST.trailing_zeros())).unwrap_or_default()
}
