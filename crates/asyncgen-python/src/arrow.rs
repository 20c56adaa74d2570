//! The records of a source as columns: batches of Arrow for `async for` and `for`, and a stream of them.

mod batch;
mod columns;
mod stream;
mod tabling;

use std::sync::Arc;

use arrow_schema::Schema;
use pyo3::{PyTraverseError, PyVisit, exceptions::PyStopIteration, prelude::*, types::PyCapsule};

pub(crate) use batch::ArrowBatch;

use crate::{
    entered::Entered,
    errors::misused,
    raw,
    source::Source,
    step::{Step, Verb},
};
use tabling::Tabling;

/// A source in batches of Arrow. It is an async iterator, an iterator where no event loop runs, and a stream for any
/// library that knows Arrow.
///
/// Closing it closes the source.
#[pyclass(frozen, weakref, module = "asyncgen", name = "ArrowBatches")]
pub(crate) struct ArrowBatches {
    source: Py<Source>,
    tabling: Arc<Tabling>,
}

impl ArrowBatches {
    /// What is left of `source`, in batches of `rows` rows, with the columns as `schema` has them.
    pub(crate) fn new(
        py: Python<'_>,
        source: Py<Source>,
        rows: Option<usize>,
        schema: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        if rows == Some(0) {
            return Err(misused(py, "a batch has at least one row".to_owned(), None));
        }
        let schema = schema.map(wanted).transpose()?;
        let core = source.get().core();
        core.builder().check_table(schema.is_some()).map_err(|why| misused(py, why, None))?;
        let tabling = Arc::new(Tabling::new(core, rows, schema));
        Ok(Self { source, tabling })
    }

    /// The capsule of its stream.
    pub(crate) fn stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        stream::capsule(py, &self.tabling, self.source.get().sync(py)?)
    }
}

#[pymethods]
impl ArrowBatches {
    fn __aiter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __anext__(&self) -> Step {
        self.source.get().step(Verb::Gather(Arc::<Tabling>::clone(&self.tabling)))
    }

    fn __iter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        // It says what is wrong with a plain `for` here.
        slf.get().source.get().__iter__(slf.py())?;
        Ok(slf)
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let blocking = self.source.get().__iter__(py)?;
        match self.tabling.next(py, &blocking)? {
            Some(batch) => ArrowBatch::object(py, batch),
            None => Err(PyStopIteration::new_err(())),
        }
    }

    /// What is left as an `arrow_array_stream`, which blocks the thread that reads it. A schema that comes with the first
    /// request is the one that counts.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        if let Some(schema) = requested_schema
            && !self.tabling.has_begun(py)
        {
            let source = self.source.clone_ref(py);
            return Self::new(py, source, self.tabling.rows(), Some(schema))?.stream(py);
        }
        self.stream(py)
    }

    /// Ends the source and releases what it holds; any number of times.
    fn aclose(&self) -> Step {
        self.source.get().aclose()
    }

    /// As `aclose`, without awaiting: an async iterable that it reads is not closed.
    fn close(&self, py: Python<'_>) {
        self.source.get().close(py);
    }

    fn __aenter__(slf: Py<Self>) -> Entered {
        Entered::new(slf.into_any())
    }

    #[pyo3(signature = (*_exc_info))]
    fn __aexit__(&self, _exc_info: &Bound<'_, PyAny>) -> Step {
        self.source.get().aclose()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<arrow batches of {}>", self.source.get().__repr__(py))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.source)
    }
}

/// The schema that `given` is, or gives.
fn wanted(given: &Bound<'_, PyAny>) -> PyResult<Schema> {
    if let Ok(capsule) = given.cast::<PyCapsule>() {
        return raw::arrow_schema(capsule);
    }
    let py = given.py();
    let name = pyo3::intern!(py, "__arrow_c_schema__");
    if !given.hasattr(name)? {
        let given = given.get_type().name()?;
        let message =
            format!("schema must be an Arrow schema, of pyarrow for instance, not {given}");
        return Err(misused(py, message, None));
    }
    let capsule = given.call_method0(name)?;
    raw::arrow_schema(capsule.cast::<PyCapsule>()?)
}
