//! How long a source may serve before it really suspends.

use std::time::{Duration, Instant};

/// How long other tasks wait at most. An asyncio sleep needs two turns of the loop, so the lag of
/// a ticker is about twice this; a suspension costs 3 µs, 1 % of it.
const SLICE: Duration = Duration::from_micros(250);

/// The items between two looks at the clock. A look costs 25 ns, so this makes it 6 ns an item;
/// with more, a slow loop body would overrun the slice by as many bodies.
const STRIDE: u32 = 4;

/// The most items of a slice, whatever the clock says.
const MOST_ITEMS: u32 = 1024;

/// The service since the last suspension.
#[derive(Debug, Default)]
pub(crate) struct Slice {
    began: Option<Instant>,
    items: u32,
}

impl Slice {
    /// Counts an item; true when it is time to suspend before the item is taken, which is then
    /// counted again.
    pub(crate) fn is_over(&mut self) -> bool {
        self.items += 1;
        if !self.items.is_multiple_of(STRIDE) {
            return false;
        }
        let now = Instant::now();
        let over =
            self.items >= MOST_ITEMS || now.duration_since(*self.began.get_or_insert(now)) >= SLICE;
        if over {
            // It stays over until it is restarted, however often it is asked.
            self.items -= 1;
        }
        over
    }

    /// The task was suspended: the next slice begins.
    pub(crate) fn restart(&mut self) {
        *self = Self::default();
    }
}
