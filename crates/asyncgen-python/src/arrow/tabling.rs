//! Gathers records until they are a batch of Arrow, and has it built where no event loop waits.
//!
//! ```text
//! records ─► pieces ─► work, on a thread of the library ─► batch
//!                      or here, where nobody else waits
//! ```

use std::{
    collections::VecDeque,
    mem,
    ops::Range,
    sync::Arc,
    task::{Poll, Waker, ready},
    time::Instant,
};

use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};
use asyncgen_sources::{
    Batch, Error, ErrorKind, OnError, Place, Position, Reject, Work,
    arrow::{Fault, Table},
};
use pyo3::prelude::*;

use crate::{
    blocking::Blocking,
    build::Unbuilt,
    core::{Core, Next},
    cursor::Taken,
    errors::{at_fault, failure},
    exit::Stay,
    gather::Gather,
    owed::Owed,
    raw::GilCell,
};

use super::batch::ArrowBatch;

/// The bytes of text that a batch has, at least, where nobody says how many rows. With less, what a batch costs its
/// consumer shows, and columns are in many pieces; with more, the first one is late and the memory of them adds up.
const ENOUGH: u64 = 1024 * 1024;

/// The most bytes of text that are gathered for a batch, whatever is said.
const MOST: u64 = 512 * 1024 * 1024;

/// Makes batches of the records of a source, over as many steps as it takes: one that is cancelled loses none. Until
/// they are handed out the position of the source stays before them.
pub(super) struct Tabling {
    core: Arc<Core>,
    /// How many rows a batch has.
    rows: Option<usize>,
    /// How it is to be, if that matters.
    wanted: Option<Schema>,
    open: GilCell<Open>,
    owed: Owed,
}

#[derive(Default)]
struct Open {
    /// `None` before the first record, and while it is worked on.
    table: Option<Table>,
    schema: Option<SchemaRef>,
    pieces: Pieces,
    work: Option<Work<Result<Built, ErrorKind>>>,
    /// Whether nothing comes after the pieces, and what ended the source.
    last: bool,
    ending: Option<PyErr>,
}

/// Records that were taken and are no rows yet.
#[derive(Default)]
struct Pieces {
    parts: VecDeque<(Arc<Batch>, Range<usize>)>,
    records: usize,
    bytes: u64,
}

/// What is to be done without Python.
struct Job {
    table: Table,
    pieces: Pieces,
    on_error: OnError,
    /// The rows of a batch; any number if `None`, or where it is to be the last in any case.
    goal: Option<usize>,
    last: bool,
}

/// What came of it.
struct Built {
    table: Table,
    batch: Option<RecordBatch>,
    /// What comes after a fault, or when there was no more room.
    rest: Pieces,
    rejects: Vec<Reject>,
    /// What is wrong with a record, which begins there.
    fault: Option<(Fault, Position)>,
}

impl Tabling {
    pub(super) fn new(core: &Arc<Core>, rows: Option<usize>, wanted: Option<Schema>) -> Self {
        let (core, owed) = (Arc::clone(core), Owed::new(core));
        Self { core, rows, wanted, open: GilCell::new(Open::default()), owed }
    }

    /// How many rows a batch has, where that was said.
    pub(super) fn rows(&self) -> Option<usize> {
        self.rows
    }

    /// Whether its columns are settled.
    pub(super) fn has_begun(&self, py: Python<'_>) -> bool {
        self.open.with(py, |open| open.schema.is_some())
    }

    /// The columns; blocks until they are known.
    pub(super) fn schema(&self, py: Python<'_>, blocking: &Blocking) -> PyResult<SchemaRef> {
        let known = |open: &mut Open| open.schema.clone();
        if let Some(schema) = self.open.with(py, known) {
            return Ok(schema);
        }
        self.core.alone(py, || {
            match blocking.pull(py)? {
                Next::Record(taken) => {
                    let begun = self.begin(py, Some(&taken));
                    self.core.put_back(py);
                    begun?;
                }
                Next::Failed(error) => return Err(failure(py, &error, &self.core)),
                _ => self.begin(py, None)?,
            }
            Ok(self.open.with(py, known).unwrap_or_else(|| Arc::new(Schema::empty())))
        })
    }

