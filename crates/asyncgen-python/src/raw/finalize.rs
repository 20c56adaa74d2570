//! `tp_finalize`, which `PyO3` has not: the last look of an object at itself, which it may outlive.

use std::sync::OnceLock;

use pyo3::{PyClass, ffi, prelude::*, pyclass::boolean_struct::True};

use super::caught;

/// A class whose objects are told before they go, as by `__del__`: once.
pub(crate) trait Finalize: PyClass<Frozen = True> + Sync {
    /// The object is no longer referred to. If it is again after this, it stays.
    fn finalize(this: &Bound<'_, Self>);

    /// Where the deallocation that `PyO3` made is kept: a static of the class's own.
    fn dealloc() -> &'static OnceLock<ffi::destructor>;
}

/// Makes the class one that is finalized; when the module is made.
pub(crate) fn finalizer<T: Finalize>(py: Python<'_>) {
    let class = T::type_object_raw(py);
    // SAFETY: the class is a heap type of ours, alive and unseen by any other code; there is no
    // instance of it before the module is made, and this thread holds the GIL.
    unsafe {
        if let Some(dealloc) = (*class).tp_dealloc
            && T::dealloc().set(dealloc).is_ok()
        {
            (*class).tp_finalize = Some(finalize::<T>);
            (*class).tp_dealloc = Some(finalize_and_free::<T>);
            ffi::PyType_Modified(class);
        }
    }
}

// SAFETY: for the interpreter to call, with the GIL held, on a live instance of `T`.
unsafe extern "C" fn finalize<T: Finalize>(object: *mut ffi::PyObject) {
    // SAFETY: see above; `T` cannot be subclassed.
    let (py, this) = unsafe {
        let py = Python::assume_attached();
        (py, Bound::from_borrowed_ptr(py, object).cast_into_unchecked::<T>())
    };
    // What is raised at this moment is somebody else's.
    let raised = PyErr::take(py);
    // Of a panic there is nobody to tell; the hook has printed it.
    drop(caught(|| T::finalize(&this)));
    drop(this);
    if let Some(raised) = raised {
        raised.restore(py);
    }
}

// SAFETY: for the interpreter to call, with the GIL held, on an instance of `T` without references.
unsafe extern "C" fn finalize_and_free<T: Finalize>(object: *mut ffi::PyObject) {
    // SAFETY: see above; the call keeps the object alive while it runs, and tells whether it is
    // to stay.
    let stays = unsafe { ffi::PyObject_CallFinalizerFromDealloc(object) } != 0;
    if !stays && let Some(dealloc) = T::dealloc().get() {
        // SAFETY: the deallocation of this class, for an object that nobody refers to.
        unsafe { dealloc(object) }
    }
}
