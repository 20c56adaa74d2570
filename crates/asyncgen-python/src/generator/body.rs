//! The body of a generator, stepped.
//!
//! A native async generator is resumed at its frame. What is thrown goes by its own `athrow`, which
//! is then under way until the body yields or ends; so does each step of any other object that has
//! the methods of an async generator.

use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyGeneratorExit, PyRuntimeError, PyStopAsyncIteration, PyStopIteration},
    prelude::*,
    sync::PyOnceLock,
};

use crate::{
    raw::{self, Answer, GilCell},
    thrown::generator_exit,
};

/// What a generator steps.
pub(super) struct Body {
    stepped: GilCell<Option<Py<PyAny>>>,
    is_native: bool,
    /// The body's own awaitable that has to end before the next step.
    under_way: GilCell<Option<Py<PyAny>>>,
    /// Whether the interpreter leaves it alone when it goes.
    entrusted: GilCell<bool>,
}

impl Body {
    pub(super) fn new(body: &Bound<'_, PyAny>) -> Self {
        Self {
            stepped: GilCell::new(Some(body.clone().unbind())),
            is_native: raw::is_native(body),
            under_way: GilCell::new(None),
            entrusted: GilCell::new(false),
        }
    }

    /// Keeps the interpreter from closing a native body by itself, as it does with one that no event
    /// loop knows: in a circle of garbage that is before the generator is asked. To be called before
    /// the first step.
    pub(super) fn entrust(&self, py: Python<'_>) -> PyResult<()> {
        static NOTHING: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let body = self.get(py)?;
        if !raw::is_async_generator(&body) {
            return Ok(());
        }
        // A finalizer that does nothing. It is read at a call of a method; what that gave is used up
        // by a wrong call, which does not touch the body.
        let nothing = NOTHING.import(py, "builtins", "id")?;
        let step = hooked(&body, Some(nothing), || body.call_method1("asend", (py.None(),)))?;
        drop(step.call_method0("throw"));
        self.entrusted.with(py, |entrusted| *entrusted = true);
        Ok(())
    }

    /// Closes one that goes for good, as the interpreter does with one that is not entrusted.
    pub(super) fn end(&self, py: Python<'_>) -> PyResult<()> {
        if !self.entrusted.with(py, |entrusted| *entrusted) {
            return Ok(());
        }
        match self.interrupt(py, generator_exit(py)) {
            Answer::Returned => Ok(()),
            Answer::Raised(error) if error.is_instance_of::<PyGeneratorExit>(py) => Ok(()),
            Answer::Raised(error) => Err(error),
            Answer::Awaits(_) | Answer::Yielded(_) => {
                Err(PyRuntimeError::new_err("async generator ignored GeneratorExit"))
            }
        }
    }