    /// The next batch; blocks until it is there.
    pub(super) fn next(
        &self,
        py: Python<'_>,
        blocking: &Blocking,
    ) -> PyResult<Option<RecordBatch>> {
        self.core.alone(py, || {
            loop {
                let ready = blocking.wait_for(py, |waker| self.ready(py, waker))??;
                if ready.is_some() {
                    return Ok(ready);
                }
                if let Some(job) = self.job(py) {
                    let built = Stay::begin(py).detached(py, || Work::here(|| job.run()));
                    if let Some(batch) = self.settle(py, built)? {
                        return Ok(Some(batch));
                    }
                    continue;
                }
                match blocking.pull(py)? {
                    Next::Record(taken) => self.add(py, &taken)?,
                    Next::Failed(error) => {
                        let error = failure(py, &error, &self.core);
                        self.end(py, Some(error));
                    }
                    _ if self.end(py, None) => {}
                    _ => return Ok(None),
                }
            }
        })
    }

    /// Makes the table, whose first record is there or nowhere.
    fn begin(&self, py: Python<'_>, first: Option<&Taken>) -> PyResult<()> {
        if self.has_begun(py) {
            return Ok(());
        }
        let columns = self.core.columns(py);
        let sample = first.map(|taken| (&*taken.batch, taken.index));
        let table = self.core.builder().table(columns.as_ref(), sample, self.wanted.as_ref());
        let table = table.map_err(|why| match why {
            Unbuilt::Python(error) => error,
            Unbuilt::Fault(error) => at_fault(py, &error, &self.core),
        })?;
        self.open.with(py, |open| {
            open.schema = Some(Arc::clone(table.schema()));
            open.table = Some(table);
        });
        Ok(())
    }

    /// Adds the record that was taken and those of its batch that follow.
    fn add(&self, py: Python<'_>, taken: &Taken) -> PyResult<()> {
        let began = Instant::now();
        if let Err(error) = self.begin(py, Some(taken)) {
            // Another schema may be given: the record is taken again then.
            self.core.put_back(py);
            return Err(error);
        }
        self.owed.begin(py, taken.batch.position(taken.index));
        let missing = self.open.with(py, |open| {
            let rows = open.table.as_ref().map_or(0, Table::rows) + open.pieces.records;
            self.rows.map_or(usize::MAX, |goal| goal.saturating_sub(rows).max(1))
        });
        let end = taken.batch.len().min(taken.index.saturating_add(missing));
        let records = taken.index..end;
        self.core.skip(py, records.len() - 1, began);
        self.open.with(py, |open| open.pieces.push_back(Arc::clone(&taken.batch), records));
        Ok(())
    }

    /// Nothing comes any more, but for `error`; false when that is known already.
    fn end(&self, py: Python<'_>, error: Option<PyErr>) -> bool {
        self.open.with(py, |open| {
            open.ending = error;
            !mem::replace(&mut open.last, true)
        })
    }

    /// The batch that is ready, or what is raised before the next one; `None` where there is neither.
    fn ready(&self, py: Python<'_>, waker: &Waker) -> Poll<PyResult<Option<RecordBatch>>> {
        if self.core.is_closed(py) {
            let closed = Open { last: true, ..Open::default() };
            drop(self.open.with(py, |open| mem::replace(open, closed)));
            self.owed.forget(py);
            return Poll::Ready(Ok(None));
        }
        let worked = self.open.with(py, |open| {
            let polled = open.work.as_mut().map(|work| work.poll(waker));
            if matches!(polled, Some(Poll::Ready(_))) {
                open.work = None;
            }
            polled
        });
        if let Some(polled) = worked {
            match self.settle(py, ready!(polled)) {
                Ok(None) => {}
                ready => return Poll::Ready(ready),
            }
        }
        let next = self.open.with(py, |open| open.pieces.position());
        let raised = self.owed.raise(py, next).and_then(|()| {
            let ending = self.open.with(py, |open| {
                let rows = open.table.as_ref().map_or(0, Table::rows);
                open.ending.take_if(|_| open.pieces.parts.is_empty() && rows == 0)
            });
            ending.map_or(Ok(None), Err)
        });
        Poll::Ready(raised)
    }

    /// What is to be done now, if it is time for that.
    fn job(&self, py: Python<'_>) -> Option<Job> {
        let on_error = self.core.faulty().into();
        let goal = self.rows;
        self.open.with(py, |open| {
            let Open { table: slot, pieces, last, .. } = open;
            let rows = slot.as_ref()?.rows();
            let full = match goal {
                Some(goal) => rows + pieces.records >= goal,
                None => pieces.bytes >= ENOUGH,
            };
            let last = *last || pieces.bytes >= MOST;
            let is_time = full || (last && rows + pieces.records > 0);
            let table = slot.take_if(|_| is_time)?;
            Some(Job { table, pieces: mem::take(pieces), on_error, goal, last })
        })
    }

