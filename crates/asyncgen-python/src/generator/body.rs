//! The body of a generator, stepped.
//!
//! A native async generator is resumed at its frame. What is thrown goes by its own `athrow`, which
//! is then under way until the body yields or ends; so does each step of any other object that has
//! the methods of an async generator.

use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyStopAsyncIteration, PyStopIteration},
    prelude::*,
    sync::PyOnceLock,
};

use crate::raw::{self, GilCell, Resumed};

/// What a generator steps.
pub(super) struct Body {
    body: GilCell<Option<Py<PyAny>>>,
    is_native: bool,
    /// The body's own awaitable that has to end before the next step.
    under_way: GilCell<Option<Py<PyAny>>>,
}

/// What a body did.
pub(super) type Answer<'py> = Resumed<'py>;

impl Body {
    pub(super) fn new(body: &Bound<'_, PyAny>) -> Self {
        Self {
            body: GilCell::new(Some(body.clone().unbind())),
            is_native: raw::is_native(body),
            under_way: GilCell::new(None),
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

    /// Throws `error` where it is suspended.
    pub(super) fn throw<'py>(&self, py: Python<'py>, error: PyErr) -> Answer<'py> {
        let value = error.into_value(py).into_bound(py).into_any();
        let error = || PyErr::from_value(value.clone());
        if let Some(step) = self.under_way(py) {
            let thrown = raw::call_method(&step, pyo3::intern!(py, "throw"), &value);
            return self.told(py, thrown, Some(&value));
        }
        if self.is_finished(py) {
            return Answer::Raised(error());
        }
        match self.get(py) {
            Ok(body) => self.begin(&body, "athrow", &value, Some(&value)),
            Err(broken) => Answer::Raised(broken),
        }
    }

    /// Whether it is stepped at its frame.
    #[inline]
    pub(super) fn is_ready(&self) -> bool {
        self.is_native
    }

    /// Whether it has ended, and nothing is under way.
    pub(super) fn is_finished(&self, py: Python<'_>) -> bool {
        self.under_way(py).is_none()
            && self.attribute(py, "ag_frame").is_ok_and(|frame| frame.is_none())
    }

    pub(super) fn attribute<'py>(
        &self,
        py: Python<'py>,
        name: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.get(py)?.getattr(name)
    }

    pub(super) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        for held in [&self.body, &self.under_way] {
            held.visited(visit, |held| visit.call(held)).unwrap_or(Ok(()))?;
        }
        Ok(())
    }

    pub(super) fn clear(&self, py: Python<'_>) {
        for held in [&self.body, &self.under_way] {
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
        let step = match unhooked(body, || body.call_method1(method, (value,))) {
            Ok(step) => step,
            Err(error) => return Answer::Raised(error),
        };
        self.under_way.with(py, |under_way| *under_way = Some(step.clone().unbind()));
        let none = py.None().into_bound(py);
        let sent = raw::call_method(&step, pyo3::intern!(py, "send"), &none);
        self.told(py, sent, thrown)
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
        if error.is_instance_of::<PyStopIteration>(py) {
            return match error.value(py).getattr(pyo3::intern!(py, "value")) {
                Ok(value) => Answer::Yielded(value),
                Err(broken) => Answer::Raised(broken),
            };
        }
        let is_end = error.is_instance_of::<PyStopAsyncIteration>(py)
            && !thrown.is_some_and(|thrown| thrown.is(error.value(py)))
            && error.value(py).getattr("args").is_ok_and(|args| args.is_empty().unwrap_or(false))
            && self.is_finished(py);
        if is_end { Answer::Returned } else { Answer::Raised(error) }
    }

    fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let body = self.body.with(py, |body| body.as_ref().map(|body| body.bind(py).clone()));
        body.ok_or_else(|| pyo3::exceptions::PyRuntimeError::new_err("the generator is gone"))
    }

    fn under_way<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.under_way.with(py, |under_way| under_way.as_ref().map(|step| step.bind(py).clone()))
    }
}

/// Calls a method of `body` without its telling the hooks of itself: the generator does that.
fn unhooked<'py>(
    body: &Bound<'py, PyAny>,
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
    set.call1((py.None(), py.None()))?;
    let result = call();
    set.call1((hooks.get_item(0)?, hooks.get_item(1)?))?;
    result
}
