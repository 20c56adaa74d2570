//! What `athrow` and `aclose` of a generator return.
//!
//! | stage    | resumed it                                        | goes to          |
//! |----------|---------------------------------------------------|------------------|
//! | `Init`   | enters the generator and throws into the body     | `Iter`, `Closed` |
//! | `Iter`   | resumes the body                                  | `Iter`, `Closed` |
//! | `Closed` | refuses to be used again                          | -                |

use std::mem;

use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyRuntimeError, PyStopAsyncIteration},
    prelude::*,
    types::PyTuple,
};

use super::{Generator, steps::returned};
use crate::{
    errors::{already_running, reused},
    outcome::Outcome,
    raw::{Answer, GilCell, Resume},
    thrown::{self, generator_exit, thrown},
};

/// One throw into a generator: an awaitable.
#[pyclass(frozen, module = "asyncgen._asyncgen")]
pub(crate) struct Athrow {
    generator: Py<Generator>,
    /// What `athrow` was given; none for `aclose`.
    args: Option<Py<PyTuple>>,
    stage: GilCell<Stage>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Init,
    Iter,
    Closed,
}

impl Athrow {
    pub(super) fn new(generator: Py<Generator>, args: Option<Py<PyTuple>>) -> Self {
        Self { generator, args, stage: GilCell::new(Stage::Init) }
    }

    fn verb(&self) -> &'static str {
        if self.args.is_some() { "athrow" } else { "aclose" }
    }

    fn begin<'py>(&self, sent: &Bound<'py, PyAny>) -> Outcome<'py> {
        let (py, generator) = (sent.py(), self.generator.get());
        if generator.body.is_finished(py) {
            return self.finish(py, Outcome::Returned(py.None().into_bound(py)));
        }
        if generator.is_running(py) {
            return self.finish(py, Outcome::Failed(already_running(self.verb())));
        }
        if generator.is_closed(py) {
            return self.finish(py, Outcome::Failed(PyStopAsyncIteration::new_err(())));
        }
        if !sent.is_none() {
            self.go(py, Stage::Init);
            let message = "can't send non-None value to a just-started coroutine";
            return Outcome::Failed(PyRuntimeError::new_err(message));
        }
        generator.enter(py);
        let error = if let Some(args) = &self.args {
            thrown(args.bind(py))
        } else {
            generator.close(py);
            generator_exit(py)
        };
        self.settle(py, generator.body.throw(py, error))
    }

    fn raise<'py>(&self, py: Python<'py>, error: impl FnOnce() -> PyResult<PyErr>) -> Outcome<'py> {
        let generator = self.generator.get();
        match self.go(py, Stage::Iter) {
            Stage::Closed => return self.finish(py, Outcome::Failed(reused("aclose()/athrow()"))),
            Stage::Init if !generator.enter(py) => {
                return self.finish(py, Outcome::Failed(already_running(self.verb())));
            }
            Stage::Init | Stage::Iter => {}
        }
        self.settle(py, generator.body.interrupt(py, error()))
    }

    /// What the awaitable returns for what the body did.
    fn settle<'py>(&self, py: Python<'py>, answer: Answer<'py>) -> Outcome<'py> {
        let generator = self.generator.get();
        let outcome = match answer {
            answer if self.args.is_some() => generator.settle(py, answer),
            Answer::Awaits(value) => return Outcome::Suspended(value),
            Answer::Yielded(_) => {
                generator.leave(py);
                let message = "async generator ignored GeneratorExit";
                Outcome::Failed(PyRuntimeError::new_err(message))
            }
            Answer::Raised(error)
                if !thrown::is_end(py, &error) && returned(&error, py).is_none() =>
            {
                Outcome::Failed(generator.failed(py, error))
            }
            Answer::Returned | Answer::Raised(_) => {
                generator.leave(py);
                Outcome::Returned(py.None().into_bound(py))
            }
        };
        if matches!(outcome, Outcome::Suspended(_)) { outcome } else { self.finish(py, outcome) }
    }

    fn finish<'py>(&self, py: Python<'py>, outcome: Outcome<'py>) -> Outcome<'py> {
        self.go(py, Stage::Closed);
        outcome
    }

    fn go(&self, py: Python<'_>, stage: Stage) -> Stage {
        self.stage.with(py, |before| mem::replace(before, stage))
    }
}

impl Resume for Athrow {
    fn resume<'py>(this: &Bound<'py, Self>, sent: &Bound<'py, PyAny>) -> Outcome<'py> {
        let (py, athrow) = (this.py(), this.get());
        match athrow.go(py, Stage::Iter) {
            Stage::Closed => athrow.finish(py, Outcome::Failed(reused("aclose()/athrow()"))),
            Stage::Init => athrow.begin(sent),
            Stage::Iter => athrow.settle(py, athrow.generator.get().body.send(sent)),
        }
    }
}

#[pymethods]
impl Athrow {
    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::resume(slf, &slf.py().None().into_bound(slf.py())).told()
    }

    fn send<'py>(slf: &Bound<'py, Self>, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Self::resume(slf, value).told()
    }

    #[pyo3(signature = (*args), text_signature = "($self, typ, val=None, tb=None, /)")]
    fn throw<'py>(&self, args: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyAny>> {
        thrown::deprecated(args, "throw")?;
        self.raise(args.py(), || thrown(args)).told()
    }

    /// Ends the throw by `GeneratorExit` where the body is.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        if self.stage.with(py, |stage| *stage == Stage::Closed) {
            return Ok(());
        }
        self.raise(py, || generator_exit(py)).closed(py)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.generator)?;
        visit.call(&self.args)
    }
}

#[cfg(Py_3_13)]
impl crate::raw::Finalize for Athrow {
    fn finalize(this: &Bound<'_, Self>) {
        let athrow = this.get();
        if athrow.stage.with(this.py(), |stage| *stage == Stage::Init) {
            warn_unawaited(this.as_any(), athrow.verb(), &athrow.generator);
        }
    }

    fn dealloc() -> &'static std::sync::OnceLock<pyo3::ffi::destructor> {
        static DEALLOC: std::sync::OnceLock<pyo3::ffi::destructor> = std::sync::OnceLock::new();
        &DEALLOC
    }
}

/// The warning of 3.13 about an awaitable that nobody awaited.
#[cfg(Py_3_13)]
pub(super) fn warn_unawaited(awaitable: &Bound<'_, PyAny>, verb: &str, generator: &Py<Generator>) {
    let py = awaitable.py();
    let name = generator.get().qualname(py).into_bound(py);
    let message = format!("coroutine method '{verb}' of '{name}' was never awaited");
    let category = py.get_type::<pyo3::exceptions::PyRuntimeWarning>();
    // By the C API, which can warn when no module is left.
    let warned = std::ffi::CString::new(message)
        .map_err(PyErr::from)
        .and_then(|message| PyErr::warn(py, &category, &message, 1));
    if let Err(error) = warned {
        error.write_unraisable(py, Some(awaitable));
    }
}
