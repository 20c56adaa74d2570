//! The generator that `@asyncgen.generator` makes of a Python body: PEP 525 to the letter, and what
//! a plain one lacks.
//!
//! The body is only stepped here, by [`Body`]; all that PEP 525 says of verbs, order and end is this
//! object's and its awaitables'. So one body can be a native frame or something in another task.

use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::PyTypeError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyString, PyTuple, PyType},
};

mod asend;
mod athrow;
mod body;
mod hooks;
mod steps;

pub(crate) use asend::Asend;
pub(crate) use athrow::Athrow;

use crate::{
    entered::Entered,
    fairness::{Fair, Slice},
    raw::{self, Advance, GilCell},
    thrown,
};
use body::Body;
use hooks::Hooks;
use steps::State;

/// An async generator over a Python body.
#[pyclass(frozen, weakref, module = "asyncgen", name = "Generator")]
pub(crate) struct Generator {
    body: Body,
    /// Where it was made: `app.py:12`.
    #[pyo3(get)]
    created: Py<PyString>,
    /// Whether an error of the body is told which item it hit.
    notes: bool,
    state: GilCell<State>,
    /// An awaitable of `__anext__` that is done, to be used again when nobody else holds it.
    pooled: GilCell<Option<Py<Asend>>>,
}

/// Makes a generator of `body`: a native async generator, or an object with its methods.
#[pyfunction]
pub(crate) fn generate(
    body: &Bound<'_, PyAny>,
    created: Py<PyString>,
    fair: Fair,
    notes: bool,
) -> PyResult<Generator> {
    let py = body.py();
    let state = State {
        running: false,
        closed: false,
        started: false,
        hooks: Hooks::Unread,
        slice: Slice::new(fair),
        items: 0,
        value: None,
        name: body.getattr(pyo3::intern!(py, "__name__"))?.cast_into::<PyString>()?.unbind(),
        qualname: body
            .getattr(pyo3::intern!(py, "__qualname__"))?
            .cast_into::<PyString>()?
            .unbind(),
    };
    let state = GilCell::new(state);
    Ok(Generator { body: Body::new(body), created, notes, state, pooled: GilCell::new(None) })
}

/// Learns how the interpreter wraps what a native generator yields, from one that yields `value`.
#[pyfunction]
pub(crate) fn learn(example: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) {
    raw::learn(example, value);
}

impl Generator {
    fn athrown(this: &Bound<'_, Self>, args: Option<Bound<'_, PyTuple>>) -> PyResult<Athrow> {
        Self::hook(this)?;
        Ok(Athrow::new(this.clone().unbind(), args.map(Bound::unbind)))
    }
}

impl Advance for Generator {
    #[inline]
    fn at_once<'py>(this: &Bound<'py, Self>) -> Option<Bound<'py, PyAny>> {
        let py = this.py();
        let done = this.get().pooled.try_with(py, Option::take)??.into_bound(py);
        // Whoever got to the pool has read the hooks.
        (raw::is_unique(&done) && Asend::renew(&done, this)).then_some(done.into_any())
    }

    fn advance<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::hook(this)?;
        let asend = Asend::new(this.clone().unbind(), None);
        Ok(Bound::new(this.py(), asend)?.into_any())
    }
}

