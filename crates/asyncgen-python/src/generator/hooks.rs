//! The hooks of `sys.set_asyncgen_hooks`: who is told of a generator, and who closes one that was left.

use std::sync::OnceLock;

use pyo3::{ffi, prelude::*, sync::PyOnceLock};

use super::Generator;
use crate::raw::{self, Finalize};

/// The hooks of `sys.set_asyncgen_hooks`, which are read at the first call of a method.
pub(super) enum Hooks {
    Unread,
    /// The finalizer, if there is one.
    Read(Option<Py<PyAny>>),
}

impl Generator {
    /// Reads the hooks of the interpreter, once, and tells the first one of this generator.
    pub(super) fn hook(this: &Bound<'_, Self>) -> PyResult<()> {
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
            told(first.bind(py), this)?;
        }
        Ok(())
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
        let outcome = if generator.body.is_finished(py) {
            return;
        } else if closed {
            generator.body.end(py)
        } else if let Some(finalizer) = finalizer {
            told(finalizer.bind(py), this)
        } else if raw::is_torn_down(py) {
            return;
        } else {
            LEFT.import(py, "asyncgen._left", "warn_if_left").and_then(|warn| told(warn, this))
        };
        if let Err(error) = outcome {
            error.write_unraisable(py, Some(this));
        }
    }

    fn dealloc() -> &'static OnceLock<ffi::destructor> {
        static DEALLOC: OnceLock<ffi::destructor> = OnceLock::new();
        &DEALLOC
    }
}

/// Tells `hook` of a generator; it may be any Python code.
fn told(hook: &Bound<'_, PyAny>, this: &Bound<'_, Generator>) -> PyResult<()> {
    raw::call_method(hook, pyo3::intern!(hook.py(), "__call__"), this.as_any()).map(drop)
}
