//! A native async generator, resumed without an awaitable between.
//!
//! `PyIter_Send` goes straight into the frame: what the body awaits comes out as it is, what it
//! yields in a wrapper that the interpreter keeps to itself. Its type and the place of the value
//! in it are learnt from an example when the package is imported; where the example is not as
//! expected, no generator counts as native and all go by their own `asend`.

use std::{
    mem::offset_of,
    sync::atomic::{AtomicPtr, Ordering},
};

use pyo3::{ffi, prelude::*};

use super::call::iter_send;

/// The type of the wrapper, once it is known.
static WRAPPER: AtomicPtr<ffi::PyTypeObject> = AtomicPtr::new(std::ptr::null_mut());

/// A yielded value, as the interpreter wraps it.
#[repr(C)]
struct Wrapped {
    head: ffi::PyObject,
    value: *mut ffi::PyObject,
}

/// What a body did when it was resumed.
pub(crate) enum Answer<'py> {
    /// It awaits, and this is for the event loop.
    Awaits(Bound<'py, PyAny>),
    Yielded(Bound<'py, PyAny>),
    Returned,
    Raised(PyErr),
}

/// Learns from `example`, a native async generator whose first step yields `value`.
pub(crate) fn learn(example: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) {
    let Answer::Awaits(wrapped) = resume(example, &example.py().None().into_bound(example.py()))
    else {
        return;
    };
    let class = wrapped.get_type();
    // SAFETY: the class is alive; a field of it is read under the GIL.
    let size = unsafe { (*class.as_type_ptr()).tp_basicsize };
    if usize::try_from(size) != Ok(size_of::<Wrapped>()) {
        return;
    }
    // SAFETY: the object is as large as a `Wrapped`, so there is a word at this place of it; a
    // word is all that is read.
    let word =
        unsafe { wrapped.as_ptr().byte_add(offset_of!(Wrapped, value)).cast::<usize>().read() };
    if word == value.as_ptr().addr() {
        // A type of the interpreter itself: it is never freed.
        WRAPPER.store(class.as_type_ptr(), Ordering::Relaxed);
    }
}

/// Whether `body` can be given to [`resume`].
pub(crate) fn is_native(body: &Bound<'_, PyAny>) -> bool {
    is_async_generator(body) && !WRAPPER.load(Ordering::Relaxed).is_null()
}

/// Whether `body` is an async generator of the interpreter's own.
pub(crate) fn is_async_generator(body: &Bound<'_, PyAny>) -> bool {
    // SAFETY: the pointer is that of a live object, and we are attached, as `Bound` proves.
    unsafe { ffi::PyAsyncGen_CheckExact(body.as_ptr()) == 1 }
}

/// Sends `value` into the frame of `body`, a native async generator.
#[inline]
pub(crate) fn resume<'py>(body: &Bound<'py, PyAny>, value: &Bound<'py, PyAny>) -> Answer<'py> {
    match iter_send(body, value) {
        (ffi::PySendResult::PYGEN_NEXT, Some(result)) => match unwrapped(&result) {
            Some(value) => Answer::Yielded(value),
            None => Answer::Awaits(result),
        },
        (ffi::PySendResult::PYGEN_RETURN, _) => Answer::Returned,
        _ => Answer::Raised(PyErr::fetch(body.py())),
    }
}

/// The value in the wrapper, if it is one.
#[inline]
fn unwrapped<'py>(result: &Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
    // SAFETY: the object is alive, and we are attached.
    let class = unsafe { ffi::Py_TYPE(result.as_ptr()) };
    if !std::ptr::eq(class, WRAPPER.load(Ordering::Relaxed)) {
        return None;
    }
    // SAFETY: `learn` has seen that objects of this very class have the value at this place; it
    // is there as long as the wrapper.
    unsafe {
        let value = (*result.as_ptr().cast::<Wrapped>()).value;
        Bound::from_borrowed_ptr_or_opt(result.py(), value)
    }
}
