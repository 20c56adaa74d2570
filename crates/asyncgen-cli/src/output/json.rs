//! One JSON array, written as its elements come.

use std::ops::Range;

use asyncgen_sources::Batch;

use super::{Format, Head, Problem, each, values::Values};

/// Valid JSON also where the source fails half-way: the array is closed after the last record
/// before the fault.
pub(super) struct Json {
    values: Values,
    opened: bool,
}

impl Json {
    pub(super) fn new(values: Values) -> Self {
        Self { values, opened: false }
    }
}

impl Format for Json {
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
            let before = out.len();
            out.extend_from_slice(if self.opened { b",\n" } else { b"[\n" });
            self.values.write(record, out).inspect_err(|_| out.truncate(before))?;
            self.opened = true;
            Ok(())
        })
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.opened { b"\n]\n" } else { b"[]\n" });
    }
}
