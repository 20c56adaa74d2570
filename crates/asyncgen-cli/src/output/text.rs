//! Lines as they are, and what each is ended by.

use std::ops::Range;

use asyncgen_sources::Batch;

use super::{Format, Problem, each};

pub(super) struct Text {
    pub(super) end: &'static str,
}

impl Format for Text {
    fn records(
        &mut self,
        batch: &Batch,
        places: Range<usize>,
        out: &mut Vec<u8>,
    ) -> (usize, Result<(), Problem>) {
        each(batch, places, |record| {
            out.extend_from_slice(record.get(0).unwrap_or_default().as_bytes());
            out.extend_from_slice(self.end.as_bytes());
            Ok(())
        })
    }
}
