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
    /// Its first bytes, as in [`first`].
    first: u64,
    text: Box<[u8]>,
    name: Py<PyString>,
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self(GilCell::new(Box::default()))
    }

    /// The key that is written `text`, in UTF-8.
    pub(crate) fn get<'py>(&self, py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyString>> {
        self.beginning(py, text, first(text))
    }

    /// The key that is written `text`, of which `first` are the [first bytes](first): of most it is all.
    #[inline]
    pub(crate) fn beginning<'py>(
        &self,
        py: Python<'py>,
        text: &[u8],
        first: u64,
    ) -> PyResult<Bound<'py, PyString>> {
        if text.len() > LONGEST {
            return raw::string(py, text, false);
        }
        let place = place(text, first);
        let known = self.0.with(py, |known| {
            let known = known.get(place)?.as_ref()?;
            let is_it = known.first == first
                && known.text.len() == text.len()
                && (text.len() <= size_of_val(&first) || *known.text == *text);
            is_it.then(|| known.name.bind(py).clone())
        });
        known.map_or_else(|| self.add(py, text, first, place), Ok)
    }

    /// Makes a key, in the place of one that was there.
    #[cold]
    fn add<'py>(
        &self,
        py: Python<'py>,
        text: &[u8],
        first: u64,
        place: usize,
    ) -> PyResult<Bound<'py, PyString>> {
        let name = raw::string(py, text, false)?;
        let new = Known { first, text: text.into(), name: name.clone().unbind() };
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

/// The first bytes of `text`, the first one lowest, and zeros where there is none.
fn first(text: &[u8]) -> u64 {
    let bytes = text.iter().take(size_of::<u64>()).rev();
    bytes.fold(0, |bytes, byte| bytes << 8 | u64::from(*byte))
}

/// Where a key is kept: by its first and its last bytes, and its length.
#[inline]
fn place(text: &[u8], first: u64) -> usize {
    let last = text.last_chunk().map_or(0, |last| u64::from_le_bytes(*last));
    let mixed =
        (first ^ last.rotate_left(29) ^ text.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    // The highest bits depend on all others.
    usize::try_from(mixed >> (u64::BITS - MOST.trailing_zeros())).unwrap_or_default()
}
