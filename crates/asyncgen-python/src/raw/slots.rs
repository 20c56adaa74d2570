//! The slots of a class that each step goes through. A trampoline of `PyO3` and a `PyErr` for
//! `StopIteration` take 100 ns together, and a step has three trampolines.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::{
    PyClass, PyTypeInfo, exceptions::PyRuntimeError, ffi, prelude::*, pyclass::boolean_struct::True,
};

use super::{Spare, stop_iteration};
use crate::outcome::Outcome;

const PANIC: &str = "a bug in asyncgen, please report: a panic in a step";

/// An awaitable: what `await` resumes until it returns.
pub(crate) trait Resume: PyClass<Frozen = True> + Sync {
    /// What resuming it leads to, if it is one of the cases that are most frequent; else nothing
    /// has happened. Must not panic, as nothing catches it, and must not drop a `Py`, which would
    /// be put off: a `Bound` is let go at once.
    fn at_once<'py>(this: &Bound<'py, Self>, sent: &Bound<'py, PyAny>) -> Option<Outcome<'py>> {
        _ = (this, sent);
        None
    }

    /// Goes on with `sent`, which is None for all but what the event loop's coroutine waits for.
    fn resume<'py>(this: &Bound<'py, Self>, sent: &Bound<'py, PyAny>) -> Outcome<'py>;

    /// The `StopIteration` to be used again, where the values may be held a while.
    fn spare(&self) -> Option<&Spare> {
        None
    }
}

/// An async iterator.
pub(crate) trait Advance: PyClass<Frozen = True> + Sync {
    /// The awaitable of the next item, if one is there; else nothing has happened. As
    /// [`Resume::at_once`], it must neither panic nor drop a `Py`.
    fn at_once<'py>(this: &Bound<'py, Self>) -> Option<Bound<'py, PyAny>>;

    /// The awaitable of the next item.
    fn advance<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>>;
}

/// An iterator.
pub(crate) trait Iterate: PyClass<Frozen = True> + Sync {
    /// The next item, if one is there, or its error; else nothing has happened. As [`Resume::at_once`], it must
    /// neither panic nor drop a `Py`.
    fn at_once<'py>(&self, py: Python<'py>) -> Option<PyResult<Bound<'py, PyAny>>>;

    /// The next item; an error that is `StopIteration` is the end.
    fn iterate<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;
}

/// What is asked for its values by `[]`.
pub(crate) trait Subscript: PyClass<Frozen = True> + Sync {
    /// The value at `key`, if it is one of the cases that are most frequent. As [`Resume::at_once`], it must neither panic
    /// nor drop a `Py`.
    fn at_once<'py>(&self, key: &Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>>;

    /// The value at `key`.
    fn item<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>>;
}

/// Puts the slots of an awaitable in place; when the module is made.
pub(crate) fn awaitable<T: Resume>(py: Python<'_>) {
    patch(T::type_object_raw(py), |class, asynchronous| {
        class.tp_iter = Some(itself);
        class.tp_iternext = Some(next_resumed::<T>);
        asynchronous.am_await = Some(itself);
        asynchronous.am_send = Some(send::<T>);
    });
}

/// Puts the slots of an async iterator in place; when the module is made.
pub(crate) fn async_iterator<T: Advance>(py: Python<'_>) {
    patch(T::type_object_raw(py), |_, asynchronous| {
        asynchronous.am_aiter = Some(itself);
        asynchronous.am_anext = Some(next_advanced::<T>);
    });
}

/// Puts the slots of an iterator in place; when the module is made.
pub(crate) fn iterator<T: Iterate>(py: Python<'_>) {
    let class = T::type_object_raw(py);
    // SAFETY: as in `patch`.
    unsafe {
        (*class).tp_iter = Some(itself);
        (*class).tp_iternext = Some(next_iterated::<T>);
        ffi::PyType_Modified(class);
    }
}

/// Puts the slot of `[]` in place; when the module is made.
pub(crate) fn subscriptable<T: Subscript>(py: Python<'_>) {
    let class = T::type_object_raw(py);
    // SAFETY: as in `patch`; a heap type has its methods of a mapping in itself.
    unsafe {
        if let Some(mapping) = (*class).tp_as_mapping.as_mut() {
            mapping.mp_subscript = Some(subscripted::<T>);
            ffi::PyType_Modified(class);
        }
    }
}

fn patch(
    class: *mut ffi::PyTypeObject,
    slots: impl FnOnce(&mut ffi::PyTypeObject, &mut ffi::PyAsyncMethods),
) {
    // SAFETY: the class is a heap type of ours, alive and unseen by any other code: nobody uses an
    // instance of it before the module is made, and this thread holds the GIL. A heap type has its
    // async methods in itself.
    unsafe {
        if let Some(asynchronous) = (*class).tp_as_async.as_mut() {
            slots(&mut *class, asynchronous);
            ffi::PyType_Modified(class);
        }
    }
}

// SAFETY: for the interpreter to call, with the GIL held, on a live object.
unsafe extern "C" fn itself(object: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: see above.
    unsafe { ffi::Py_INCREF(object) };
    object
}

