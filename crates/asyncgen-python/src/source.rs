//! The source object.

use std::sync::Arc;

use pyo3::{
    PyTraverseError, PyVisit,
    prelude::*,
    sync::PyOnceLock,
    types::{PyCapsule, PyList, PyTuple, PyType},
};

use crate::{
    arrow::ArrowBatches,
    batched::Batched,
    blocking::Blocking,
    core::Core,
    encode::Encoded,
    entered::Entered,
    errors::misused,
    facts, html,
    raw::{self, Advance, GilCell},
    step::{Step, Verb},
    stream::Stream,
};

/// A stream of records: an async generator, and an iterator where no event loop runs.
///
/// Dropping it releases all that it holds, at once and without a word.
#[pyclass(frozen, weakref, module = "asyncgen", name = "Source")]
pub(crate) struct Source {
    core: Arc<Core>,
    /// The last awaitable of `__anext__`, used again when nobody else holds it.
    pooled: GilCell<Option<Py<Step>>>,
}

impl Source {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self { core, pooled: GilCell::new(None) }
    }

    /// What the source shares with its steps.
    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    pub(crate) fn step(&self, verb: Verb) -> Step {
        Step::new(Arc::clone(&self.core), verb)
    }

    fn check_no_loop(py: Python<'_>) -> PyResult<()> {
        static CHECK: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        CHECK.import(py, "asyncgen._bridge", "check_no_loop")?.call0()?;
        Ok(())
    }
}

impl Advance for Source {
    #[inline]
    fn at_once<'py>(this: &Bound<'py, Self>) -> Option<Bound<'py, PyAny>> {
        let py = this.py();
        let renewed = this.get().pooled.try_with(py, |pooled| {
            let step = pooled.as_ref()?.bind(py);
            (raw::is_unique(step) && step.get().renew(py)).then(|| step.clone())
        });
        renewed.flatten().map(Bound::into_any)
    }

    fn advance<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let (py, source) = (this.py(), this.get());
        let step = Bound::new(py, source.step(Verb::Next))?;
        let held = source.pooled.with(py, |pooled| pooled.replace(step.clone().unbind()));
        drop(held);
        Ok(step.into_any())
    }
}