    /// Takes what came of a job.
    fn settle(
        &self,
        py: Python<'_>,
        built: Result<Result<Built, ErrorKind>, ErrorKind>,
    ) -> PyResult<Option<RecordBatch>> {
        let built = built.and_then(|built| built).map_err(|kind| self.broken(py, kind))?;
        let Built { table, batch, rest, rejects, fault } = built;
        self.core.pass_over(py, rejects);
        let (next, has_rows) = (rest.position(), table.rows() > 0);
        self.open.with(py, |open| (open.table, open.pieces) = (Some(table), rest));
        match fault {
            Some((fault, position)) => {
                let source = Arc::clone(self.core.file_name(position));
                let fault = at_fault(py, &Error::decode(fault, source), &self.core);
                self.owed.keep(py, fault, Some(position));
            }
            // They were owed before.
            None if has_rows => {}
            None => self.owed.go_on(py, next),
        }
        Ok(batch)
    }

    /// Ends the source, which cannot go on. Its position stays before what was to be a batch.
    fn broken(&self, py: Python<'_>, kind: ErrorKind) -> PyErr {
        let place = Place { source: Some(Arc::clone(&self.core.name)), ..Place::default() };
        let error = failure(py, &Error::new(kind, place), &self.core);
        self.core.close(py);
        error
    }
}

impl Gather for Tabling {
    fn before<'py>(
        &self,
        py: Python<'py>,
        _core: &Core,
        waker: &Waker,
    ) -> Poll<PyResult<Option<Bound<'py, PyAny>>>> {
        loop {
            match ready!(self.ready(py, waker)) {
                Ok(None) => {}
                Ok(Some(batch)) => return Poll::Ready(ArrowBatch::object(py, batch).map(Some)),
                Err(error) => return Poll::Ready(Err(error)),
            }
            let Some(job) = self.job(py) else { return Poll::Ready(Ok(None)) };
            match Work::start(|| job.run()) {
                Ok(work) => self.open.with(py, |open| open.work = Some(work)),
                Err(kind) => return Poll::Ready(Err(self.broken(py, kind))),
            }
        }
    }

    fn take<'py>(
        &self,
        py: Python<'py>,
        _core: &Core,
        taken: &Taken,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.add(py, taken).map(|()| None)
    }

    fn end<'py>(
        &self,
        py: Python<'py>,
        _core: &Core,
        _now: bool,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.end(py, None);
        Ok(None)
    }

    fn fail<'py>(&self, py: Python<'py>, error: PyErr) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.end(py, Some(error));
        Ok(None)
    }
}

impl Pieces {
    fn push_back(&mut self, batch: Arc<Batch>, records: Range<usize>) {
        self.count(&batch, &records);
        self.parts.push_back((batch, records));
    }

    fn count(&mut self, batch: &Batch, records: &Range<usize>) {
        let offset = |index| batch.position(index).offset;
        self.bytes += offset(records.end).saturating_sub(offset(records.start));
        self.records += records.len();
    }

    /// Where the first record begins.
    fn position(&self) -> Option<Position> {
        let (batch, records) = self.parts.front()?;
        Some(batch.position(records.start))
    }
}

impl Job {
    fn run(self) -> Result<Built, ErrorKind> {
        let Self { mut table, mut pieces, on_error, goal, last } = self;
        let (mut rest, mut rejects, mut fault) = (Pieces::default(), Vec::new(), None);
        while rest.parts.is_empty()
            && fault.is_none()
            && let Some((batch, records)) = pieces.parts.pop_front()
        {
            let room = table.room(&batch, records.clone());
            let pushed = table.push(&batch, records.start..records.start + room, on_error);
            rejects.extend(pushed.rejects);
            let read = records.start + pushed.read;
            fault = pushed.fault.map(|fault| (fault, batch.position(read - 1)));
            if read < records.end {
                rest.push_back(batch, read..records.end);
            }
        }
        for (batch, records) in pieces.parts {
            rest.push_back(batch, records);
        }
        let rows = table.rows();
        let is_cut = fault.is_some() || !rest.parts.is_empty();
        let is_whole = last || is_cut || goal.is_none_or(|goal| rows >= goal);
        let finished = (rows > 0 && is_whole).then(|| table.finish()).transpose();
        let batch = finished.map_err(|error| ErrorKind::Panicked(error.to_string()))?;
        Ok(Built { table, batch, rest, rejects, fault })
    }
}
