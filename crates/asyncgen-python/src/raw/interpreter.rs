//! Which interpreter this is, and whether it is still whole.

use pyo3::{exceptions::PyImportError, ffi, prelude::*};

/// Refuses to serve a subinterpreter: objects that are kept here, in statics, would be seen by all
/// interpreters, and before 3.12 taking the GIL of one that this thread holds waits for ever.
pub(crate) fn check_main_interpreter(_py: Python<'_>) -> PyResult<()> {
    // SAFETY: we are attached, as the token proves, so there is an interpreter.
    let id = unsafe { ffi::PyInterpreterState_GetID(ffi::PyInterpreterState_Get()) };
    if id == 0 {
        return Ok(());
    }
    Err(PyImportError::new_err(format!(
        "asyncgen works in the main interpreter alone, and this is subinterpreter {id}"
    )))
}

/// Whether the interpreter is being torn down, so that nothing can be imported any more.
pub(crate) fn is_torn_down(_py: Python<'_>) -> bool {
    // SAFETY: may be called at any time.
    unsafe { ffi::Py_IsInitialized() == 0 }
}

/// Asks for what Ctrl-C does, as soon as Python code runs again.
pub(crate) fn interrupt(_py: Python<'_>) {
    // SAFETY: may be called at any time, attached or not.
    unsafe { ffi::PyErr_SetInterrupt() }
}