#[pymethods]
impl Source {
    fn __aiter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __anext__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::at_once(slf).map_or_else(|| Self::advance(slf), Ok)
    }

    /// As `__anext__`: a source has no use for the value.
    fn asend(&self, value: Py<PyAny>) -> Step {
        drop(value);
        self.step(Verb::Next)
    }

    /// Ends the source and raises the exception.
    #[pyo3(signature = (*args), text_signature = "($self, typ, val=None, tb=None, /)")]
    fn athrow(&self, args: &Bound<'_, PyTuple>) -> Step {
        self.step(Verb::Throw(args.clone().unbind()))
    }

    /// Ends the source and releases what it holds; any number of times. An `__anext__` that waits
    /// is ended.
    pub(crate) fn aclose(&self) -> Step {
        self.step(Verb::Close)
    }

    /// As `aclose`, without awaiting: an async iterable that it reads is not closed.
    pub(crate) fn close(&self, py: Python<'_>) {
        self.core.close(py);
    }

    pub(crate) fn __iter__(&self, py: Python<'_>) -> PyResult<Blocking> {
        self.core.check_sync(py)?;
        Self::check_no_loop(py)?;
        self.sync(py)
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.core.check_sync(py)?;
        Self::check_no_loop(py)?;
        self.sync(py)?.__next__(py)
    }

    /// The same source, of pages in place of their items; before its first step.
    fn by_page(slf: Py<Self>, py: Python<'_>) -> PyResult<Py<Self>> {
        let core = &slf.get().core;
        if core.give_pages(py) {
            return Ok(slf);
        }
        let message = "by_page() is for a source of pages, before its first step".to_owned();
        Err(misused(py, message, Some(&core.name)))
    }

    /// An iterator that blocks this thread while it waits, even where an event loop runs.
    pub(crate) fn sync(&self, py: Python<'_>) -> PyResult<Blocking> {
        self.core.check_sync(py)?;
        Ok(Blocking::new(Arc::clone(&self.core)))
    }

    /// The source for `async for` alone: for who would pick the other side of it.
    fn stream(slf: Py<Self>) -> Stream {
        Stream::new(slf)
    }

    /// What is left of the source as chunks of bytes, for `async for` alone.
    fn encode(slf: Py<Self>, py: Python<'_>, format: String) -> PyResult<Encoded> {
        Encoded::new(py, slf, format)
    }

    /// What is left of the source in lists of `size` records.
    fn batches(slf: Py<Self>, py: Python<'_>, size: usize) -> PyResult<Batched> {
        if size == 0 {
            return Err(misused(py, "a batch has at least one record".to_owned(), None));
        }
        Ok(Batched::new(slf, size))
    }

    /// What is left of the source in batches of Arrow, of `rows` rows each, with the columns as `schema` has them.
    #[pyo3(signature = (rows=None, *, schema=None))]
    fn arrow(
        slf: Py<Self>,
        py: Python<'_>,
        rows: Option<usize>,
        schema: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<ArrowBatches> {
        ArrowBatches::new(py, slf, rows, schema)
    }

    /// What is left of the source as an `arrow_array_stream`, which blocks the thread that reads it.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        slf: Py<Self>,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        ArrowBatches::new(py, slf, None, requested_schema)?.stream(py)
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_exc_info))]
    fn __exit__(&self, py: Python<'_>, _exc_info: &Bound<'_, PyAny>) {
        self.core.close(py);
    }

    fn __aenter__(slf: Py<Self>) -> Entered {
        Entered::new(slf.into_any())
    }

    #[pyo3(signature = (*_exc_info))]
    fn __aexit__(&self, _exc_info: &Bound<'_, PyAny>) -> Step {
        self.step(Verb::Close)
    }

    /// The names of the columns; None before the first record, or where there are none.
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let columns = self.core.columns(py);
        columns
            .map(|columns| {
                PyTuple::new(py, columns.iter().map(AsRef::as_ref).collect::<Vec<&str>>())
            })
            .transpose()
    }

    /// How a source of CSV is written; None before the first record, and of other sources.
    #[getter]
    fn dialect<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.core.dialect(py).map(|dialect| facts::dialect(py, &dialect)).transpose()
    }

    /// The summary, after the end; None before.
    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.core.summary(py).map(|summary| facts::summary(py, &summary)).transpose()
    }

    /// The place after the last record handed out.
    #[getter]
    fn position<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let token = self.core.token(py).transpose();
        let token = token.map_err(|message| misused(py, message, Some(&self.core.name)))?;
        facts::position(py, self.core.position(py), token, self.core.noun)
    }

    /// The way through its pages that was chosen; None before the first, or where there are none.
    #[getter]
    fn plan(&self, py: Python<'_>) -> Option<String> {
        self.core.plan(py)
    }

    /// The records of the whole source, where a page tells.
    #[getter]
    fn total(&self, py: Python<'_>) -> Option<u64> {
        self.core.progress(py)?.expected
    }

    /// The records that were passed over, the first thousand, with `on_error="collect"`.
    #[getter]
    fn rejects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let rejects = self.core.rejects(py);
        let told = |reject| facts::reject(py, reject, self.core.file_name(reject.start()));
        let told: Vec<_> = rejects.iter().map(told).collect::<PyResult<_>>()?;
        PyList::new(py, told)
    }

    /// What was read so far.
    #[getter]
    fn progress<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.core.progress(py).map(|progress| facts::progress(py, &progress)).transpose()
    }

    /// Whether a step waits at this moment.
    #[getter]
    fn ag_running(&self, py: Python<'_>) -> bool {
        self.core.is_running(py)
    }

    pub(crate) fn __repr__(&self, py: Python<'_>) -> String {
        let position = self.core.position(py);
        format!(
            "<asyncgen.{} of {} at record {}, line {}, byte {}>",
            self.core.noun,
            self.core.file_name(position),
            position.record,
            position.line,
            position.offset
        )
    }

    /// What is known of it, for notebooks; nothing is read for it.
    fn _repr_html_(&self, py: Python<'_>) -> String {
        html::table(py, &self.core)
    }

    /// `Source[T]` in annotations.
    #[classmethod]
    pub(crate) fn __class_getitem__(
        cls: &Bound<'_, PyType>,
        item: Bound<'_, PyAny>,
    ) -> PyResult<Py<PyAny>> {
        static ALIAS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let alias = ALIAS.import(cls.py(), "types", "GenericAlias")?;
        alias.call1((cls, item)).map(Bound::unbind)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let pooled = |pooled: &Option<Py<Step>>| {
            visit.call(pooled)?;
            // The core is visited by the last one that holds it, or its references count twice. A
            // step that somebody else holds needs it, whatever becomes of the source.
            let own = match pooled {
                Some(step) if raw::is_held_once(step, &visit) => 2,
                _ => 1,
            };
            if Arc::strong_count(&self.core) == own { self.core.visit(&visit) } else { Ok(()) }
        };
        self.pooled.visited(&visit, pooled)
    }

    fn __clear__(&self) {
        let held = Python::attach(|py| self.pooled.with(py, Option::take));
        drop(held);
    }
}
