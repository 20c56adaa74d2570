//! The order of the steps of a generator: who is at it, what has come of it, and what an ending means.

use pyo3::{
    exceptions::{PyException, PyStopAsyncIteration},
    prelude::*,
    sync::PyOnceLock,
    types::{PyString, PyType},
};

use super::{Generator, hooks::Hooks};
use crate::{fairness::Slice, outcome::Outcome, raw::Answer, thrown};

pub(super) struct State {
    pub(super) running: bool,
    pub(super) closed: bool,
    pub(super) started: bool,
    pub(super) hooks: Hooks,
    pub(super) slice: Slice,
    pub(super) items: u64,
    pub(super) value: Option<Py<PyAny>>,
    pub(super) name: Py<PyString>,
    pub(super) qualname: Py<PyString>,
}

/// What a step that wants to send meets.
pub(super) enum Entry {
    /// Somebody else is at it.
    Busy,
    /// Something is sent, and there is no yield yet that it could be sent to.
    TooEarly,
    /// Others are to have their turn first.
    Tired,
    Free,
}

impl Generator {
    /// Marks it as being stepped, for a throw; false when somebody else is at it.
    pub(super) fn enter(&self, py: Python<'_>) -> bool {
        self.state.with(py, |state| {
            let enters = !std::mem::replace(&mut state.running, true);
            // A throw ends a body that has not begun, and to an ended one anything may be sent.
            state.started |= enters;
            enters
        })
    }

    /// Marks it as being stepped, for a step that sends something or nothing.
    #[inline]
    pub(super) fn enter_to_send(&self, py: Python<'_>, sends: bool) -> Entry {
        self.state.with(py, |state| {
            if state.running {
                return Entry::Busy;
            }
            if sends && !state.started {
                return Entry::TooEarly;
            }
            state.running = true;
            if state.slice.is_over() {
                state.slice.restart();
                return Entry::Tired;
            }
            state.started = true;
            Entry::Free
        })
    }

    /// The step is over, whatever came of it.
    pub(super) fn leave(&self, py: Python<'_>) {
        self.state.with(py, |state| state.running = false);
    }

    pub(super) fn is_running(&self, py: Python<'_>) -> bool {
        self.state.with(py, |state| state.running)
    }

    pub(super) fn is_closed(&self, py: Python<'_>) -> bool {
        self.state.with(py, |state| state.closed)
    }

    pub(super) fn close(&self, py: Python<'_>) {
        self.state.with(py, |state| state.closed = true);
    }

    /// As [`enter_to_send`](Self::enter_to_send) with nothing to send: true for `Free`, else nothing
    /// has happened. Does not panic.
    #[inline]
    pub(super) fn enters_at_once(&self, py: Python<'_>) -> bool {
        let enters = self.state.try_with(py, |state| {
            let enters = !state.running && !state.slice.is_over();
            if enters {
                (state.running, state.started) = (true, true);
            }
            enters
        });
        enters == Some(true)
    }

    /// The pause is over, and the body goes on.
    pub(super) fn begins(&self, py: Python<'_>) {
        self.state.with(py, |state| state.started = true);
    }

    /// What an awaitable returns for what the body did, when the generator was not being closed; the
    /// step is over, unless it is suspended.
    #[inline]
    pub(super) fn settle<'py>(&self, py: Python<'py>, answer: Answer<'py>) -> Outcome<'py> {
        match answer {
            Answer::Yielded(item) => {
                self.gave(py);
                Outcome::Returned(item)
            }
            Answer::Awaits(value) => {
                self.state.with(py, |state| state.slice.restart());
                Outcome::Suspended(value)
            }
            Answer::Returned => {
                self.ended(py);
                Outcome::Failed(PyStopAsyncIteration::new_err(()))
            }
            Answer::Raised(error) => Outcome::Failed(self.failed(py, error)),
        }
    }

    /// The step has an item.
    #[inline]
    pub(super) fn gave(&self, py: Python<'_>) {
        self.state.with(py, |state| (state.running, state.items) = (false, state.items + 1));
    }

    fn ended(&self, py: Python<'_>) {
        self.state.with(py, |state| (state.running, state.closed) = (false, true));
    }

    /// What the body's error is for the consumer.
    #[cold]
    pub(super) fn failed(&self, py: Python<'_>, error: PyErr) -> PyErr {
        self.leave(py);
        if let Some(value) = returned(&error, py) {
            self.close(py);
            let stop = py.get_type::<PyStopAsyncIteration>().call0().and_then(|stop| {
                // As PEP 828 has it.
                stop.setattr(pyo3::intern!(py, "value"), &value)?;
                Ok(PyErr::from_value(stop))
            });
            let held = self.state.with(py, |state| state.value.replace(value));
            drop(held);
            return stop.unwrap_or_else(|error| error);
        }
        if thrown::is_end(py, &error) {
            self.close(py);
        } else if self.notes && error.is_instance_of::<PyException>(py) {
            return self.explained(py, error);
        }
        error
    }

    /// Tells the error which item it hit, and where the generator was made.
    fn explained(&self, py: Python<'_>, error: PyErr) -> PyErr {
        let (item, name) =
            self.state.with(py, |state| (state.items + 1, state.qualname.clone_ref(py)));
        let note =
            format!("item {item} of {}, created at {}", name.bind(py), self.created.bind(py));
        // An exception that takes no note is the body's error all the same.
        drop(error.value(py).call_method1(pyo3::intern!(py, "add_note"), (note,)));
        error
    }
}

/// The value of an `asyncgen.Return`.
pub(super) fn returned(error: &PyErr, py: Python<'_>) -> Option<Py<PyAny>> {
    static RETURN: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = RETURN.import(py, "asyncgen._generator", "Return").ok()?;
    let is_return = error.get_type(py).is(class);
    is_return.then(|| error.value(py).getattr("value").ok().map(Bound::unbind)).flatten()
}
