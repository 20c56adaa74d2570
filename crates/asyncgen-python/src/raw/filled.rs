//! Lists and tuples that are filled where they stand, without a vector before them.

use pyo3::{
    ffi,
    prelude::*,
    types::{PyList, PyTuple},
};

/// A Python list of `length` values, those at 0 and following; the first error ends it.
#[inline]
pub(crate) fn list<'py, E: From<PyErr>>(
    py: Python<'py>,
    length: usize,
    mut value: impl FnMut(usize) -> Result<Bound<'py, PyAny>, E>,
) -> Result<Bound<'py, PyList>, E> {
    // SAFETY: the length is that of something in memory, so it fits; `py` proves that we are attached; the result is a new
    // reference to a list, or NULL with an exception set.
    let list: Bound<'py, PyList> = unsafe {
        Bound::from_owned_ptr_or_err(py, ffi::PyList_New(length.cast_signed()))?
            .cast_into_unchecked()
    };
    for index in 0..length {
        // Should it fail: the slots that are not filled are NULL, which the list's deallocation allows for.
        let value = value(index)?.into_ptr();
        // SAFETY: `list` is new and `index < length`, the slot is empty, and the reference to `value` is given away to it.
        unsafe { ffi::PyList_SET_ITEM(list.as_ptr(), index.cast_signed(), value) };
    }
    Ok(list)
}

/// A Python tuple of `length` values, those at 0 and following; the first error ends it.
#[inline]
pub(crate) fn tuple<'py, E: From<PyErr>>(
    py: Python<'py>,
    length: usize,
    mut value: impl FnMut(usize) -> Result<Bound<'py, PyAny>, E>,
) -> Result<Bound<'py, PyTuple>, E> {
    // SAFETY: as in `list`.
    let tuple: Bound<'py, PyTuple> = unsafe {
        Bound::from_owned_ptr_or_err(py, ffi::PyTuple_New(length.cast_signed()))?
            .cast_into_unchecked()
    };
    for index in 0..length {
        let value = value(index)?.into_ptr();
        // SAFETY: as in `list`. A tuple of no value is shared, and then nothing is filled.
        unsafe { ffi::PyTuple_SET_ITEM(tuple.as_ptr(), index.cast_signed(), value) };
    }
    Ok(tuple)
}
