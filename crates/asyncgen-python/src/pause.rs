//! What a step waits in: the turn of others, a source that is not ready, a coroutine of Python.

use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::PyStopIteration,
    prelude::*,
    sync::PyOnceLock,
    types::{PyBool, PyString},
};

use crate::{exit::Stay, raw};

/// How a step waits.
pub(crate) enum Pause {
    /// By a bare yield, after which it is over.
    Yielded,
    /// In a coroutine, to be driven.
    Waiting(Py<PyAny>),
}

/// What driving a pause led to.
pub(crate) enum Paused<'py> {
    /// It goes on, and this is for the event loop.
    Suspended(Pause, Bound<'py, PyAny>),
    Over,
    Failed(PyErr),
}

/// Gives others their turn once, in the way of the event loop that runs; over at once where none
/// does, or the interpreter is torn down.
pub(crate) fn turn(py: Python<'_>) -> Paused<'_> {
    static PAUSE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if raw::is_torn_down(py) {
        return Paused::Over;
    }
    let stay = Stay::begin(py);
    let way = PAUSE.import(py, "asyncgen._bridge", "pause").and_then(PyAnyMethods::call0);
    drop(stay);
    match way {
        Ok(way) => match way.cast::<PyBool>() {
            Ok(yields) if yields.is_true() => {
                Paused::Suspended(Pause::Yielded, py.None().into_bound(py))
            }
            Ok(_) => Paused::Over,
            Err(_) => inside(way),
        },
        Err(error) => Paused::Failed(error),
    }
}

/// Waits in `coroutine`, which has not begun.
pub(crate) fn inside(coroutine: Bound<'_, PyAny>) -> Paused<'_> {
    let none = coroutine.py().None().into_bound(coroutine.py());
    Pause::Waiting(coroutine.unbind()).send(&none)
}

impl Pause {
    pub(crate) fn send<'py>(self, sent: &Bound<'py, PyAny>) -> Paused<'py> {
        match self {
            Self::Yielded => Paused::Over,
            Self::Waiting(coroutine) => drive(coroutine, pyo3::intern!(sent.py(), "send"), sent),
        }
    }

    pub(crate) fn throw(self, py: Python<'_>, error: PyErr) -> Paused<'_> {
        match self {
            Self::Yielded => Paused::Failed(error),
            Self::Waiting(coroutine) => {
                let error = error.into_value(py).into_bound(py).into_any();
                drive(coroutine, pyo3::intern!(py, "throw"), &error)
            }
        }
    }

    pub(crate) fn close(self, py: Python<'_>) -> PyResult<()> {
        match self {
            Self::Yielded => Ok(()),
            Self::Waiting(coroutine) => {
                coroutine.call_method0(py, pyo3::intern!(py, "close")).map(drop)
            }
        }
    }

    pub(crate) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self {
            Self::Yielded => Ok(()),
            Self::Waiting(coroutine) => visit.call(coroutine),
        }
    }
}

fn drive<'py>(
    coroutine: Py<PyAny>,
    method: &Bound<'py, PyString>,
    argument: &Bound<'py, PyAny>,
) -> Paused<'py> {
    let py = argument.py();
    match raw::call_method(coroutine.bind(py), method, argument) {
        Ok(value) => Paused::Suspended(Pause::Waiting(coroutine), value),
        Err(error) if error.is_instance_of::<PyStopIteration>(py) => Paused::Over,
        Err(error) => Paused::Failed(error),
    }
}
