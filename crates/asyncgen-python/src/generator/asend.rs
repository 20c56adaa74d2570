//! What `__anext__` and `asend` of a generator return.
//!
//! | stage    | resumed it                                        | goes to        |
//! |----------|---------------------------------------------------|----------------|
//! | `Init`   | enters the generator; pauses, or resumes the body | any            |
//! | `Paused` | goes on with the pause, then resumes the body     | any            |
//! | `Iter`   | resumes the body                                  | `Iter`, `Closed` |
//! | `Closed` | refuses to be used again                          | -              |

use std::mem;

use pyo3::{PyTraverseError, PyVisit, exceptions::PyTypeError, prelude::*, types::PyTuple};

use super::{Generator, steps::Entry};
use crate::{
    errors::{already_running, reused},
    outcome::Outcome,
    pause::{self, Pause, Paused},
    raw::{Answer, GilCell, Resume, caught},
    thrown::{self, generator_exit, thrown},
};

/// One step of a generator to its next item: an awaitable.
#[pyclass(frozen, module = "asyncgen._asyncgen")]
pub(crate) struct Asend {
    inner: GilCell<Inner>,
}

struct Inner {
    stage: Stage,
    /// There until the step is over, so that a done one can lie in the generator's pool.
    generator: Option<Py<Generator>>,
    /// What is sent; none where nothing was given.
    value: Option<Py<PyAny>>,
}

enum Stage {
    Init,
    Paused(Pause),
    Iter,
    Closed,
}

impl Asend {
    pub(super) fn new(generator: Py<Generator>, value: Option<Py<PyAny>>) -> Self {
        let generator = Some(generator);
        Self { inner: GilCell::new(Inner { stage: Stage::Init, generator, value }) }
    }

    /// Makes a done step that nobody else holds into one of `generator` that has not begun.
    #[inline]
    pub(super) fn renew(done: &Bound<'_, Self>, generator: &Bound<'_, Generator>) -> bool {
        let renewed = done.get().inner.try_with(done.py(), |inner| {
            let is_done = matches!(inner.stage, Stage::Closed) && inner.generator.is_none();
            if is_done {
                inner.stage = Stage::Init;
                inner.generator = Some(generator.clone().unbind());
            }
            is_done
        });
        renewed == Some(true)
    }

    /// The way into the generator, and the pause if one is due.
    fn begin<'py>(
        this: &Bound<'py, Self>,
        generator: &Bound<'py, Generator>,
        sent: &Bound<'py, PyAny>,
    ) -> Outcome<'py> {
        let py = this.py();
        if !sent.is_none() {
            let sent = sent.clone().unbind();
            drop(this.get().inner.with(py, |inner| inner.value.replace(sent)));
        }
        let sends = this
            .get()
            .inner
            .with(py, |inner| inner.value.as_ref().is_some_and(|value| !value.is_none(py)));
        match generator.get().enter_to_send(py, sends) {
            Entry::Busy => this.get().refuse(py, already_running("anext")),
            Entry::TooEarly => {
                let message = "can't send non-None value to a just-started async generator";
                this.get().refuse(py, PyTypeError::new_err(message))
            }
            Entry::Tired => Self::after(this, generator, pause::turn(py)),
            Entry::Free => Self::run(this, generator),
        }
    }

    /// Goes on when the pause is over.
    fn after<'py>(
        this: &Bound<'py, Self>,
        generator: &Bound<'py, Generator>,
        paused: Paused<'py>,
    ) -> Outcome<'py> {
        let py = this.py();
        match paused {
            Paused::Over => {
                generator.get().begins(py);
                Self::run(this, generator)
            }
            Paused::Suspended(pause, value) => {
                drop(this.get().go(py, Stage::Paused(pause)));
                Outcome::Suspended(value)
            }
            Paused::Failed(error) => {
                generator.get().leave(py);
                this.get().refuse(py, error)
            }
        }
    }

    /// The first resumption of the body by this step.
    fn run<'py>(this: &Bound<'py, Self>, generator: &Bound<'py, Generator>) -> Outcome<'py> {
        let py = this.py();
        let value = this.get().inner.with(py, |inner| {
            inner.stage = Stage::Iter;
            inner.value.take()
        });
        let value = value.map_or_else(|| py.None().into_bound(py), |value| value.into_bound(py));
        Self::settle(this, generator, generator.get().body.send(&value))
    }

    /// Ends the step, unless it is suspended; then it can be used again.
    #[inline]
    fn settle<'py>(
        this: &Bound<'py, Self>,
        generator: &Bound<'py, Generator>,
        answer: Answer<'py>,
    ) -> Outcome<'py> {
        let outcome = generator.get().settle(this.py(), answer);
        if !matches!(outcome, Outcome::Suspended(_)) {
            Self::done(this, generator);
        }
        outcome
    }

    #[inline]
    fn done(this: &Bound<'_, Self>, generator: &Bound<'_, Generator>) {
        let py = this.py();
        this.get().end(py);
        let done = this.clone().unbind();
        let before = generator.get().pooled.with(py, |pooled| pooled.replace(done));
        drop(before.map(|before| before.into_bound(py)));
    }

    fn refuse<'py>(&self, py: Python<'py>, error: PyErr) -> Outcome<'py> {
        self.end(py);
        Outcome::Failed(error)
    }

    fn raise<'py>(
        this: &Bound<'py, Self>,
        error: impl FnOnce() -> PyResult<PyErr>,
    ) -> Outcome<'py> {
        let py = this.py();
        let (stage, generator) = this.get().take_stage(py);
        let Some(generator) = generator else {
            return this.get().refuse(py, reused("__anext__()/asend()"));
        };
        if matches!(stage, Stage::Init) && !generator.get().enter(py) {
            return this.get().refuse(py, already_running("anext"));
        }
        match stage {
            Stage::Paused(pause) => {
                let error = error().unwrap_or_else(|refused| refused);
                Self::after(this, &generator, pause.throw(py, error))
            }
            _ => Self::settle(this, &generator, generator.get().body.interrupt(py, error())),
        }
    }

    /// The stage it was in, which is `Iter` now, and the generator unless it is over.
    #[inline]
    fn take_stage<'py>(&self, py: Python<'py>) -> (Stage, Option<Bound<'py, Generator>>) {
        self.inner.with(py, |inner| {
            let generator = inner.generator.as_ref().map(|generator| generator.bind(py).clone());
            (mem::replace(&mut inner.stage, Stage::Iter), generator)
        })
    }

    fn go(&self, py: Python<'_>, stage: Stage) -> Stage {
        self.inner.with(py, |inner| mem::replace(&mut inner.stage, stage))
    }

    #[inline]
    fn end(&self, py: Python<'_>) {
        let held = self.inner.with(py, |inner| {
            let stage = mem::replace(&mut inner.stage, Stage::Closed);
            (stage, inner.generator.take(), inner.value.take())
        });
        let (_stage, generator, value) = held;
        drop(generator.map(|generator| generator.into_bound(py)));
        drop(value.map(|value| value.into_bound(py)));
    }
}

