//! The records of a source in lists.

use std::{
    mem,
    sync::Arc,
    task::{Poll, Waker},
    time::Instant,
};

use asyncgen_sources::Position;
use pyo3::{
    PyTraverseError, PyVisit,
    prelude::*,
    types::{PyList, PyType},
};

use crate::{
    core::Core,
    cursor::Taken,
    entered::Entered,
    gather::Gather,
    owed::Owed,
    raw::GilCell,
    source::Source,
    step::{Step, Verb},
};

/// A source in lists of as many records as were asked for; the last one may have fewer. It is an
/// async iterator, and an iterator where no event loop runs.
///
/// Closing it closes the source.
#[pyclass(frozen, weakref, module = "asyncgen", name = "Batched")]
pub(crate) struct Batched {
    source: Py<Source>,
    batching: Arc<Batching>,
}

impl Batched {
    pub(crate) fn new(source: Py<Source>, size: usize) -> Self {
        let core = Arc::clone(source.get().core());
        let (records, owed) = (GilCell::new(Vec::new()), Owed::new(&core));
        let batching = Batching { size, core, records, owed };
        Self { source, batching: Arc::new(batching) }
    }
}

#[pymethods]
impl Batched {
    fn __aiter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __anext__(&self) -> Step {
        self.source.get().step(Verb::Gather(Arc::<Batching>::clone(&self.batching)))
    }

    fn __iter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        // It says what is wrong with a plain `for` here.
        slf.get().source.get().__iter__(slf.py())?;
        Ok(slf)
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.source.get().sync(py)?.gather(py, &*self.batching)
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
        format!("<batches of {} of {}>", self.batching.size, self.source.get().__repr__(py))
    }

    /// `Batched[T]` in annotations.
    #[classmethod]
    fn __class_getitem__(cls: &Bound<'_, PyType>, item: Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Source::__class_getitem__(cls, item)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.source)
    }
}

/// Gathers records, over as many steps as it takes: one that is cancelled loses none. Until they are handed
/// out the position of the source stays before them.
pub(crate) struct Batching {
    size: usize,
    core: Arc<Core>,
    records: GilCell<Vec<Py<PyAny>>>,
    owed: Owed,
}

impl Batching {
    /// Adds the record that was taken and those of its batch that follow.
    fn gather<'py>(&self, py: Python<'py>, taken: &Taken) -> PyResult<Option<Bound<'py, PyList>>> {
        let (core, batch) = (&self.core, &taken.batch);
        let began = Instant::now();
        let missing = self.size - self.records.with(py, |records| records.len());
        let end = batch.len().min(taken.index + missing);
        // Where all that is missing is here, some may yet be passed over.
        self.owed.begin(py, batch.position(taken.index));
        for index in taken.index..end {
            match core.build(py, &Taken { batch: Arc::clone(batch), index }) {
                Ok(Some(record)) => {
                    let record = record.unbind();
                    self.records.with(py, |records| records.push(record));
                }
                Ok(None) => {}
                Err(error) => {
                    core.skip(py, index - taken.index, began);
                    return self.before_fault(py, error, Some(batch.position(index))).map(Some);
                }
            }
        }
        core.skip(py, end - taken.index - 1, began);
        let is_full = self.records.with(py, |records| records.len() >= self.size);
        if is_full { self.rest(py) } else { Ok(None) }
    }

    /// What is gathered is handed out.
    fn rest<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        let list = self.list(py)?;
        self.owed.go_on(py, None);
        Ok(list)
    }

    /// What came before `fault`, that of the record at `position` or the end of the source; it is owed then.
    fn before_fault<'py>(
        &self,
        py: Python<'py>,
        fault: PyErr,
        position: Option<Position>,
    ) -> PyResult<Bound<'py, PyList>> {
        let Some(list) = self.list(py)? else {
            self.owed.go_on(py, None);
            return Err(fault);
        };
        self.owed.keep(py, fault, position);
        Ok(list)
    }

    /// The records that are gathered, if there are any.
    fn list<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        let records = self.records.with(py, mem::take);
        if records.is_empty() { Ok(None) } else { PyList::new(py, records).map(Some) }
    }
}

impl Gather for Batching {
    fn before<'py>(
        &self,
        py: Python<'py>,
        _core: &Core,
        _waker: &Waker,
    ) -> Poll<PyResult<Option<Bound<'py, PyAny>>>> {
        Poll::Ready(self.owed.raise(py, None).map(|()| None))
    }

    fn take<'py>(
        &self,
        py: Python<'py>,
        _core: &Core,
        taken: &Taken,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.gather(py, taken)?.map(Bound::into_any))
    }

    fn end<'py>(
        &self,
        py: Python<'py>,
        _core: &Core,
        _now: bool,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.rest(py)?.map(Bound::into_any))
    }

    fn fail<'py>(&self, py: Python<'py>, error: PyErr) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.before_fault(py, error, None).map(|list| Some(list.into_any()))
    }
}
