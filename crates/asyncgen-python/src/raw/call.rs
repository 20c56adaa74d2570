//! Calls of Python code that may run long, and meet the end of the interpreter.
//!
//! Before 3.14 a thread that takes the GIL of a dying interpreter is ended on the spot, which unwinds
//! its frames by force, and Rust's abort the process when they are met. So the frame that calls
//! stops the unwinding: the thread sleeps, as from 3.14 on, without the GIL, and dies with the process.

use std::{mem, thread};

use pyo3::{ffi, prelude::*, types::PyString};

use crate::exit::sleep_for_ever;

// Those that unwind: the declarations of `PyO3` say that nothing ever does.
unsafe extern "C-unwind" {
    fn PyIter_Send(
        iter: *mut ffi::PyObject,
        sent: *mut ffi::PyObject,
        result: *mut *mut ffi::PyObject,
    ) -> ffi::PySendResult;
    fn PyObject_VectorcallMethod(
        name: *mut ffi::PyObject,
        args: *const *mut ffi::PyObject,
        nargsf: usize,
        kwnames: *mut ffi::PyObject,
    ) -> *mut ffi::PyObject;
}

/// `PyIter_Send`: what became of it, and the result unless it failed.
#[inline]
pub(super) fn iter_send<'py>(
    iter: &Bound<'py, PyAny>,
    sent: &Bound<'py, PyAny>,
) -> (ffi::PySendResult, Option<Bound<'py, PyAny>>) {
    let mut result = std::ptr::null_mut();
    // SAFETY: both are live objects and we are attached, as `Bound` proves; `result` is given a
    // new reference, except for an error.
    unsafe {
        let status = or_sleep(|| PyIter_Send(iter.as_ptr(), sent.as_ptr(), &raw mut result));
        (status, Bound::from_owned_ptr_or_opt(iter.py(), result))
    }
}

/// Calls a method with one argument.
pub(crate) fn call_method<'py>(
    object: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
    argument: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let args = [object.as_ptr(), argument.as_ptr()];
    // SAFETY: all are live objects and we are attached, as `Bound` proves; two arguments are given,
    // and the result is a new reference, or NULL with an exception set.
    unsafe {
        let result = or_sleep(|| {
            PyObject_VectorcallMethod(name.as_ptr(), args.as_ptr(), 2, std::ptr::null_mut())
        });
        Bound::from_owned_ptr_or_err(object.py(), result)
    }
}

#[inline]
fn or_sleep<R>(call: impl FnOnce() -> R) -> R {
    let unwound = Unwound;
    let result = call();
    mem::forget(unwound);
    result
}

/// Dropped when the call does not return.
struct Unwound;

impl Drop for Unwound {
    fn drop(&mut self) {
        if !thread::panicking() {
            sleep_for_ever();
        }
    }
}
