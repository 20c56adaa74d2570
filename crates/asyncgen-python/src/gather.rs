//! What makes things of many records, one a step.

use std::task::{Poll, Waker};

use pyo3::prelude::*;

use crate::{core::Core, cursor::Taken};

/// Serves the steps of a face whose items are made of many records each.
pub(crate) trait Gather: Send + Sync {
    /// What comes before a further record is taken: an item that is ready, or nothing, or an end. `waker` is woken when
    /// one that is being made is ready.
    fn before<'py>(
        &self,
        py: Python<'py>,
        core: &Core,
        waker: &Waker,
    ) -> Poll<PyResult<Option<Bound<'py, PyAny>>>>;

    /// Takes a record, and those of its batch that follow; gives the item that they complete.
    fn take<'py>(
        &self,
        py: Python<'py>,
        core: &Core,
        taken: &Taken,
    ) -> PyResult<Option<Bound<'py, PyAny>>>;

    /// The last item, where the source has ended; `now` says that it has in this very step.
    fn end<'py>(
        &self,
        py: Python<'py>,
        core: &Core,
        now: bool,
    ) -> PyResult<Option<Bound<'py, PyAny>>>;

    /// The item that came before `error`, which ended the source.
    fn fail<'py>(&self, py: Python<'py>, error: PyErr) -> PyResult<Option<Bound<'py, PyAny>>>;
}
