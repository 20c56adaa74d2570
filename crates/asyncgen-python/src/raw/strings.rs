//! Strings, built straight into the interpreter's own memory.
//!
//! `PyUnicode_New` and a copy take 14 ns for a short ASCII field, decoding UTF-8 that is known to be
//! ASCII 26 ns.

use pyo3::{PyVisit, ffi, prelude::*, types::PyString};

/// The greatest code point of an ASCII string.
const ASCII: ffi::Py_UCS4 = 0x7f;

/// A Python string of UTF-8; `ascii` says that `value` is known to be ASCII.
#[inline]
pub(crate) fn string(
    py: Python<'_>,
    value: impl AsRef<[u8]>,
    ascii: bool,
) -> PyResult<Bound<'_, PyString>> {
    let value = value.as_ref();
    if value.is_empty() {
        return Ok(pyo3::intern!(py, "").clone());
    }
    let object = raw_string(value, ascii);
    // SAFETY: `raw_string` gives a new reference to a str, or NULL with an exception set; the
    // interpreter is attached, as `py` proves.
    Ok(unsafe { Bound::from_owned_ptr_or_err(py, object)?.cast_into_unchecked() })
}

/// Whether the reference given is the only one to its object.
#[inline]
pub(crate) fn is_unique<T>(object: &Bound<'_, T>) -> bool {
    // SAFETY: the pointer is that of a live object, and we are attached, as `Bound` proves; the
    // module declares that it needs the GIL, so nobody changes the count meanwhile.
    unsafe { ffi::Py_REFCNT(object.as_ptr()) == 1 }
}

/// Whether the reference given is the only one to its object; for the garbage collector.
pub(crate) fn is_held_once<T>(object: &Py<T>, _visit: &PyVisit<'_>) -> bool {
    // SAFETY: the pointer is that of a live object, and a `PyVisit` exists under the GIL only.
    unsafe { ffi::Py_REFCNT(object.as_ptr()) == 1 }
}

/// A new reference to a str, or NULL with an exception set. To be called while attached.
#[inline]
fn raw_string(value: &[u8], ascii: bool) -> *mut ffi::PyObject {
    let length = value.len().cast_signed();
    // The interpreter shares its strings of one character and the empty one.
    if value.len() > 1 && (ascii || value.is_ascii()) {
        // SAFETY: a new compact ASCII string has room for `length` bytes and a NUL, which is
        // written already; nobody else has seen it; `value` is ASCII, as was just seen or promised.
        unsafe {
            let object = ffi::PyUnicode_New(length, ASCII);
            if !object.is_null() {
                let data = ffi::PyUnicode_DATA(object).cast::<u8>();
                std::ptr::copy_nonoverlapping(value.as_ptr(), data, value.len());
            }
            object
        }
    } else {
        // SAFETY: the pointer and the length are those of a slice, and what is no UTF-8 is an exception.
        unsafe { ffi::PyUnicode_FromStringAndSize(value.as_ptr().cast(), length) }
    }
}
