//! The records of a source in lists.

use std::{
    sync::Arc,
    task::{Poll, Waker},
};

use asyncgen_sources::Position;
use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::PyStopIteration,
    prelude::*,
    types::{PyList, PyType},
};

use crate::{
    core::{Core, Hold},
    cursor::Taken,
    entered::Entered,
    gather::Gather,
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
        let batching = Batching { size, core, open: GilCell::new(Open::default()) };
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

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let blocking = self.source.get().sync(py)?;
        self.batching.check(py)?;
        self.batching.begin(py);
        loop {
            match blocking.__next__(py) {
                Ok(record) => {
                    if let Some(list) = self.batching.add(py, record)? {
                        return Ok(list);
                    }
                }
                Err(end) if end.is_instance_of::<PyStopIteration>(py) => {
                    return self.batching.rest(py)?.ok_or(end);
                }
                Err(error) => return self.batching.before_fault(py, error),
            }
        }
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
    open: GilCell<Open>,
}

#[derive(Default)]
struct Open {
    records: Vec<Py<PyAny>>,
    /// Where the source is held.
    held: Option<Hold>,
    /// What ended the source, after the records before it.
    fault: Option<PyErr>,
}

impl Batching {
    /// Raises what came after the last list.
    fn check(&self, py: Python<'_>) -> PyResult<()> {
        self.open.with(py, |open| open.fault.take()).map_or(Ok(()), Err)
    }

    /// Begins a list, if none is begun, with the next record of the source.
    fn begin(&self, py: Python<'_>) {
        let next = self.core.position(py);
        self.hold(py, next);
    }

    /// Holds the source at `position`, unless it is held.
    fn hold(&self, py: Python<'_>, position: Position) {
        if self.open.with(py, |open| open.held.is_none()) {
            let hold = self.core.hold(py, position);
            self.open.with(py, |open| open.held = Some(hold));
        }
    }

    /// The records that are to be handed out now, all that are gathered.
    fn hand_out(&self, py: Python<'_>) -> Vec<Py<PyAny>> {
        let taken = |open: &mut Open| (std::mem::take(&mut open.records), open.held.take());
        let (records, held) = self.open.with(py, taken);
        if let Some(hold) = held {
            self.core.release(py, hold);
        }
        records
    }

    /// Adds a record; gives the list when it has as many as it should.
    fn add<'py>(
        &self,
        py: Python<'py>,
        record: Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyList>>> {
        let record = record.unbind();
        let full = self.open.with(py, |open| {
            open.records.push(record);
            open.records.len() >= self.size
        });
        full.then(|| PyList::new(py, self.hand_out(py))).transpose()
    }

    /// Adds the record that was taken and those of its batch that follow.
    fn gather<'py>(&self, py: Python<'py>, taken: &Taken) -> PyResult<Option<Bound<'py, PyList>>> {
        let core = &self.core;
        let began = std::time::Instant::now();
        let missing = self.size - self.open.with(py, |open| open.records.len());
        let end = taken.batch.len().min(taken.index + missing);
        if missing > end - taken.index
            && let Some(first) = taken.batch.get(taken.index)
        {
            self.hold(py, first.position());
        }
        let mut list = None;
        for index in taken.index..end {
            let record = Taken { batch: Arc::clone(&taken.batch), index };
            match core.build(py, &record) {
                Ok(Some(record)) => list = self.add(py, record)?,
                Ok(None) => {}
                Err(error) => {
                    core.skip(py, index - taken.index, began);
                    return self.before_fault(py, error).map(Some);
                }
            }
        }
        core.skip(py, end - taken.index - 1, began);
        Ok(list)
    }

    /// What is left where the source has ended.
    fn rest<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        let records = self.hand_out(py);
        if records.is_empty() { Ok(None) } else { PyList::new(py, records).map(Some) }
    }

    /// What came before `error`, which is kept for the next step then.
    fn before_fault<'py>(&self, py: Python<'py>, error: PyErr) -> PyResult<Bound<'py, PyList>> {
        let Some(list) = self.rest(py)? else { return Err(error) };
        drop(self.open.with(py, |open| open.fault.replace(error)));
        Ok(list)
    }
}

impl Gather for Batching {
    fn before<'py>(
        &self,
        py: Python<'py>,
        _core: &Core,
        _waker: &Waker,
    ) -> Poll<PyResult<Option<Bound<'py, PyAny>>>> {
        Poll::Ready(self.check(py).map(|()| None))
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
        self.before_fault(py, error).map(|list| Some(list.into_any()))
    }
}
