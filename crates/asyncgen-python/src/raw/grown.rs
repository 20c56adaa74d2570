//! Dicts and lists that are filled one by one, without a call of `PyO3` in between.

use std::ffi::c_int;

use pyo3::{
    ffi,
    prelude::*,
    types::{PyDict, PyList, PyString},
};

/// How many members a new dict has room for.
const USUAL: usize = 5;

// SAFETY: as `cpython/dictobject.h` declares it.
unsafe extern "C" {
    /// What the interpreter makes a display of a dict with; not in `PyO3`.
    fn _PyDict_NewPresized(members: ffi::Py_ssize_t) -> *mut ffi::PyObject;
}

/// Puts a value into a dict, in place of the one with the same key.
#[inline]
pub(crate) fn set(
    dict: &Bound<'_, PyDict>,
    key: &Bound<'_, PyString>,
    value: &Bound<'_, PyAny>,
) -> PyResult<()> {
    // SAFETY: three live objects, of which the first is a dict, and we are attached, as `Bound` proves.
    told(dict.py(), unsafe { ffi::PyDict_SetItem(dict.as_ptr(), key.as_ptr(), value.as_ptr()) })
}

/// Puts a value behind all others.
#[inline]
pub(crate) fn append(list: &Bound<'_, PyList>, value: &Bound<'_, PyAny>) -> PyResult<()> {
    // SAFETY: two live objects, of which the first is a list, and we are attached, as `Bound` proves.
    told(list.py(), unsafe { ffi::PyList_Append(list.as_ptr(), value.as_ptr()) })
}

/// The exception that is set, if that is what `status` says.
#[inline]
fn told(py: Python<'_>, status: c_int) -> PyResult<()> {
    if status == 0 { Ok(()) } else { Err(PyErr::fetch(py)) }
}

/// A dict with room for so many members: to put one more into it than there is room for moves them all.
#[inline]
pub(crate) fn dict(py: Python<'_>, members: usize) -> PyResult<Bound<'_, PyDict>> {
    if members <= USUAL {
        return Ok(PyDict::new(py));
    }
    // SAFETY: a number, which is no size of a memory unless there is one; a new reference to a dict, or NULL with an
    // exception set; we are attached, as `py` proves.
    unsafe {
        let dict = _PyDict_NewPresized(members.cast_signed());
        Ok(Bound::from_owned_ptr_or_err(py, dict)?.cast_into_unchecked())
    }
}
