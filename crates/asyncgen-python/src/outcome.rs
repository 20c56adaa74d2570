//! What resuming an awaitable leads to.

use pyo3::{
    exceptions::{PyRuntimeError, PyStopIteration},
    prelude::*,
};

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
            Self::Returned(value) => Err(PyStopIteration::new_err((value.unbind(),))),
            Self::Failed(error) => Err(error),
        }
    }

    /// As `close()` of an awaitable takes it, after `GeneratorExit` was thrown in.
    pub(crate) fn closed(self, py: Python<'_>) -> PyResult<()> {
        use pyo3::exceptions::{PyGeneratorExit, PyStopAsyncIteration};
        match self {
            Self::Suspended(_) => Err(PyRuntimeError::new_err("coroutine ignored GeneratorExit")),
            Self::Returned(_) => Ok(()),
            Self::Failed(error)
                if error.is_instance_of::<PyGeneratorExit>(py)
                    || error.is_instance_of::<PyStopAsyncIteration>(py) =>
            {
                Ok(())
            }
            Self::Failed(error) => Err(error),
        }
    }
}
