//! The keys of objects as Python strings, which records repeat, and mostly in the same order.

use pyo3::{prelude::*, types::PyString};

use super::Inside;
use crate::raw::{self, GilCell};

/// The longest key worth keeping, and how many are kept: records repeat a few short keys, but
/// keys that are data must not fill the memory.
const LONGEST: usize = 64;
const MOST: u16 = 1024;

/// How many columns have a spot of their own.
const MOST_COLUMNS: u16 = 32;

/// The most members that room is made for beforehand: an object may have far fewer than the one before.
const MOST_MEMBERS: u16 = 32;

/// The keys seen, each in the one place that its bytes lead to, with its hash worked out by the first dict it went into;
/// and what was seen at each spot.
pub(crate) struct Keys(GilCell<Table>);

#[derive(Default)]
struct Table {
    known: Box<[Option<Known>]>,
    seen: Box<[Seen]>,
}

struct Known {
    /// How it is written.
    text: Box<[u8]>,
    /// The first bytes of that and of the closing quote, and ones where there are some.
    first: u64,
    mask: u64,
    name: Py<PyString>,
}

/// What was at a spot last time.
#[derive(Default, Clone, Copy)]
struct Seen {
    /// The place of the key.
    key: u16,
    /// How many members the object had.
    members: u16,
}

/// Where in the shape of a record an object or a key stands: behind a key of the same object, or at the beginning of what a
/// key leads to.
#[derive(Clone, Copy)]
pub(crate) struct Spot(u16);

/// A key.
pub(crate) struct Key<'py> {
    pub(crate) name: Bound<'py, PyString>,
    place: u16,
}

impl Spot {
    /// The beginning of a record.
    pub(crate) const ROOT: Self = Self::column(0);
    const COUNT: u16 = Self::column(u16::MAX).0 + 1;

    /// The beginning of the column with this number.
    pub(crate) const fn column(number: u16) -> Self {
        // Behind those of the keys, among which there is one for those that are not kept.
        let last = MOST_COLUMNS - 1;
        Self(2 * (MOST + 1) + if number < last { number } else { last })
    }
}

impl Key<'_> {
    /// The spot of the key that follows in the same object.
    pub(crate) fn next(&self) -> Spot {
        Spot(2 * self.place + 1)
    }

    /// The spot of the value.
    pub(crate) fn value(&self) -> Spot {
        Spot(2 * self.place)
    }
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self(GilCell::new(Table::default()))
    }

    /// The key that was seen at `spot` last time, if `text`, from behind a quote on, begins with it; and its length.
    #[inline]
    pub(super) fn expected<'py>(
        &self,
        py: Python<'py>,
        spot: Spot,
        text: &[u8],
    ) -> Option<(Key<'py>, usize)> {
        self.0.with(py, |table| {
            let place = table.seen.get(usize::from(spot.0))?.key;
            let known = table.known.get(usize::from(place))?.as_ref()?;
            let key = || Key { name: known.name.bind(py).clone(), place };
            known.begins(text).then(|| (key(), known.text.len()))
        })
    }

    /// The key that is written `inside` at `spot`.
    pub(super) fn get<'py>(
        &self,
        py: Python<'py>,
        spot: Spot,
        inside: Inside<'_>,
    ) -> PyResult<Key<'py>> {
        if inside.text.len() > LONGEST {
            return Ok(Key { name: inside.string(py)?, place: MOST });
        }
        let place = place(inside.text);
        let known = self.0.with(py, |table| {
            let known = table.known.get(usize::from(place))?.as_ref()?;
            let is_it = *known.text == *inside.text;
            is_it.then(|| {
                table.seen[usize::from(spot.0)].key = place;
                known.name.bind(py).clone()
            })
        });
        let name = known.map_or_else(|| self.add(py, spot, inside, place), Ok)?;
        Ok(Key { name, place })
    }

    /// The key that stands for `text`, in UTF-8, wherever it is.
    pub(super) fn unescaped<'py>(
        &self,
        py: Python<'py>,
        text: &[u8],
    ) -> PyResult<Bound<'py, PyString>> {
        if text.contains(&b'\\') {
            // Here this is no escape.
            return raw::string(py, text, false);
        }
        self.get(py, Spot::ROOT, Inside::plain(text)).map(|key| key.name)
    }

    /// How many members the object at `spot` had last time.
    #[inline]
    pub(super) fn members(&self, py: Python<'_>, spot: Spot) -> usize {
        let seen = self.0.with(py, |table| table.seen.get(usize::from(spot.0)).copied());
        seen.unwrap_or_default().members.into()
    }

    /// The object at `spot` has this many members.
    #[inline]
    pub(super) fn had(&self, py: Python<'_>, spot: Spot, members: usize) {
        self.0.with(py, |table| {
            if let Some(seen) = table.seen.get_mut(usize::from(spot.0)) {
                seen.members = u16::try_from(members).unwrap_or(MOST_MEMBERS).min(MOST_MEMBERS);
            }
        });
    }

    /// Makes a key, in the place of one that was there.
    #[cold]
    fn add<'py>(
        &self,
        py: Python<'py>,
        spot: Spot,
        inside: Inside<'_>,
        place: u16,
    ) -> PyResult<Bound<'py, PyString>> {
        let name = inside.string(py)?;
        let new = Known::new(inside.text, name.clone().unbind());
        let before = self.0.with(py, |table| {
            if table.known.is_empty() {
                table.known = (0..MOST).map(|_| None).collect();
                table.seen = vec![Seen::default(); Spot::COUNT.into()].into();
            }
            table.seen[usize::from(spot.0)].key = place;
            table.known[usize::from(place)].replace(new)
        });
        // A `Py` would be put off.
        drop(before.map(|before| before.name.into_bound(py)));
        Ok(name)
    }
}

impl Known {
    fn new(text: &[u8], name: Py<PyString>) -> Self {
        let (mut first, mut mask) = ([0; 8], [0; 8]);
        for (index, byte) in text.iter().chain(b"\"").take(first.len()).enumerate() {
            (first[index], mask[index]) = (*byte, u8::MAX);
        }
        let (first, mask) = (u64::from_le_bytes(first), u64::from_le_bytes(mask));
        Self { text: text.into(), first, mask, name }
    }

    /// Whether `text` begins with it and a quote. Not of a text that is shorter than a word.
    #[inline]
    fn begins(&self, text: &[u8]) -> bool {
        let Some(first) = text.first_chunk() else { return false };
        (u64::from_le_bytes(*first) ^ self.first) & self.mask == 0
            && (self.text.len() < size_of_val(first)
                || text.starts_with(&self.text) && text.get(self.text.len()) == Some(&b'"'))
    }
}

/// Where a key is kept: by its first and its last bytes, and its length.
fn place(text: &[u8]) -> u16 {
    let (first, last) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
            }
            _ => (text.iter().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte)), 0),
        },
    };
    let mixed =
        (first ^ last.rotate_left(29) ^ text.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    // The highest bits depend on all others.
    u16::try_from(mixed >> (u64::BITS - MOST.trailing_zeros())).unwrap_or_default()
}