// SAFETY: for the interpreter to call, with the GIL held, on an instance of `T`.
unsafe extern "C" fn next_resumed<T: Resume>(object: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls a slot with the GIL held and with an instance of the slot's
    // class, which cannot be subclassed.
    let this = unsafe { borrowed::<T>(object) };
    let none = this.py().None().into_bound(this.py());
    match outcome(&*this, &none) {
        Outcome::Suspended(value) => value.into_ptr(),
        Outcome::Returned(value) => {
            stop_iteration(value, this.get().spare());
            std::ptr::null_mut()
        }
        Outcome::Failed(error) => {
            error.restore(this.py());
            std::ptr::null_mut()
        }
    }
}

// SAFETY: for the interpreter to call, with the GIL held, on an instance of `T`, a live object and
// a place for a reference.
unsafe extern "C" fn send<T: Resume>(
    object: *mut ffi::PyObject,
    sent: *mut ffi::PyObject,
    result: *mut *mut ffi::PyObject,
) -> ffi::PySendResult {
    // SAFETY: as in `next_resumed`.
    let (this, sent) = unsafe {
        let this = borrowed::<T>(object);
        (this, Borrowed::from_ptr(this.py(), sent))
    };
    let (status, value) = match outcome(&*this, &sent) {
        Outcome::Suspended(value) => (ffi::PySendResult::PYGEN_NEXT, value.into_ptr()),
        Outcome::Returned(value) => (ffi::PySendResult::PYGEN_RETURN, value.into_ptr()),
        Outcome::Failed(error) => {
            error.restore(this.py());
            (ffi::PySendResult::PYGEN_ERROR, std::ptr::null_mut())
        }
    };
    // SAFETY: the interpreter gives a place for the result.
    unsafe { *result = value };
    status
}

// SAFETY: for the interpreter to call, with the GIL held, on an instance of `T`.
unsafe extern "C" fn next_advanced<T: Advance>(object: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: as in `next_resumed`.
    let this = unsafe { borrowed::<T>(object) };
    if let Some(next) = T::at_once(&this) {
        return next.into_ptr();
    }
    let next = caught(|| T::advance(&this)).and_then(|next| next);
    given(this.py(), next)
}

// SAFETY: for the interpreter to call, with the GIL held, on an instance of `T`.
unsafe extern "C" fn next_iterated<T: Iterate>(object: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: as in `next_resumed`.
    let this = unsafe { borrowed::<T>(object) };
    let next = this.get().at_once(this.py());
    let patient = || caught(|| this.get().iterate(this.py())).and_then(|next| next);
    given(this.py(), next.unwrap_or_else(patient))
}

// SAFETY: for the interpreter to call, with the GIL held, on an instance of `T` and a live object.
unsafe extern "C" fn subscripted<T: Subscript>(
    object: *mut ffi::PyObject,
    key: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: as in `next_resumed`.
    let (this, key) = unsafe {
        let this = borrowed::<T>(object);
        (this, Borrowed::from_ptr(this.py(), key))
    };
    if let Some(value) = this.get().at_once(&key) {
        return value.into_ptr();
    }
    let value = caught(|| this.get().item(&key)).and_then(|value| value);
    given(this.py(), value)
}

/// # Safety
///
/// The GIL is held until the result is no longer used, and `object` is a live instance of `T`.
unsafe fn borrowed<'a, T: PyTypeInfo>(object: *mut ffi::PyObject) -> Borrowed<'a, 'a, T> {
    // SAFETY: that is what the caller promises.
    unsafe { Borrowed::from_ptr(Python::assume_attached(), object).cast_unchecked() }
}

#[inline]
fn outcome<'py, T: Resume>(this: &Bound<'py, T>, sent: &Bound<'py, PyAny>) -> Outcome<'py> {
    T::at_once(this, sent).unwrap_or_else(|| patiently(this, sent))
}

fn patiently<'py, T: Resume>(this: &Bound<'py, T>, sent: &Bound<'py, PyAny>) -> Outcome<'py> {
    caught(|| T::resume(this, sent)).unwrap_or_else(Outcome::Failed)
}

/// Does what is not done at once, as a trampoline of `PyO3` would: `PyO3` knows that this thread
/// holds the GIL, without which a dropped `Py` would live on for a while, and a panic does not leave
/// through C code. While the interpreter is torn down `PyO3` does not want to know; then the work is
/// done without, and such a `Py` ends with the process.
#[inline(never)]
pub(crate) fn caught<R>(work: impl FnOnce() -> R) -> PyResult<R> {
    let mut work = Some(work);
    let mut once = || work.take().map(|work| work());
    catch_unwind(AssertUnwindSafe(|| Python::try_attach(|_| once()).unwrap_or_else(&mut once)))
        .ok()
        .flatten()
        .ok_or_else(panicked)
}

/// What is raised of a panic.
#[cold]
pub(crate) fn panicked() -> PyErr {
    PyRuntimeError::new_err(PANIC)
}

fn given(py: Python<'_>, result: PyResult<Bound<'_, PyAny>>) -> *mut ffi::PyObject {
    result.map_or_else(
        |error| {
            error.restore(py);
            std::ptr::null_mut()
        },
        Bound::into_ptr,
    )
}
