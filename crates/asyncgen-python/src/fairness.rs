//! How long a generator may serve before it really suspends.

use std::time::{Duration, Instant};

use pyo3::{prelude::*, types::PyBool};

use crate::errors::misused;

/// How long other tasks wait at most, unless `fair=` says otherwise. An asyncio sleep needs two
/// turns of the loop, so the lag of a ticker is about twice this; a suspension costs 3 µs, 1 % of
/// it.
const SLICE: Duration = Duration::from_micros(250);

/// The most items between two looks at the clock. A look costs 25 ns, so this makes it 2 ns an
/// item; with more, loop bodies that are slow all of a sudden would overrun the slice by as many.
const LONGEST_STRIDE: u32 = 16;

/// The part of a slice that a stride may take: below it the stride grows, above it the next look
/// is at the next item.
const STRIDES_PER_SLICE: u32 = 16;

/// The most items of a slice, whatever the clock says.
const MOST_ITEMS: u32 = 1024;

/// How long a slice is: `True` for the usual length, `False` for no end, or seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fair(Option<Duration>);

/// The service since the last suspension.
#[derive(Debug)]
pub(crate) struct Slice {
    fair: Fair,
    clock: Option<Clock>,
    items: u32,
    /// The items between two looks, and those left until the next.
    stride: u32,
    left: u32,
}

#[derive(Debug, Clone, Copy)]
struct Clock {
    began: Instant,
    looked: Instant,
}

/// Refuses what is no length of a slice.
#[pyfunction]
pub(crate) fn check_fair(fair: Fair) {
    _ = fair;
}

impl Slice {
    pub(crate) fn new(fair: Fair) -> Self {
        Self { fair, clock: None, items: 0, stride: 1, left: 1 }
    }

    /// Counts an item; true when it is time to suspend before the item is taken, which is then
    /// counted again.
    #[inline]
    pub(crate) fn is_over(&mut self) -> bool {
        self.left -= 1;
        self.left == 0 && self.look()
    }

    /// Counts work on many items that began at `since`: the clock is looked at with the next one.
    pub(crate) fn worked(&mut self, since: Instant) {
        self.clock.get_or_insert(Clock { began: since, looked: since });
        self.left = 1;
    }

    /// The task was suspended: the next slice begins.
    #[inline]
    pub(crate) fn restart(&mut self) {
        (self.clock, self.items, self.left) = (None, 0, 1);
    }

    #[inline(never)]
    fn look(&mut self) -> bool {
        self.left = 1;
        let Fair(Some(length)) = self.fair else {
            self.left = u32::MAX;
            return false;
        };
        let now = Instant::now();
        let Some(clock) = &mut self.clock else {
            self.clock = Some(Clock { began: now, looked: now });
            return false;
        };
        if self.items >= MOST_ITEMS || now.duration_since(clock.began) >= length {
            // It stays over until it is restarted, however often it is asked.
            return true;
        }
        let quick = now.duration_since(clock.looked) < length / STRIDES_PER_SLICE;
        clock.looked = now;
        self.stride = if quick { (self.stride * 2).min(LONGEST_STRIDE) } else { 1 };
        self.left = self.stride;
        self.items += self.stride;
        false
    }
}

impl Default for Fair {
    fn default() -> Self {
        Self(Some(SLICE))
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Fair {
    type Error = PyErr;

    fn extract(fair: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(fair) = fair.cast::<PyBool>() {
            return Ok(if fair.is_true() { Self::default() } else { Self(None) });
        }
        let length = fair.extract().ok().and_then(|secs| Duration::try_from_secs_f64(secs).ok());
        length.map(|length| Self(Some(length))).ok_or_else(|| {
            let message = format!("fair must be True, False or seconds, not {}", &*fair);
            misused(fair.py(), message, None)
        })
    }
}
