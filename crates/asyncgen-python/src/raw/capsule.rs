//! What others give in capsules.

use std::ffi::CStr;

use arrow_schema::{ArrowError, Schema, ffi::FFI_ArrowSchema};
use pyo3::{
    exceptions::PyValueError,
    prelude::*,
    types::{PyCapsule, PyCapsuleMethods},
};

const NAME: &CStr = c"arrow_schema";

/// The schema in a capsule of the Arrow `PyCapsule` interface.
pub(crate) fn arrow_schema(capsule: &Bound<'_, PyCapsule>) -> PyResult<Schema> {
    let pointer = capsule.pointer_checked(Some(NAME))?;
    // SAFETY: a capsule of this name holds an `ArrowSchema` of the C data interface, whose layout `FFI_ArrowSchema` has, and which
    // is there as long as the capsule is; it is only read here, while we are attached, and what it points to only where it
    // was not released.
    let schema = unsafe { pointer.cast::<FFI_ArrowSchema>().as_ref() };
    if schema.release.is_none() {
        return Err(PyValueError::new_err("the Arrow schema was released"));
    }
    let told = |error: ArrowError| PyValueError::new_err(error.to_string());
    Schema::try_from(schema).map_err(told)
}
