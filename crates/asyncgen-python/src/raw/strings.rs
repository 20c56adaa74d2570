//! Strings and lists of them, built straight into the interpreter's own memory.
//!
//! `PyUnicode_New` and a copy take 14 ns for a short ASCII field, decoding UTF-8 that is known to be
//! ASCII 26 ns.

use pyo3::{
    PyVisit, ffi,
    prelude::*,
    types::{PyList, PyString},
};

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

/// A Python list of strings; `ascii` says that all of `fields` are known to be ASCII.
pub(crate) fn strings<'py, 'b>(
    py: Python<'py>,
    fields: impl ExactSizeIterator<Item = &'b str>,
    ascii: bool,
) -> PyResult<Bound<'py, PyList>> {
    let length = fields.len();
    // SAFETY: the length is that of a slice, so it fits; `py` proves that we are attached; the
    // result is a new reference to a list, or NULL with an exception set.
    let list: Bound<'py, PyList> = unsafe {
        Bound::from_owned_ptr_or_err(py, ffi::PyList_New(length.cast_signed()))?
            .cast_into_unchecked()
    };
    for (index, field) in fields.take(length).enumerate() {
        let object = raw_string(field.as_bytes(), ascii);
        if object.is_null() {
            // The slots not filled are NULL, which the list's deallocation allows for.
            return Err(PyErr::fetch(py));
        }
        // SAFETY: `list` is new, no other code has seen it, `index < length`, the slot is empty,
        // and the reference to `object` is given away to it.
        unsafe { ffi::PyList_SET_ITEM(list.as_ptr(), index.cast_signed(), object) };
    }
    Ok(list)
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
