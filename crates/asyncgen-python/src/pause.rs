//! The pause of a generator that has served for a while, before its body goes on.

use pyo3::{exceptions::PyStopIteration, prelude::*, types::PyString};

use crate::{bridge, raw};

/// How a step waits until others had their turn.
pub(super) enum Pause {
    /// A bare yield, after which it is over.
    Yielded,
    /// A coroutine of the event loop, to be driven.
    Waiting(Py<PyAny>),
}

/// What driving a pause led to.
pub(super) enum Paused<'py> {
    /// It goes on, and this is for the event loop.
    Suspended(Pause, Bound<'py, PyAny>),
    Over,
    Failed(PyErr),
}

/// Begins one, in the way of the event loop that runs; it is over at once where none does.
pub(super) fn begin(py: Python<'_>) -> Paused<'_> {
    match bridge::pause(py) {
        Ok(bridge::Pause::Yield) => Paused::Suspended(Pause::Yielded, py.None().into_bound(py)),
        Ok(bridge::Pause::Delegate(coroutine)) => {
            Pause::Waiting(coroutine.unbind()).send(&py.None().into_bound(py))
        }
        Ok(bridge::Pause::Never) => Paused::Over,
        Err(error) => Paused::Failed(error),
    }
}

impl Pause {
    pub(super) fn send<'py>(self, sent: &Bound<'py, PyAny>) -> Paused<'py> {
        match self {
            Self::Yielded => Paused::Over,
            Self::Waiting(coroutine) => drive(coroutine, pyo3::intern!(sent.py(), "send"), sent),
        }
    }

    pub(super) fn throw(self, py: Python<'_>, error: PyErr) -> Paused<'_> {
        match self {
            Self::Yielded => Paused::Failed(error),
            Self::Waiting(coroutine) => {
                let error = error.into_value(py).into_bound(py).into_any();
                drive(coroutine, pyo3::intern!(py, "throw"), &error)
            }
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
