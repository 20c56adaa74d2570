//! The stream of the Arrow C interface: who reads it waits in its own thread.

use std::{io, sync::Arc};

use arrow_array::{RecordBatch, RecordBatchReader, ffi_stream::FFI_ArrowArrayStream};
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::{
    exceptions::{PyKeyboardInterrupt, PyOSError},
    prelude::*,
    types::PyCapsule,
};

use super::tabling::Tabling;
use crate::{blocking::Blocking, raw};

/// The capsule of a stream of what `tabling` makes; waits for the columns to be known.
pub(super) fn capsule<'py>(
    py: Python<'py>,
    tabling: &Arc<Tabling>,
    blocking: Blocking,
) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = tabling.schema(py, &blocking)?;
    let reader = Reader { tabling: Arc::clone(tabling), blocking, schema };
    let stream = FFI_ArrowArrayStream::new(Box::new(reader));
    PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
}

struct Reader {
    tabling: Arc<Tabling>,
    blocking: Blocking,
    schema: SchemaRef,
}

impl Iterator for Reader {
    type Item = Result<RecordBatch, ArrowError>;

    /// Who reads may hold the GIL or not, and be on a thread that Python has never seen.
    fn next(&mut self) -> Option<Self::Item> {
        let Self { tabling, blocking, .. } = self;
        let next = Python::try_attach(|py| {
            // A panic must not go through C.
            let next = raw::caught(|| tabling.next(py, blocking)).and_then(|next| next);
            next.map_err(|error| told(py, &error)).transpose()
        });
        next.unwrap_or_else(|| Some(Err(failed("the interpreter has ended".to_owned()))))
    }
}

impl RecordBatchReader for Reader {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// The error as one of Arrow, which has a number and a text.
fn told(py: Python<'_>, error: &PyErr) -> ArrowError {
    if error.is_instance_of::<PyKeyboardInterrupt>(py) {
        // It would be told as an error of Arrow: it comes again when Python goes on.
        raw::interrupt(py);
    }
    let value = error.value(py);
    let text = value.to_string();
    let text = if text.is_empty() { value.get_type().to_string() } else { text };
    // A C string has none.
    let text = text.replace('\0', "\u{fffd}");
    if error.is_instance_of::<PyOSError>(py) {
        ArrowError::IoError(text.clone(), io::Error::other(text))
    } else {
        failed(text)
    }
}

fn failed(text: String) -> ArrowError {
    ArrowError::ExternalError(text.into())
}
