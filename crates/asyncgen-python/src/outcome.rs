//! What resuming an awaitable leads to.

use pyo3::{exceptions::PyRuntimeError, prelude::*};

use crate::{raw::stop_iteration, thrown::is_end};

/// How an awaitable answers to being resumed.
pub(crate) enum Outcome<'py> {
    /// It waits; the value is for the event loop.
    Suspended(Bound<'py, PyAny>),
    Returned(Bound<'py, PyAny>),
    Failed(PyErr),
}

impl<'py> Outcome<'py> {
    /// Returned, or failed.
    pub(crate) fn of(result: PyResult<Bound<'py, PyAny>>) -> Self {
        result.map_or_else(Self::Failed, Self::Returned)
    }

    /// As the methods of an awaitable tell it: by value, or by `StopIteration`.
    pub(crate) fn told(self) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::Suspended(value) => Ok(value),
            Self::Returned(value) => {
                let py = value.py();
                stop_iteration(value, None);
                Err(PyErr::fetch(py))
            }
            Self::Failed(error) => Err(error),
        }
    }

    /// As `close()` of an awaitable takes it, after `GeneratorExit` was thrown in.
    pub(crate) fn closed(self, py: Python<'_>) -> PyResult<()> {
        match self {
            Self::Suspended(_) => Err(PyRuntimeError::new_err("coroutine ignored GeneratorExit")),
            Self::Returned(_) => Ok(()),
            Self::Failed(error) if is_end(py, &error) => Ok(()),
            Self::Failed(error) => Err(error),
        }
    }
}
