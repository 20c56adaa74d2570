//! Records that are as most are: of as many fields as the first one, not too long, and no blank lines.
#![expect(
    clippy::inline_always,
    reason = "what is compiled for the lanes has to be inlined where they are known"
)]

use super::index::Separators;
use crate::batch::Entry;
use crate::pending::Done;

/// What most records are.
#[derive(Clone, Copy)]
pub(super) struct Expected {
    /// How many fields they have.
    pub(super) width: usize,
    /// How many bytes they have at most.
    pub(super) max_record: usize,
}

/// How much ends before a block, from where the batch begins.
#[derive(Clone, Copy)]
pub(super) struct Before {
    pub(super) fields: usize,
    pub(super) lines: u32,
}

/// A record that is not as most are: where it ends, and how many fields there are up to that.
pub(super) struct Unusual {
    pub(super) block: Separators,
    pub(super) bit: usize,
    pub(super) fields: usize,
}

impl Before {
    /// Passes over what ends in `block`.
    #[inline(always)]
    pub(super) fn pass(&mut self, block: &Separators) {
        self.fields += block.ends.count();
        self.lines += block.breaks.count_ones();
    }
}

impl Expected {
    /// Adds the records that end in `block` to `records`, up to the first that is not as most are, and gives that.
    #[inline(always)]
    pub(super) fn end_records(
        self,
        block: &Separators,
        before: Before,
        done: &mut Done,
        records: &mut Vec<Entry>,
    ) -> Option<Unusual> {
        let mut left = block.line_ends;
        while left != 0 {
            let (bit, to) = (left.trailing_zeros() as usize, left ^ (left - 1));
            let fields = before.fields + (block.ends.at & to).count_ones() as usize;
            let length = block.ends.place + bit - done.bytes;
            if fields - done.fields != self.width || length.wrapping_sub(1) >= self.max_record {
                return Some(Unusual { block: *block, bit, fields });
            }
            records.push(done.entry());
            let lines = before.lines + (block.breaks & to).count_ones();
            *done = Done { bytes: block.ends.after(bit), lines, fields };
            left &= left - 1;
        }
        None
    }
}
