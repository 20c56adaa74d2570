//! What `__aenter__` returns.

use pyo3::{PyTraverseError, PyVisit, exceptions::PyStopIteration, prelude::*};

use crate::{errors::reused, raw::GilCell};

/// An awaitable that gives what was entered at once.
#[pyclass(frozen, module = "asyncgen._asyncgen")]
pub(crate) struct Entered(GilCell<Option<Py<PyAny>>>);

impl Entered {
    pub(crate) fn new(entered: Py<PyAny>) -> Self {
        Self(GilCell::new(Some(entered)))
    }
}

#[pymethods]
impl Entered {
    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let entered = self.0.with(py, Option::take);
        Err(match entered {
            Some(entered) => PyStopIteration::new_err(entered),
            None => reused("__aenter__()"),
        })
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.0.visited(&visit, |entered| visit.call(entered))
    }

    fn __clear__(&self) {
        let entered = Python::attach(|py| self.0.with(py, Option::take));
        drop(entered);
    }
}
