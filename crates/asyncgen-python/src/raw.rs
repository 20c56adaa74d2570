//! The C API where `PyO3` has nothing: strings built straight into the interpreter's own memory, a
//! cell that the GIL guards, and the slot of an awaitable that most steps go through.
//!
//! The one place of this crate with `unsafe` of ours, for the cost of one record. `PyUnicode_New`
//! and a copy take 14 ns for a short ASCII field, decoding UTF-8 that is known to be ASCII 26 ns. A
//! lock takes 10 ns, and a step would take nine. A trampoline and a `PyErr` for `StopIteration` take
//! 100 ns.
#![expect(unsafe_code, reason = "the cost of one record, see above; each block has its reason")]

use std::{
    cell::{Cell, UnsafeCell},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::OnceLock,
};

use pyo3::{
    PyTypeInfo, PyVisit,
    exceptions::PyRuntimeError,
    ffi,
    prelude::*,
    types::{PyList, PyString},
};

use crate::awaitable::Step;

/// The greatest code point of an ASCII string.
const ASCII: ffi::Py_UCS4 = 0x7f;

/// A Python string; `ascii` says that `value` is known to be ASCII.
pub(crate) fn string<'py>(
    py: Python<'py>,
    value: &str,
    ascii: bool,
) -> PyResult<Bound<'py, PyString>> {
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
        let object = raw_string(field, ascii);
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
pub(crate) fn is_unique<T>(object: &Bound<'_, T>) -> bool {
    // SAFETY: the pointer is that of a live object, and we are attached, as `Bound` proves; the
    // module declares that it needs the GIL, so nobody changes the count meanwhile.
    unsafe { ffi::Py_REFCNT(object.as_ptr()) == 1 }
}

/// A new reference to a str, or NULL with an exception set. To be called while attached.
#[inline]
fn raw_string(value: &str, ascii: bool) -> *mut ffi::PyObject {
    let length = value.len().cast_signed();
    // The interpreter shares its strings of one character and the empty one.
    if value.len() > 1 && (ascii || value.is_ascii()) {
        // SAFETY: a new compact ASCII string has room for `length` bytes and a NUL, which is
        // written already; nobody else has seen it; `value` is ASCII, as `ASCII` promised.
        unsafe {
            let object = ffi::PyUnicode_New(length, ASCII);
            if !object.is_null() {
                let data = ffi::PyUnicode_DATA(object).cast::<u8>();
                std::ptr::copy_nonoverlapping(value.as_ptr(), data, value.len());
            }
            object
        }
    } else {
        // SAFETY: the pointer and the length are those of a `str`.
        unsafe { ffi::PyUnicode_FromStringAndSize(value.as_ptr().cast(), length) }
    }
}

/// A value that only the thread which holds the GIL touches.
pub(crate) struct GilCell<T> {
    busy: Cell<bool>,
    value: UnsafeCell<T>,
}

// SAFETY: both fields are only touched by `with` and `visited`, whose arguments prove that this
// thread holds the GIL, which the module declares that it needs. Should the closure of one give
// the GIL up, `busy` keeps all others out until it is done.
unsafe impl<T: Send> Sync for GilCell<T> {}

impl<T> GilCell<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { busy: Cell::new(false), value: UnsafeCell::new(value) }
    }

    /// Lends the value for a moment, in which no Python code may run: it could come back here.
    #[inline]
    pub(crate) fn with<R>(&self, _py: Python<'_>, work: impl FnOnce(&mut T) -> R) -> R {
        assert!(!self.busy.replace(true), "the cell is lent");
        let _back = Back(&self.busy);
        // SAFETY: `busy` was false, so there is no other reference, and stays true until the
        // closure is done, also when it panics.
        work(unsafe { &mut *self.value.get() })
    }

    /// Lends the value to the garbage collector; not at all while it is lent to another.
    pub(crate) fn visited<R>(&self, _visit: &PyVisit<'_>, work: impl FnOnce(&T) -> R) -> Option<R> {
        if self.busy.replace(true) {
            return None;
        }
        let _back = Back(&self.busy);
        // SAFETY: as in `with`; a `PyVisit` exists during a traversal only, under the GIL.
        Some(work(unsafe { &*self.value.get() }))
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

/// Says that the value is back, when dropped.
struct Back<'c>(&'c Cell<bool>);

impl Drop for Back<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

const PANIC: &str = "a bug in asyncgen, please report: a panic while a record was built";

/// `tp_iternext` of [`Step`] as `PyO3` made it, for the steps that are not done at once.
static PATIENT: OnceLock<ffi::iternextfunc> = OnceLock::new();

/// Puts [`at_once`] before `tp_iternext` of [`Step`]; when the module is made.
pub(crate) fn hurry(py: Python<'_>) {
    let class = Step::type_object_raw(py);
    // SAFETY: the class is a heap type of ours, alive and unseen by any other code; nobody steps
    // an instance of it before the module is made, and this thread holds the GIL.
    unsafe {
        if let Some(patient) = (*class).tp_iternext
            && PATIENT.set(patient).is_ok()
        {
            (*class).tp_iternext = Some(at_once);
            ffi::PyType_Modified(class);
        }
    }
}

/// One step: a record that is there is returned by `StopIteration`, all else goes the long way.
// SAFETY: for the interpreter to call, with the GIL held, on an instance of `Step`.
unsafe extern "C" fn at_once(step: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls a slot with the GIL held and with an instance of the slot's
    // class; `Step` cannot be subclassed or made by Python code.
    let record = unsafe {
        let py = Python::assume_attached();
        let step = Borrowed::from_ptr(py, step).cast_unchecked::<Step>();
        // A panic must not leave through C code.
        let record = catch_unwind(AssertUnwindSafe(|| step.get().at_once(py)));
        match record.unwrap_or_else(|_| Some(Err(PyRuntimeError::new_err(PANIC)))) {
            None => None,
            Some(Ok(record)) => Some(record.into_ptr()),
            Some(Err(error)) => {
                error.restore(py);
                Some(std::ptr::null_mut())
            }
        }
    };
    // SAFETY: as above; `record` is a new reference, given up after the exception has its own, or
    // NULL with an exception set. A record is no tuple, which would be taken for the arguments of
    // the exception.
    unsafe {
        match record {
            Some(record) => {
                if !record.is_null() {
                    ffi::PyErr_SetObject(ffi::PyExc_StopIteration, record);
                    ffi::Py_DECREF(record);
                }
                std::ptr::null_mut()
            }
            None => PATIENT.get().map_or(std::ptr::null_mut(), |patient| patient(step)),
        }
    }
}