#[pymethods]
impl Generator {
    fn __aiter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __anext__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::advance(slf)
    }

    /// Goes on, with `value` as what the yield gives.
    fn asend(slf: &Bound<'_, Self>, value: Py<PyAny>) -> PyResult<Asend> {
        Self::hook(slf)?;
        Ok(Asend::new(slf.clone().unbind(), Some(value)))
    }

    /// Goes on with an exception at the yield.
    #[pyo3(signature = (*args), text_signature = "($self, typ, val=None, tb=None, /)")]
    fn athrow(slf: &Bound<'_, Self>, args: &Bound<'_, PyTuple>) -> PyResult<Athrow> {
        thrown::deprecated(args, "athrow")?;
        if args.is_empty() || args.len() > 3 {
            let message = format!("athrow expected 1 to 3 arguments, got {}", args.len());
            return Err(PyTypeError::new_err(message));
        }
        Self::athrown(slf, Some(args.clone()))
    }

    /// Ends the body: `GeneratorExit` at the yield.
    fn aclose(slf: &Bound<'_, Self>) -> PyResult<Athrow> {
        Self::athrown(slf, None)
    }

    /// An iterator for a plain `for`, which runs the generator on an event loop of its own.
    fn sync<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        static SYNC: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        SYNC.import(slf.py(), "asyncgen._sync", "sync")?.call1((slf,))
    }

    fn __aenter__(slf: Py<Self>) -> Entered {
        Entered::new(slf.into_any())
    }

    #[pyo3(signature = (*_exc_info))]
    fn __aexit__(slf: &Bound<'_, Self>, _exc_info: &Bound<'_, PyAny>) -> PyResult<Athrow> {
        Self::athrown(slf, None)
    }

    /// What the body returned, after the end; None before.
    #[getter]
    fn value(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.state.with(py, |state| state.value.as_ref().map(|value| value.clone_ref(py)))
    }

    /// Whether a step is being awaited.
    #[getter]
    fn ag_running(&self, py: Python<'_>) -> bool {
        self.is_running(py)
    }

    /// The frame of the body; None after its end.
    #[getter]
    fn ag_frame<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.body.attribute(py, "ag_frame")
    }

    /// The code of the body.
    #[getter]
    fn ag_code<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.body.attribute(py, "ag_code")
    }

    /// What the body awaits, or None.
    #[getter]
    fn ag_await<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.body.attribute(py, "ag_await")
    }

    /// Whether the body is suspended.
    #[getter]
    fn ag_suspended<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.body.attribute(py, "ag_suspended")
    }

    /// The class that it stands for, so that who asks for a native async generator takes it.
    #[getter(__class__)]
    #[expect(clippy::unused_self, reason = "a property has a self")]
    fn class<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        CLASS.import(py, "types", "AsyncGeneratorType").cloned()
    }

    #[getter(__name__)]
    fn name(&self, py: Python<'_>) -> Py<PyString> {
        self.state.with(py, |state| state.name.clone_ref(py))
    }

    #[setter(__name__)]
    fn set_name(&self, name: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = name.py();
        let name = named(name, "__name__")?;
        drop(self.state.with(py, |state| std::mem::replace(&mut state.name, name)));
        Ok(())
    }

    #[getter(__qualname__)]
    fn qualname(&self, py: Python<'_>) -> Py<PyString> {
        self.state.with(py, |state| state.qualname.clone_ref(py))
    }

    #[setter(__qualname__)]
    fn set_qualname(&self, name: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = name.py();
        let name = named(name, "__qualname__")?;
        drop(self.state.with(py, |state| std::mem::replace(&mut state.qualname, name)));
        Ok(())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> String {
        let (py, generator) = (slf.py(), slf.get());
        let (items, name) =
            generator.state.with(py, |state| (state.items, state.qualname.clone_ref(py)));
        format!(
            "<async_generator object {name} at {:p}, item {items}, created at {}>",
            slf.as_ptr(),
            generator.created
        )
    }

    /// `Generator[Y, S]` in annotations.
    #[classmethod]
    fn __class_getitem__(cls: &Bound<'_, PyType>, item: Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        crate::source::Source::__class_getitem__(cls, item)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.body.visit(&visit)?;
        let pooled = |pooled: &Option<Py<Asend>>| visit.call(pooled);
        self.pooled.visited(&visit, pooled)?;
        let state = |state: &State| {
            if let Hooks::Read(finalizer) = &state.hooks {
                visit.call(finalizer)?;
            }
            visit.call(&state.value)
        };
        self.state.visited(&visit, state)
    }

    fn __clear__(&self) {
        Python::attach(|py| {
            self.body.clear(py);
            drop(self.pooled.with(py, Option::take));
            let held = self.state.with(py, |state| {
                (std::mem::replace(&mut state.hooks, Hooks::Read(None)), state.value.take())
            });
            drop(held);
        });
    }
}

fn named(name: &Bound<'_, PyAny>, attribute: &str) -> PyResult<Py<PyString>> {
    name.cast::<PyString>()
        .map(|name| name.clone().unbind())
        .map_err(|_| PyTypeError::new_err(format!("{attribute} must be set to a string object")))
}