impl Resume for Asend {
    /// The first resumption of one that sends nothing, when the body can go on.
    #[inline]
    fn at_once<'py>(this: &Bound<'py, Self>, sent: &Bound<'py, PyAny>) -> Option<Outcome<'py>> {
        let py = this.py();
        if !sent.is_none() {
            return None;
        }
        let generator = this.get().inner.try_with(py, |inner| {
            if !matches!(inner.stage, Stage::Init) || inner.value.is_some() {
                return None;
            }
            let generator = inner.generator.as_ref()?.bind(py);
            if !generator.get().body.is_native() || !generator.get().enters_at_once(py) {
                return None;
            }
            inner.stage = Stage::Iter;
            Some(generator.clone())
        })??;
        Some(match generator.get().body.send(sent) {
            Answer::Yielded(item) => {
                generator.get().gave(py);
                Self::done(this, &generator);
                Outcome::Returned(item)
            }
            answer => {
                caught(|| Self::settle(this, &generator, answer)).unwrap_or_else(Outcome::Failed)
            }
        })
    }

    fn resume<'py>(this: &Bound<'py, Self>, sent: &Bound<'py, PyAny>) -> Outcome<'py> {
        let py = this.py();
        let (stage, generator) = this.get().take_stage(py);
        let Some(generator) = generator else {
            return this.get().refuse(py, reused("__anext__()/asend()"));
        };
        match stage {
            Stage::Init => Self::begin(this, &generator, sent),
            Stage::Paused(pause) => Self::after(this, &generator, pause.send(sent)),
            Stage::Iter | Stage::Closed => {
                Self::settle(this, &generator, generator.get().body.send(sent))
            }
        }
    }
}

#[pymethods]
impl Asend {
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
    fn throw<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        thrown::deprecated(args, "throw")?;
        Self::raise(slf, || thrown(args)).told()
    }

    /// Ends the step by `GeneratorExit` where the body is.
    fn close(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        if slf.get().inner.with(py, |inner| matches!(inner.stage, Stage::Closed)) {
            return Ok(());
        }
        Self::raise(slf, || generator_exit(py)).closed(py)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let inner = |inner: &Inner| {
            if let Stage::Paused(pause) = &inner.stage {
                pause.visit(&visit)?;
            }
            visit.call(&inner.generator)?;
            visit.call(&inner.value)
        };
        self.inner.visited(&visit, inner)
    }

    fn __clear__(&self) {
        Python::attach(|py| {
            self.left(py);
            self.end(py);
        });
    }
}

impl Asend {
    /// A task that is destroyed in a pause must not leave the generator running for ever.
    fn left(&self, py: Python<'_>) {
        self.inner.with(py, |inner| {
            if let (Stage::Paused(_), Some(generator)) = (&inner.stage, &inner.generator) {
                generator.get().leave(py);
            }
        });
    }
}

impl Drop for Asend {
    fn drop(&mut self) {
        if matches!(self.inner.get_mut().stage, Stage::Paused(_)) {
            Python::attach(|py| self.left(py));
        }
    }
}

#[cfg(Py_3_13)]
impl crate::raw::Finalize for Asend {
    fn finalize(this: &Bound<'_, Self>) {
        let py = this.py();
        let unawaited = this.get().inner.with(py, |inner| match (&inner.stage, &inner.generator) {
            (Stage::Init, Some(generator)) => Some(generator.clone_ref(py)),
            _ => None,
        });
        if let Some(generator) = unawaited {
            super::athrow::warn_unawaited(this.as_any(), "asend", &generator);
        }
    }

    fn dealloc() -> &'static std::sync::OnceLock<pyo3::ffi::destructor> {
        static DEALLOC: std::sync::OnceLock<pyo3::ffi::destructor> = std::sync::OnceLock::new();
        &DEALLOC
    }
}
