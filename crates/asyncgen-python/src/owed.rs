//! What a face has taken of its source and has not handed out yet.

use std::{mem, sync::Arc};

use asyncgen_sources::Position;
use pyo3::prelude::*;

use crate::{
    core::{Core, Hold},
    raw::GilCell,
};

/// Keeps the position of a source before what a face owes: records, or word of what is wrong with one.
pub(crate) struct Owed {
    core: Arc<Core>,
    open: GilCell<Open>,
}

#[derive(Default)]
struct Open {
    held: Option<Hold>,
    /// What is raised before all that comes after it.
    fault: Option<PyErr>,
}

impl Owed {
    pub(crate) fn new(core: &Arc<Core>) -> Self {
        Self { core: Arc::clone(core), open: GilCell::new(Open::default()) }
    }

    /// What is owed begins at `position`, unless something is owed already.
    pub(crate) fn begin(&self, py: Python<'_>, position: Position) {
        if self.open.with(py, |open| open.held.is_none()) {
            self.go_on(py, Some(position));
        }
    }

    /// What is owed begins at `position` now; nothing is if that is `None`.
    pub(crate) fn go_on(&self, py: Python<'_>, position: Option<Position>) {
        // One after the other: of a source that is over, what is not held is gone.
        let held = position.map(|position| self.core.hold(py, position));
        if let Some(before) = self.open.with(py, |open| mem::replace(&mut open.held, held)) {
            self.core.release(py, before);
        }
    }

    /// All but `fault` is handed out, which is that of the record at `position`, or what ended the source.
    pub(crate) fn keep(&self, py: Python<'_>, fault: PyErr, position: Option<Position>) {
        self.go_on(py, position);
        drop(self.open.with(py, |open| open.fault.replace(fault)));
    }

    /// Raises the fault, if one is owed: what is owed begins at `next` then.
    pub(crate) fn raise(&self, py: Python<'_>, next: Option<Position>) -> PyResult<()> {
        let Some(fault) = self.open.with(py, |open| open.fault.take()) else { return Ok(()) };
        self.go_on(py, next);
        Err(fault)
    }

    /// Nothing more is handed out: the position stays where it is.
    pub(crate) fn forget(&self, py: Python<'_>) {
        drop(self.open.with(py, mem::take));
    }
}
