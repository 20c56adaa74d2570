//! Blocks in which nothing but delimiters and LFs has a meaning: most of them, of most files. What looks for those and what
//! adds their fields take turns, as the registers are too few for both together.

use super::index::{MOST_BLOCKS, Separators};
use crate::block::{self, BLOCK, Lanes, Work};

/// Some blocks, one after the other.
pub(super) struct Calm {
    /// Where the first one begins.
    start: usize,
    count: usize,
    blocks: [CalmEnds; MOST_BLOCKS],
}

/// What ends a field in a block, and what of that ends a line: a bit for each byte.
#[derive(Clone, Copy, Default)]
pub(super) struct CalmEnds {
    pub(super) at: u64,
    pub(super) line_ends: u64,
}

impl Calm {
    pub(super) fn new() -> Self {
        Self { start: 0, count: 0, blocks: [CalmEnds::default(); MOST_BLOCKS] }
    }

    /// Makes it the blocks of `bytes` from `start` on, as long as there is no quote in them and no CR.
    pub(super) fn look(&mut self, bytes: &[u8], start: usize, delimiter: u8, quote: Option<u8>) {
        self.start = start;
        let (bytes, quote) = (&bytes[start..], quote.unwrap_or(b'\r'));
        self.count = block::work(Look { blocks: &mut self.blocks, bytes, delimiter, quote });
    }

    /// Where the block after the last one begins.
    pub(super) fn end(&self) -> usize {
        self.start + self.count * BLOCK
    }

    /// The separators of each.
    #[inline]
    pub(super) fn blocks(&self) -> impl Iterator<Item = Separators> + Clone {
        let mut place = self.start;
        self.blocks[..self.count].iter().map(move |ends| {
            let block = Separators::calm(place, *ends);
            place += BLOCK;
            block
        })
    }

    /// What the last one has.
    pub(super) fn last(&self) -> Option<CalmEnds> {
        self.blocks[..self.count].last().copied()
    }

    /// Whether there may be more of them.
    pub(super) fn is_full(&self) -> bool {
        self.count == MOST_BLOCKS
    }
}

struct Look<'r> {
    blocks: &'r mut [CalmEnds],
    bytes: &'r [u8],
    delimiter: u8,
    quote: u8,
}

impl Work for Look<'_> {
    /// How many there are.
    type Output = usize;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it has to be compiled for the lanes")]
    fn work<L: Lanes>(self, lanes: L) -> usize {
        let mut count = 0;
        for (block, ends) in self.bytes.as_chunks().0.iter().zip(self.blocks) {
            if lanes.find(block, [self.quote, b'\r']) != 0 {
                break;
            }
            let line_ends = lanes.find(block, [b'\n']);
            let at = lanes.find(block, [self.delimiter]) | line_ends;
            *ends = CalmEnds { at, line_ends };
            count += 1;
        }
        count
    }
}
