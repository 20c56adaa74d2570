//! The index that an int is, without the steps of a conversion that may be of any type.

use pyo3::{ffi, prelude::*, types::PyInt};

/// `number` as an index from the front; `None` below zero, and where none is so high.
#[inline]
pub(crate) fn index(number: &Bound<'_, PyInt>) -> Option<usize> {
    // SAFETY: the pointer is that of a live int, and we are attached, as `Bound` proves.
    let value = unsafe { ffi::PyLong_AsSsize_t(number.as_ptr()) };
    if value == -1 {
        // An exception, if it was too large.
        drop(PyErr::take(number.py()));
    }
    usize::try_from(value).ok()
}
