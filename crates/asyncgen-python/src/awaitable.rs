//! What `__anext__`, `asend`, `athrow` and `aclose` return.
//!
//! | stage     | `send(None)` does                                        | goes to              |
//! |-----------|----------------------------------------------------------|----------------------|
//! | `Fresh`   | enters the source, then takes or parks                   | any                  |
//! | `Yielded` | was suspended by a bare yield: takes or parks            | any                  |
//! | `Parked`  | drives the coroutine of the bridge; done: takes or parks | any                  |
//! | `Busy`    | is being driven: refuses                                 | -                    |
//! | `Done`    | refuses to be used again                                 | -                    |

use std::{mem, sync::Arc};

use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyRuntimeError, PyStopIteration},
    prelude::*,
    types::PyTuple,
};

use crate::{
    bridge::{Berth, Pause, pause},
    core::{Core, Next},
    errors::{already_running, failure, stop_async_iteration},
    exit::Stay,
    raw::GilCell,
};

/// One step of a source: an awaitable.
#[pyclass(frozen, module = "asyncgen._asyncgen")]
pub(crate) struct Step {
    core: Arc<Core>,
    inner: GilCell<Inner>,
}

struct Inner {
    stage: Stage,
    verb: Verb,
}

enum Stage {
    Fresh,
    Yielded,
    Parked(Py<PyAny>),
    Busy,
    Done,
}

/// What the step asks of the source.
pub(crate) enum Verb {
    Next,
    /// Close, then raise this.
    Throw(PyErr),
    Close,
}

/// What driving a step leads to, when not to an exception.
enum Outcome {
    Suspended(Py<PyAny>),
    Returned(Py<PyAny>),
}

impl Step {
    pub(crate) fn new(core: Arc<Core>, verb: Verb) -> Self {
        Self { core, inner: GilCell::new(Inner { stage: Stage::Fresh, verb }) }
    }

    /// Makes a finished step that nobody else holds into a fresh one.
    pub(crate) fn renew(&self, py: Python<'_>) -> bool {
        self.inner.with(py, |inner| {
            let renewable = matches!((&inner.stage, &inner.verb), (Stage::Done, Verb::Next));
            if renewable {
                inner.stage = Stage::Fresh;
            }
            renewable
        })
    }

    /// The whole step, if a record is there and nothing has to be done for it.
    pub(crate) fn at_once<'py>(&self, py: Python<'py>) -> Option<PyResult<Bound<'py, PyAny>>> {
        let taken = self.inner.with(py, |inner| {
            let (Stage::Fresh, Verb::Next) = (&inner.stage, &inner.verb) else { return None };
            let taken = self.core.at_once(py)?;
            inner.stage = Stage::Done;
            Some(taken)
        })?;
        Some(self.core.build(py, &taken))
    }

    fn drive(&self, py: Python<'_>, sent: Py<PyAny>) -> PyResult<Outcome> {
        let stage = self.go(py, Stage::Busy);
        if matches!(stage, Stage::Busy | Stage::Done) {
            return Err(self.refuse(py, stage));
        }
        let outcome = match stage {
            Stage::Fresh => match self.begin(py) {
                Ok(()) => self.advance(py),
                // The source is somebody else's at this moment: it is not ours to leave.
                Err(error) => {
                    self.end(py, false);
                    return Err(error);
                }
            },
            Stage::Parked(coroutine) => self.resume(coroutine.into_bound(py), sent),
            _ => self.advance(py),
        };
        if !matches!(outcome, Ok(Outcome::Suspended(_))) {
            self.end(py, true);
        }
        outcome
    }

    /// The first drive: the verbs that are done at once, and the way into the source.
    fn begin(&self, py: Python<'_>) -> PyResult<()> {
        let core = &self.core;
        match self.inner.with(py, |inner| mem::replace(&mut inner.verb, Verb::Next)) {
            Verb::Next if core.enter(py) => {}
            Verb::Next => return Err(already_running()),
            Verb::Close => {
                core.close(py);
                return Err(PyStopIteration::new_err(()));
            }
            Verb::Throw(error) => {
                core.close(py);
                return Err(error);
            }
        }
        if core.starts(py)
            && let Some(reader) = &core.reader
        {
            let _stay = Stay::begin(py);
            reader.call_method0(py, pyo3::intern!(py, "start")).inspect_err(|_| core.leave(py))?;
        }
        Ok(())
    }

    /// Takes a record, or suspends, or ends.
    fn advance(&self, py: Python<'_>) -> PyResult<Outcome> {
        let core = &self.core;
        let mut next = core.next_fair(py);
        loop {
            next = match next {
                Next::Record(taken) => {
                    return core.build(py, &taken).map(|it| Outcome::Returned(it.unbind()));
                }
                Next::End(summary) => return Err(stop_async_iteration(py, summary)?),
                Next::Failed(error) => return Err(failure(py, &error, core)),
                Next::Tired => match pause(py)? {
                    Pause::Yield => {
                        drop(self.go(py, Stage::Yielded));
                        return Ok(Outcome::Suspended(py.None()));
                    }
                    Pause::Delegate(coroutine) => return self.resume(coroutine, py.None()),
                    Pause::Never => core.next(py),
                },
                Next::Pending => {
                    let berth = Berth::find(py)?;
                    match core.next_or_park(py, &berth.waker) {
                        Next::Pending => return self.resume(berth.park()?, py.None()),
                        ready => ready,
                    }
                }
            };
        }
    }

    /// Drives the coroutine that the step is suspended in, and goes on when it is done.
    fn resume(&self, coroutine: Bound<'_, PyAny>, sent: Py<PyAny>) -> PyResult<Outcome> {
        let stay = Stay::begin(coroutine.py());
        let result = coroutine.call_method1(pyo3::intern!(coroutine.py(), "send"), (sent,));
        drop(stay);
        self.suspended(coroutine, result)
    }

    /// What a drive of the coroutine led to.
    fn suspended<'py>(
        &self,
        coroutine: Bound<'py, PyAny>,
        result: PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<Outcome> {
        let py = coroutine.py();
        match result {
            Ok(yielded) => {
                drop(self.go(py, Stage::Parked(coroutine.unbind())));
                Ok(Outcome::Suspended(yielded.unbind()))
            }
            Err(error) if error.is_instance_of::<PyStopIteration>(py) => self.advance(py),
            Err(error) => Err(error),
        }
    }

    /// The step is over; `entered` says that the source is this step's to leave.
    fn end(&self, py: Python<'_>, entered: bool) {
        let stage = self.go(py, Stage::Done);
        if entered {
            self.core.leave(py);
        }
        drop(stage);
    }

    /// Goes to `next`; gives the stage it was in, to be dropped when the cell is back.
    fn go(&self, py: Python<'_>, next: Stage) -> Stage {
        self.inner.with(py, |inner| mem::replace(&mut inner.stage, next))
    }

    fn refuse(&self, py: Python<'_>, stage: Stage) -> PyErr {
        let refused = match &stage {
            Stage::Busy => already_running(),
            _ => PyRuntimeError::new_err("cannot reuse already awaited __anext__()/asend()"),
        };
        drop(self.go(py, stage));
        refused
    }
}

