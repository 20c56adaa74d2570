//! Bytes as they are.

use std::ops::Range;

use asyncgen_sources::Batch;

use super::{Format, Problem};

pub(super) struct Bytes;

impl Format for Bytes {
    fn records(
        &mut self,
        batch: &Batch,
        places: Range<usize>,
        out: &mut Vec<u8>,
    ) -> (usize, Result<(), Problem>) {
        let chunks = places.map_while(|place| batch.chunk(place));
        let written = chunks.map(|chunk| out.extend_from_slice(chunk)).count();
        (written, Ok(()))
    }
}
