//! Lines as they are, each ended by a newline.

use asyncgen_sources::Batch;

use super::{Format, Head, Problem};

pub(super) struct Text;

impl Format for Text {
    fn begin(&mut self, _: Head<'_>, _: &mut Vec<u8>) -> Result<(), Problem> {
        Ok(())
    }

    fn records(
        &mut self,
        batch: &Batch,
        take: usize,
        out: &mut Vec<u8>,
    ) -> (usize, Result<(), Problem>) {
        for record in batch.iter().take(take) {
            out.extend_from_slice(record.get(0).unwrap_or_default().as_bytes());
            out.push(b'\n');
        }
        (take, Ok(()))
    }

    fn end(&mut self, _: &mut Vec<u8>) {}
}
