//! What Python says about a source, beside its batches.

use crate::{build::Builder, fairness::Fair, reader::Reader};

/// How a source is served.
pub(crate) struct Plan {
    pub(crate) fair: Fair,
    pub(crate) builder: Builder,
    pub(crate) created: String,
    pub(crate) reader: Option<Reader>,
    pub(crate) faulty: Faulty,
}

/// What becomes of records that are not as they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Faulty {
    #[default]
    Raise,
    Skip,
    Collect,
}
