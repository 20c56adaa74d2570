//! The generator that `@asyncgen.generator` makes of a Python body: PEP 525 to the letter, and what
//! a plain one lacks.
//!
//! The body is only stepped here, by [`Body`]; all that PEP 525 says of verbs, order and end is this
//! object's and its awaitables'. So one body can be a native frame or something in another task.

use std::sync::OnceLock;

use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyException, PyStopAsyncIteration, PyTypeError},
    ffi,
    prelude::*,
    sync::PyOnceLock,
    types::{PyString, PyTuple, PyType},
};

mod asend;
mod athrow;
mod body;

pub(crate) use asend::Asend;
pub(crate) use athrow::Athrow;

use crate::{
    entered::Entered,
    fairness::{Fair, Slice},
    outcome::Outcome,
    raw::{self, Advance, Answer, Finalize, GilCell},
    thrown,
};
use body::Body;

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

struct State {
    running: bool,
    closed: bool,
    started: bool,
    hooks: Hooks,
    slice: Slice,
    items: u64,
    value: Option<Py<PyAny>>,
    name: Py<PyString>,
    qualname: Py<PyString>,
}

/// What a step that wants to send meets.
enum Entry {
    /// Somebody else is at it.
    Busy,
    /// Something is sent, and there is no yield yet that it could be sent to.
    TooEarly,
    /// Others are to have their turn first.
    Tired,
    Free,
}

/// The hooks of `sys.set_asyncgen_hooks`, which are read at the first call of a method.
enum Hooks {
    Unread,
    /// The finalizer, if there is one.
    Read(Option<Py<PyAny>>),
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
    /// Marks it as being stepped, for a throw; false when somebody else is at it.
    fn enter(&self, py: Python<'_>) -> bool {
        self.state.with(py, |state| {
            let enters = !std::mem::replace(&mut state.running, true);
            // A throw ends a body that has not begun, and to an ended one anything may be sent.
            state.started |= enters;
            enters
        })
    }

    /// Marks it as being stepped, for a step that sends something or nothing.
    #[inline]
    fn enter_to_send(&self, py: Python<'_>, sends: bool) -> Entry {
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
    fn leave(&self, py: Python<'_>) {
        self.state.with(py, |state| state.running = false);
    }

    fn is_running(&self, py: Python<'_>) -> bool {
        self.state.with(py, |state| state.running)
    }

    fn is_closed(&self, py: Python<'_>) -> bool {
        self.state.with(py, |state| state.closed)
    }

    fn close(&self, py: Python<'_>) {
        self.state.with(py, |state| state.closed = true);
    }

    /// As [`enter_to_send`](Self::enter_to_send) with nothing to send: true for `Free`, else nothing
    /// has happened. Does not panic.
    #[inline]
    fn enters_at_once(&self, py: Python<'_>) -> bool {
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
    fn begins(&self, py: Python<'_>) {
        self.state.with(py, |state| state.started = true);
    }

    /// What an awaitable returns for what the body did, when the generator was not being closed; the
    /// step is over, unless it is suspended.
    #[inline]
    fn settle<'py>(&self, py: Python<'py>, answer: Answer<'py>) -> Outcome<'py> {
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
    fn gave(&self, py: Python<'_>) {
        self.state.with(py, |state| (state.running, state.items) = (false, state.items + 1));
    }

    fn ended(&self, py: Python<'_>) {
        self.state.with(py, |state| (state.running, state.closed) = (false, true));
    }

    /// What the body's error is for the consumer.
    #[cold]
    fn failed(&self, py: Python<'_>, error: PyErr) -> PyErr {
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

    /// Reads the hooks of the interpreter, once, and tells the first one of this generator.
    fn hook(this: &Bound<'_, Self>) -> PyResult<()> {
        static GET: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let (py, generator) = (this.py(), this.get());
        if generator.state.with(py, |state| matches!(state.hooks, Hooks::Read(_))) {
            return Ok(());
        }
        let hooks = GET.import(py, "sys", "get_asyncgen_hooks")?.call0()?;
        let (first, finalizer): (Option<Py<PyAny>>, Option<Py<PyAny>>) = hooks.extract()?;
        let entrusted = finalizer.is_some();
        generator.state.with(py, |state| state.hooks = Hooks::Read(finalizer));
        if entrusted {
            generator.body.entrust(py)?;
        }
        if let Some(first) = first {
            first.call1(py, (this,))?;
        }
        Ok(())
    }

    fn athrown(this: &Bound<'_, Self>, args: Option<Bound<'_, PyTuple>>) -> PyResult<Athrow> {
        Self::hook(this)?;
        Ok(Athrow::new(this.clone().unbind(), args.map(Bound::unbind)))
    }
}

/// The value of an `asyncgen.Return`.
fn returned(error: &PyErr, py: Python<'_>) -> Option<Py<PyAny>> {
    static RETURN: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = RETURN.import(py, "asyncgen._generator", "Return").ok()?;
    let is_return = error.get_type(py).is(class);
    is_return.then(|| error.value(py).getattr("value").ok().map(Bound::unbind)).flatten()
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

impl Finalize for Generator {
    /// Gives an unfinished generator to the hook, which closes it; without one the body ends as a
    /// native one does, and says so if that skips a cleanup.
    fn finalize(this: &Bound<'_, Self>) {
        static LEFT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let (py, generator) = (this.py(), this.get());
        let (hooks, closed) = generator.state.with(py, |state| {
            (std::mem::replace(&mut state.hooks, Hooks::Read(None)), state.closed)
        });
        let Hooks::Read(finalizer) = hooks else { return };
        let told = if generator.body.is_finished(py) {
            return;
        } else if closed {
            generator.body.end(py)
        } else if let Some(finalizer) = finalizer {
            finalizer.call1(py, (this,)).map(drop)
        } else if raw::is_torn_down(py) {
            return;
        } else {
            LEFT.import(py, "asyncgen._left", "warn_if_left")
                .and_then(|f| f.call1((this,)))
                .map(drop)
        };
        if let Err(error) = told {
            error.write_unraisable(py, Some(this));
        }
    }

    fn dealloc() -> &'static OnceLock<ffi::destructor> {
        static DEALLOC: OnceLock<ffi::destructor> = OnceLock::new();
        &DEALLOC
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
