//! A JSON value a line.

use std::ops::Range;

use asyncgen_sources::Batch;

use super::{Format, Head, Problem, each, values::Values};

pub(super) struct Ndjson {
    values: Values,
}

impl Ndjson {
    pub(super) fn new(values: Values) -> Self {
        Self { values }
    }
}

impl Format for Ndjson {
    fn begin(&mut self, head: Head<'_>, _: &mut Vec<u8>) -> Result<(), Problem> {
        self.values.begin(head)
    }

    fn records(
        &mut self,
        batch: &Batch,
        places: Range<usize>,
        out: &mut Vec<u8>,
    ) -> (usize, Result<(), Problem>) {
        each(batch, places, |record| {
            self.values.write(record, out)?;
            out.push(b'\n');
            Ok(())
        })
    }
}
