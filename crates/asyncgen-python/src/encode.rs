//! The records of a source as chunks of bytes.

use std::{
    sync::Arc,
    task::{Poll, Waker},
    time::Instant,
};

use asyncgen_cli::{Encoder, Head, Problem, Shape, Wanted};
use asyncgen_sources::{Columns, Position, Reject};
use pyo3::{PyTraverseError, PyVisit, prelude::*, types::PyBytes};

use crate::{
    build::Unbuilt,
    core::Core,
    cursor::Taken,
    entered::Entered,
    errors::{failure, misused, not_encoded},
    gather::Gather,
    plan::Faulty,
    raw::GilCell,
    source::Source,
    step::{Step, Verb},
};

/// A chunk takes no further records once it has these bytes. With less, the turns of a server's loop
/// for each chunk show; with more, a chunk takes longer to write than other tasks should wait.
const ENOUGH: usize = 64 * 1024;

/// The records written between two looks at how long the chunk is.
const STRIDE: usize = 32;

/// A source as bytes, for `async for` alone: what is sent as a response or an upload.
///
/// Closing it closes the source.
#[pyclass(frozen, weakref, module = "asyncgen", name = "Encoded")]
pub(crate) struct Encoded {
    source: Py<Source>,
    chunks: Arc<Chunks>,
    format: String,
}

impl Encoded {
    /// What is left of `source` as `format`.
    pub(crate) fn new(py: Python<'_>, source: Py<Source>, format: String) -> PyResult<Self> {
        let core = source.get().core();
        let Some(shape) = core.shape() else {
            let message = "chunks are bytes as they are: there are no records to encode";
            return Err(misused(py, message.to_owned(), None));
        };
        let encoder = encoder(&format, shape, Wanted::default()).ok_or_else(|| {
            let message = format!("the format must be 'ndjson' or 'csv', not {format:?}");
            misused(py, message, None)
        })?;
        let writing = GilCell::new(Writing { encoder, is_fitted: false, fault: None });
        let chunks = Arc::new(Chunks { to: format.clone(), shape, writing });
        Ok(Self { source, chunks, format })
    }
}

#[pymethods]
impl Encoded {
    fn __aiter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __anext__(&self) -> Step {
        self.source.get().step(Verb::Gather(Arc::<Chunks>::clone(&self.chunks)))
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
        format!("<{} of {}>", self.format, self.source.get().__repr__(py))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.source)
    }
}

/// Writes chunks, one a step.
pub(crate) struct Chunks {
    to: String,
    shape: Shape,
    writing: GilCell<Writing>,
}

struct Writing {
    encoder: Encoder,
    /// Whether the encoder knows what is wanted of the records; it does with the columns.
    is_fitted: bool,
    /// What is wrong with the record that comes next.
    fault: Option<Fault>,
}

/// What is wrong with a record that the source finds nothing wrong with, and where it begins.
pub(crate) struct Fault {
    pub(crate) problem: Problem,
    pub(crate) position: Position,
}

