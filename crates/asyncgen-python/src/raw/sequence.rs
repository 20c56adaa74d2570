//! The slots by which C asks a sequence: `sqlite3` takes what has them as the values of a row.

use pyo3::{PyTypeInfo, ffi, prelude::*};

/// Puts the slots of a class in place that has `__len__` and `__getitem__`; when the module is made.
pub(crate) fn sequence<T: PyTypeInfo>(py: Python<'_>) {
    let class = T::type_object_raw(py);
    // SAFETY: the class is one of ours, so a heap type, which holds the slots of sequences itself; it is
    // made, nobody else has seen it yet, and we are attached, as `py` proves.
    unsafe {
        let slots = (*class).tp_as_sequence;
        if !slots.is_null() {
            (*slots).sq_length = Some(length);
            (*slots).sq_item = Some(item);
        }
        ffi::PyType_Modified(class);
    }
}

/// # Safety
///
/// As [`item`].
unsafe extern "C" fn length(object: *mut ffi::PyObject) -> ffi::Py_ssize_t {
    // SAFETY: the object is live, and we are attached.
    unsafe { ffi::PyMapping_Size(object) }
}

/// # Safety
///
/// To be called by the interpreter alone, attached, with an object of the class.
unsafe extern "C" fn item(
    object: *mut ffi::PyObject,
    index: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    // SAFETY: the object is live, and we are attached; a new reference is given, or NULL with an
    // exception set; `key` is ours until it is given back.
    unsafe {
        let key = ffi::PyLong_FromSsize_t(index);
        if key.is_null() {
            return key;
        }
        let item = ffi::PyObject_GetItem(object, key);
        ffi::Py_DECREF(key);
        item
    }
}
