//! A source for `async for` alone.

use pyo3::{PyTraverseError, PyVisit, prelude::*, types::PyType};

use crate::{entered::Entered, raw::Advance, source::Source, step::Step};

/// The async half of a source: no `__iter__`, so that who would pick that side of it cannot.
///
/// Closing it closes the source.
#[pyclass(frozen, weakref, module = "asyncgen", name = "Stream")]
pub(crate) struct Stream {
    source: Py<Source>,
}

impl Stream {
    pub(crate) fn new(source: Py<Source>) -> Self {
        Self { source }
    }
}

impl Advance for Stream {
    #[inline]
    fn at_once<'py>(this: &Bound<'py, Self>) -> Option<Bound<'py, PyAny>> {
        Source::at_once(this.get().source.bind(this.py()))
    }

    fn advance<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Source::advance(this.get().source.bind(this.py()))
    }
}

#[pymethods]
impl Stream {
    fn __aiter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __anext__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::at_once(slf).map_or_else(|| Self::advance(slf), Ok)
    }

    /// Ends the source and releases what it holds; any number of times.
    fn aclose(&self) -> Step {
        self.source.get().aclose()
    }

    fn __aenter__(slf: Py<Self>) -> Entered {
        Entered::new(slf.into_any())
    }

    #[pyo3(signature = (*_exc_info))]
    fn __aexit__(&self, _exc_info: &Bound<'_, PyAny>) -> Step {
        self.source.get().aclose()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<stream of {}>", self.source.get().__repr__(py))
    }

    /// `Stream[T]` in annotations.
    #[classmethod]
    fn __class_getitem__(cls: &Bound<'_, PyType>, item: Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Source::__class_getitem__(cls, item)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.source)
    }
}