impl Gather for Chunks {
    /// Ends the source where the last chunk had to stop.
    fn before<'py>(
        &self,
        py: Python<'py>,
        core: &Core,
        _waker: &Waker,
    ) -> Poll<PyResult<Option<Bound<'py, PyAny>>>> {
        Poll::Ready(match self.writing.with(py, |writing| writing.fault.take()) {
            Some(fault) if core.is_open(py) => Err(failed(py, &fault, core)),
            _ => Ok(None),
        })
    }

    /// The chunk of the record that was taken, and of those after it that have come.
    fn take<'py>(
        &self,
        py: Python<'py>,
        core: &Core,
        taken: &Taken,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        if let Err(refused) = self.fit(py, core) {
            core.put_back(py);
            core.close(py);
            return Err(refused);
        }
        let began = Instant::now();
        let mut out = Vec::with_capacity(ENOUGH);
        let columns = core.columns(py);
        let columns = columns.as_ref();
        let mut rejects = Vec::new();
        let kept = (core.faulty() != Faulty::Raise).then_some(&mut rejects);
        let (done, fault) =
            self.writing.with(py, |writing| writing.records(columns, taken, kept, &mut out));
        match done.checked_sub(1) {
            Some(more) => core.skip(py, more, began),
            // The names alone are enough, or it cannot be written.
            None => core.put_back(py),
        }
        core.pass_over(py, rejects);
        match fault {
            Some(fault) if out.is_empty() => return Err(failed(py, &fault, core)),
            fault => self.writing.with(py, |writing| writing.fault = fault),
        }
        // Nothing, if all were passed over.
        Ok((!out.is_empty()).then(|| PyBytes::new(py, &out).into_any()))
    }

    /// What is to be written of a source that ended without a record.
    fn end<'py>(
        &self,
        py: Python<'py>,
        core: &Core,
        now: bool,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        if !now {
            return Ok(None);
        }
        let columns = core.columns(py);
        if columns.is_none() && self.shape == Shape::Row {
            // Nothing at all: no column is missing in it.
            return Ok(None);
        }
        self.fit(py, core)?;
        let mut out = Vec::new();
        let head = Head { columns: columns.as_ref(), first: None };
        let begun = self.writing.with(py, |writing| writing.encoder.begin(head, &mut out));
        if let Err(problem) = begun {
            return Err(failed(py, &Fault { problem, position: core.position(py) }, core));
        }
        Ok((!out.is_empty()).then(|| PyBytes::new(py, &out).into_any()))
    }

    fn fail<'py>(&self, _py: Python<'py>, error: PyErr) -> PyResult<Option<Bound<'py, PyAny>>> {
        Err(error)
    }
}

impl Chunks {
    /// Tells the encoder once what is wanted, when the columns are known.
    fn fit(&self, py: Python<'_>, core: &Core) -> PyResult<()> {
        if self.writing.with(py, |writing| writing.is_fitted) {
            return Ok(());
        }
        let wanted = core.written(py).map_err(|cause| match cause {
            Unbuilt::Python(error) => error,
            Unbuilt::Fault(error) => failure(py, &error, core),
        })?;
        let fitted = encoder(&self.to, self.shape, wanted);
        self.writing.with(py, |writing| {
            writing.is_fitted = true;
            if let Some(fitted) = fitted {
                writing.encoder = fitted;
            }
        });
        Ok(())
    }
}

/// What writes records of `shape` as `format`; `None` where there is no such format.
fn encoder(format: &str, shape: Shape, wanted: Wanted) -> Option<Encoder> {
    // As an array JSON is no stream of records.
    if matches!(format, "ndjson" | "csv") { Encoder::named(format, shape, wanted) } else { None }
}

impl Writing {
    /// Writes records from the one taken on, until they are enough, and tells how many it is done with. A record with a value
    /// that is not of its type is added to `rejects`, where such are passed over, and done with.
    fn records(
        &mut self,
        columns: Option<&Columns>,
        taken: &Taken,
        mut rejects: Option<&mut Vec<Reject>>,
        out: &mut Vec<u8>,
    ) -> (usize, Option<Fault>) {
        let encoder = &mut self.encoder;
        let (mut place, end) = (taken.index, taken.batch.len());
        let mut result = Ok(());
        while result.is_ok() && place < end && out.len() < ENOUGH {
            let head = Head { columns, first: taken.batch.get(place) };
            let mut written = 0;
            result = encoder.begin(head, out);
            if result.is_ok() {
                let places = place..end.min(place + STRIDE);
                (written, result) = encoder.records(&taken.batch, places, out);
            }
            place += written;
            result = match (result, &mut rejects, taken.batch.get(place)) {
                (Err(Problem::Fault(fault)), Some(rejects), Some(record)) => {
                    rejects.push(Reject::of(record, fault));
                    place += 1;
                    Ok(())
                }
                (result, ..) => result,
            };
        }
        let position = || taken.batch.position(place);
        let fault = result.err().map(|problem| Fault { problem, position: position() });
        (place - taken.index, fault)
    }
}

/// The exception for a record that cannot be written; the source ends with it.
fn failed(py: Python<'_>, fault: &Fault, core: &Core) -> PyErr {
    let error = not_encoded(py, fault, core);
    core.close(py);
    error
}
