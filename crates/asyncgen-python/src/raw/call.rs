//! Calls of Python code that may run long, and meet the end of the interpreter.
//!
//! Before 3.14 a thread that takes the GIL of a dying interpreter is ended on the spot, which unwinds
//! its frames by force, and Rust's abort the process when they are met. So the frame that calls
//! stops the unwinding: the thread sleeps, as from 3.14 on, without the GIL, and dies with the process.

use std::{hint::black_box, mem, thread};

use pyo3::{
    ffi,
    prelude::*,
    types::{PyString, PyTuple},
};

use crate::exit::sleep_for_ever;

// SAFETY: the signatures are those of the C API. They may unwind; the declarations of `PyO3` say that
// nothing ever does. Where the compiler sees both it may believe those, and leave no way out of a call:
// so each is called by a pointer that it cannot look through.
unsafe extern "C-unwind" {
    fn PyIter_Send(iter: Object, sent: Object, result: *mut Object) -> ffi::PySendResult;
    fn PyObject_VectorcallMethod(
        name: Object,
        args: *const Object,
        nargsf: usize,
        kwnames: Object,
    ) -> Object;
    fn PyObject_Call(callable: Object, args: Object, kwargs: Object) -> Object;
}

type Object = *mut ffi::PyObject;
type Send = unsafe extern "C-unwind" fn(Object, Object, *mut Object) -> ffi::PySendResult;
type VectorcallMethod = unsafe extern "C-unwind" fn(Object, *const Object, usize, Object) -> Object;
type Call = unsafe extern "C-unwind" fn(Object, Object, Object) -> Object;

/// `PyIter_Send`: what became of it, and the result unless it failed.
#[inline]
pub(super) fn iter_send<'py>(
    iter: &Bound<'py, PyAny>,
    sent: &Bound<'py, PyAny>,
) -> (ffi::PySendResult, Option<Bound<'py, PyAny>>) {
    let mut result = std::ptr::null_mut();
    let call: Send = black_box(PyIter_Send);
    // SAFETY: both are live objects and we are attached, as `Bound` proves; `result` is given a
    // new reference, except for an error.
    unsafe {
        let status = or_sleep(|| call(iter.as_ptr(), sent.as_ptr(), &raw mut result));
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
    let call: VectorcallMethod = black_box(PyObject_VectorcallMethod);
    // SAFETY: all are live objects and we are attached, as `Bound` proves; two arguments are given,
    // and the result is a new reference, or NULL with an exception set.
    unsafe {
        let result = or_sleep(|| call(name.as_ptr(), args.as_ptr(), 2, std::ptr::null_mut()));
        Bound::from_owned_ptr_or_err(object.py(), result)
    }
}

/// Calls what may be any code of the user.
pub(crate) fn call<'py>(
    callable: &Bound<'py, PyAny>,
    args: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyAny>> {
    let call: Call = black_box(PyObject_Call);
    // SAFETY: both are live objects and we are attached, as `Bound` proves; the result is a new
    // reference, or NULL with an exception set.
    unsafe {
        let result = or_sleep(|| call(callable.as_ptr(), args.as_ptr(), std::ptr::null_mut()));
        Bound::from_owned_ptr_or_err(callable.py(), result)
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
