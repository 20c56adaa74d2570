//! Bytes as they are.

use std::ops::Range;

use asyncgen_sources::Batch;

use super::{Format, Head, Problem};

pub(super) struct Bytes;

impl Format for Bytes {
    fn begin(&mut self, _: Head<'_>, _: &mut Vec<u8>) -> Result<(), Problem> {
        Ok(())
    }

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

    fn end(&mut self, _: &mut Vec<u8>) {}
}
