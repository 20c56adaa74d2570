//! A format and whether it has begun: all of writing but the place.

use std::{fmt, ops::Range};

use asyncgen_sources::Batch;
use clap::ValueEnum;

use super::{Format, Head, Problem, Shape, Wanted, format};
use crate::args::To;

/// Writes the records of one source into memory, whole records only.
pub struct Encoder {
    format: Box<dyn Format>,
    begun: bool,
    /// What stands before the first record was written before.
    goes_on: bool,
}

impl Encoder {
    pub(crate) fn new(format: Box<dyn Format>) -> Self {
        Self { format, begun: false, goes_on: false }
    }

    /// Says that what it writes goes on with what was written before.
    pub(crate) fn going_on(self, goes_on: bool) -> Self {
        Self { goes_on, ..self }
    }

    /// What `--to name` writes of records of `shape`, or of them what is `wanted`; `None` where there
    /// is no such format.
    pub fn named(name: &str, shape: Shape, wanted: Wanted) -> Option<Self> {
        let to = To::from_str(name, false).ok()?;
        Some(Self::new(format(shape, Some(to), wanted)))
    }

    /// Whether what stands before the first record is written.
    pub fn is_begun(&self) -> bool {
        self.begun
    }

    /// Writes what stands before the first record, once; nothing where it fails.
    pub fn begin(&mut self, head: Head<'_>, out: &mut Vec<u8>) -> Result<(), Problem> {
        if !self.begun {
            let before = out.len();
            self.format.begin(head, out)?;
            if self.goes_on {
                out.truncate(before);
            }
            self.begun = true;
        }
        Ok(())
    }

    /// Writes the records of `batch` at `places`, up to one that cannot be written, and tells how
    /// many it has written.
    pub fn records(
        &mut self,
        batch: &Batch,
        places: Range<usize>,
        out: &mut Vec<u8>,
    ) -> (usize, Result<(), Problem>) {
        self.format.records(batch, places, out)
    }

    /// Writes what stands after the last record.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        self.format.end(out);
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoder").field("begun", &self.begun).finish_non_exhaustive()
    }
}