    /// Sends `value` to where it is suspended.
    #[inline]
    pub(super) fn send<'py>(&self, value: &Bound<'py, PyAny>) -> Answer<'py> {
        let py = value.py();
        if let Some(step) = self.under_way(py) {
            let sent = raw::call_method(&step, pyo3::intern!(py, "send"), value);
            return self.told(py, sent, None);
        }
        match self.get(py) {
            Ok(body) if self.is_native => raw::resume(&body, value),
            Ok(body) => self.begin(&body, "asend", value, None),
            Err(error) => Answer::Raised(error),
        }
    }

    /// Throws `error` where it is suspended, as an `athrow` does that begins.
    pub(super) fn throw<'py>(&self, py: Python<'py>, error: PyResult<PyErr>) -> Answer<'py> {
        self.thrown(py, error, |body, error| self.begin(body, "athrow", error, Some(error)))
    }

    /// Throws `error` where it is suspended, as `throw()` of an awaitable does: what the body awaits
    /// is closed by `GeneratorExit`, and not thrown into.
    pub(super) fn interrupt<'py>(&self, py: Python<'py>, error: PyResult<PyErr>) -> Answer<'py> {
        self.thrown(py, error, |body, error| {
            if !self.is_native {
                return self.begin(body, "athrow", error, Some(error));
            }
            match self.step(body, "asend", &py.None().into_bound(py)) {
                Ok(step) => self.throw_into(&step, error),
                Err(broken) => Answer::Raised(broken),
            }
        })
    }

    /// What is no exception reaches the body only by what it awaits, which is who refuses it then.
    fn thrown<'py>(
        &self,
        py: Python<'py>,
        error: PyResult<PyErr>,
        begin: impl FnOnce(&Bound<'py, PyAny>, &Bound<'py, PyAny>) -> Answer<'py>,
    ) -> Answer<'py> {
        let error = match error {
            Ok(error) => error,
            Err(refused) if self.awaits(py) => refused,
            Err(refused) => return Answer::Raised(refused),
        };
        let error = error.into_value(py).into_bound(py).into_any();
        if let Some(step) = self.under_way(py) {
            return self.throw_into(&step, &error);
        }
        if self.is_finished(py) {
            return Answer::Raised(PyErr::from_value(error));
        }
        match self.get(py) {
            Ok(body) => begin(&body, &error),
            Err(broken) => Answer::Raised(broken),
        }
    }

    fn throw_into<'py>(&self, step: &Bound<'py, PyAny>, error: &Bound<'py, PyAny>) -> Answer<'py> {
        let py = step.py();
        let thrown = raw::call_method(step, pyo3::intern!(py, "throw"), error);
        self.told(py, thrown, Some(error))
    }

    /// Whether it is stepped at its frame.
    #[inline]
    pub(super) fn is_native(&self) -> bool {
        self.is_native
    }

    /// Whether it has ended, and nothing is under way.
    pub(super) fn is_finished(&self, py: Python<'_>) -> bool {
        self.under_way(py).is_none()
            && self.attribute(py, "ag_frame").is_ok_and(|frame| frame.is_none())
    }

    fn awaits(&self, py: Python<'_>) -> bool {
        self.attribute(py, "ag_await").is_ok_and(|awaited| !awaited.is_none())
    }

    pub(super) fn attribute<'py>(
        &self,
        py: Python<'py>,
        name: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.get(py)?.getattr(name)
    }

    pub(super) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        for held in [&self.stepped, &self.under_way] {
            held.visited(visit, |held| visit.call(held))?;
        }
        Ok(())
    }

    pub(super) fn clear(&self, py: Python<'_>) {
        for held in [&self.stepped, &self.under_way] {
            drop(held.with(py, Option::take));
        }
    }

    /// The first drive of the body's own awaitable.
    fn begin<'py>(
        &self,
        body: &Bound<'py, PyAny>,
        method: &str,
        value: &Bound<'py, PyAny>,
        thrown: Option<&Bound<'py, PyAny>>,
    ) -> Answer<'py> {
        let py = body.py();
        let step = match self.step(body, method, value) {
            Ok(step) => step,
            Err(error) => return Answer::Raised(error),
        };
        let none = py.None().into_bound(py);
        let sent = raw::call_method(&step, pyo3::intern!(py, "send"), &none);
        self.told(py, sent, thrown)
    }

    /// The body's own awaitable, which is under way from now on.
    fn step<'py>(
        &self,
        body: &Bound<'py, PyAny>,
        method: &str,
        value: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let step = hooked(body, None, || body.call_method1(method, (value,)))?;
        self.under_way.with(body.py(), |under_way| *under_way = Some(step.clone().unbind()));
        Ok(step)
    }

    /// What driving the body's own awaitable says of the body.
    fn told<'py>(
        &self,
        py: Python<'py>,
        result: PyResult<Bound<'py, PyAny>>,
        thrown: Option<&Bound<'py, PyAny>>,
    ) -> Answer<'py> {
        let error = match result {
            Ok(value) => return Answer::Awaits(value),
            Err(error) => error,
        };
        drop(self.under_way.with(py, Option::take));
        let is_thrown = thrown.is_some_and(|thrown| thrown.is(error.value(py)));
        // Out of a body that has not begun it comes as it was thrown in.
        if error.is_instance_of::<PyStopIteration>(py) && !is_thrown {
            return match error.value(py).getattr(pyo3::intern!(py, "value")) {
                Ok(value) => Answer::Yielded(value),
                Err(broken) => Answer::Raised(broken),
            };
        }
        let is_end = error.is_instance_of::<PyStopAsyncIteration>(py)
            && !is_thrown
            && error.value(py).getattr("args").is_ok_and(|args| args.is_empty().unwrap_or(false))
            && self.is_finished(py);
        if is_end { Answer::Returned } else { Answer::Raised(error) }
    }

    fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let body = self.stepped.with(py, |body| body.as_ref().map(|body| body.bind(py).clone()));
        body.ok_or_else(|| PyRuntimeError::new_err("the generator is gone"))
    }

    fn under_way<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.under_way.with(py, |under_way| under_way.as_ref().map(|step| step.bind(py).clone()))
    }
}

/// Calls a method of `body` so that of all hooks it knows this finalizer alone: the generator is what
/// the hooks are told of.
fn hooked<'py>(
    body: &Bound<'py, PyAny>,
    finalizer: Option<&Bound<'py, PyAny>>,
    call: impl FnOnce() -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    static GET: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    static SET: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = body.py();
    if !raw::is_async_generator(body) {
        return call();
    }
    let set = SET.import(py, "sys", "set_asyncgen_hooks")?;
    let hooks = GET.import(py, "sys", "get_asyncgen_hooks")?.call0()?;
    set.call1((py.None(), finalizer))?;
    let result = call();
    set.call1((hooks.get_item(0)?, hooks.get_item(1)?))?;
    result
}