#[pymethods]
impl Step {
    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.send(py, py.None())
    }

    /// Resumes. The value is for the event loop's own coroutine, if the step waits in one.
    fn send(&self, py: Python<'_>, value: Py<PyAny>) -> PyResult<Py<PyAny>> {
        match self.drive(py, value)? {
            Outcome::Suspended(yielded) => Ok(yielded),
            // One record: `StopIteration` takes a tuple for its arguments, and no record is one.
            Outcome::Returned(record) => Err(PyStopIteration::new_err(record)),
        }
    }

    /// Throws into the wait. The source is not touched: a cancelled step takes no record.
    #[pyo3(signature = (typ, val=None, tb=None, /))]
    fn throw(
        &self,
        py: Python<'_>,
        typ: Bound<'_, PyAny>,
        val: Option<Bound<'_, PyAny>>,
        tb: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let stage = self.go(py, Stage::Busy);
        let entered = !matches!(stage, Stage::Fresh);
        if matches!(stage, Stage::Busy | Stage::Done) {
            return Err(self.refuse(py, stage));
        }
        let outcome = if let Stage::Parked(coroutine) = stage {
            let coroutine = coroutine.into_bound(py);
            let arguments: Vec<_> = match (val, tb) {
                (None, None) => vec![typ],
                (val, tb) => vec![
                    typ,
                    val.unwrap_or_else(|| py.None().into_bound(py)),
                    tb.unwrap_or_else(|| py.None().into_bound(py)),
                ],
            };
            let arguments = PyTuple::new(py, arguments)?;
            let result = coroutine.call_method1(pyo3::intern!(py, "throw"), arguments);
            self.suspended(coroutine, result)
        } else {
            Err(thrown(typ, val)?)
        };
        match outcome {
            Ok(Outcome::Suspended(yielded)) => Ok(yielded),
            Ok(Outcome::Returned(record)) => {
                self.end(py, true);
                Err(PyStopIteration::new_err(record))
            }
            Err(error) => {
                self.end(py, entered);
                Err(error)
            }
        }
    }

    /// Gives the step up; nothing was taken.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        match self.go(py, Stage::Busy) {
            stage @ Stage::Busy => return Err(self.refuse(py, stage)),
            Stage::Fresh | Stage::Done => self.end(py, false),
            Stage::Yielded => self.end(py, true),
            Stage::Parked(coroutine) => {
                let closed = coroutine.call_method0(py, pyo3::intern!(py, "close"));
                self.end(py, true);
                closed?;
            }
        }
        Ok(())
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let parked = |inner: &Inner| match &inner.stage {
            Stage::Parked(coroutine) => visit.call(coroutine),
            _ => Ok(()),
        };
        self.inner.visited(&visit, parked).unwrap_or(Ok(()))
    }

    fn __clear__(&self) {
        Python::attach(|py| {
            let stage = self.go(py, Stage::Done);
            if matches!(stage, Stage::Yielded | Stage::Parked(_)) {
                self.core.leave(py);
            }
            drop(stage);
        });
    }
}

impl Drop for Step {
    /// A task that is destroyed while it waits must not leave the source running for ever.
    fn drop(&mut self) {
        if matches!(self.inner.get_mut().stage, Stage::Yielded | Stage::Parked(_)) {
            Python::attach(|py| self.core.leave(py));
        }
    }
}

/// The exception that the arguments of `throw` mean.
pub(crate) fn thrown(typ: Bound<'_, PyAny>, val: Option<Bound<'_, PyAny>>) -> PyResult<PyErr> {
    let Ok(class) = typ.cast::<pyo3::types::PyType>() else { return Ok(PyErr::from_value(typ)) };
    let value = match val {
        Some(value) if value.is_instance(class)? => value,
        Some(value) if !value.is_none() => class.call1((value,))?,
        _ => class.call0()?,
    };
    Ok(PyErr::from_value(value))
}
