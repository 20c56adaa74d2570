//! A source without Python: what the source object, its awaitables and its iterators share.

mod state;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::Waker,
    time::Instant,
};

use asyncgen_cli::Shape;
use asyncgen_sources::{
    Batches, Columns, Dialect, Error, ErrorKind, Position, Progress, Reject, Summary,
};
use pyo3::{PyTraverseError, PyVisit, prelude::*};

use self::state::{Held, Last, Stage, State};
use crate::{
    build::{Builder, Unbuilt},
    cursor::{Cursor, Taken},
    errors::{already_running, not_built},
    exit,
    fairness::Slice,
    plan::{Faulty, Plan},
    raw::{self, GilCell},
    reader::Reader,
};

/// Shared by everything that serves one source.
pub(crate) struct Core {
    state: GilCell<State>,
    builder: Builder,
    /// The source's name in messages: a path, `<bytes>`, a URL without its secrets.
    pub(crate) name: Arc<str>,
    /// What its files are called, where they are several.
    files: Option<Arc<[Arc<str>]>>,
    /// The function that made the source, and where it was called: `csv`, `app.py:12`.
    pub(crate) noun: &'static str,
    pub(crate) created: String,
    /// What of Python reads for this source.
    pub(crate) reader: Option<Reader>,
    faulty: Faulty,
}

/// Keeps the position of a source where it is until it is released.
pub(crate) struct Hold(u64);

/// What a source has to give at this moment.
pub(crate) enum Next {
    Record(Taken),
    /// A record is there, but the slice is over: suspend once first.
    Tired,
    /// Nothing yet; the waker given will be woken.
    Pending,
    End(Option<Summary>),
    Failed(Error),
}

impl Core {
    pub(crate) fn new(batches: Batches, noun: &'static str, plan: Plan) -> Arc<Self> {
        let name = Arc::clone(batches.name());
        let files = batches.files().cloned();
        let fed = matches!(plan.reader, Some(Reader::Thread(_)));
        let core = Arc::new(Self {
            state: GilCell::new(State {
                stage: Stage::Open(Box::new(Cursor::new(batches, noun == "sse"))),
                started: false,
                running: false,
                parked: None,
                slice: Slice::new(plan.fair),
                taken: 0,
                last: Last::default(),
                rejects: Vec::new(),
                collects: plan.faulty == Faulty::Collect,
                rejected: 0,
                held: Vec::new(),
                holds: 0,
            }),
            builder: plan.builder,
            name,
            files,
            noun,
            created: plan.created,
            reader: plan.reader,
            faulty: plan.faulty,
        });
        if fed {
            exit::close_at_exit(Arc::downgrade(&core));
        }
        core
    }

    /// The object that a record becomes; `None` of one that is passed over.
    pub(crate) fn build<'py>(
        &self,
        py: Python<'py>,
        taken: &Taken,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.builder.build(py, taken) {
            Ok(object) => Ok(Some(object)),
            Err(cause) => self.unbuilt(py, cause, taken).map_or(Ok(None), Err),
        }
    }

    /// What is told of a record that became nothing: nothing of one that is passed over.
    fn unbuilt(&self, py: Python<'_>, cause: Unbuilt, taken: &Taken) -> Option<PyErr> {
        let Some(reject) = self.rejected(&cause, taken) else {
            return Some(not_built(py, cause, self, taken));
        };
        self.state.with(py, |state| state.reject(reject));
        None
    }

    /// The record as one that is passed over, if that is what becomes of one with such a fault.
    fn rejected(&self, cause: &Unbuilt, taken: &Taken) -> Option<Reject> {
        let Unbuilt::Fault(error) = cause else { return None };
        let ErrorKind::Decode(error) = error.kind() else { return None };
        let record = taken.batch.get(taken.index).filter(|_| self.faulty != Faulty::Raise)?;
        Some(Reject::of(record, error.clone()))
    }

    /// The records that were passed over, as far as they are kept.
    pub(crate) fn rejects(&self, py: Python<'_>) -> Vec<Reject> {
        self.state.with(py, |state| state.rejects.clone())
    }

    /// The next record as an object, if that is made quietly and nothing has to be done for it: no wait, no pause, no
    /// start. Else nothing has happened.
    ///
    /// No code of Python runs, so that it is made while the state is lent. Does not panic.
    #[inline]
    pub(crate) fn quietly_at_once<'py>(
        &self,
        py: Python<'py>,
        may_serve: impl FnOnce(&mut Slice) -> bool,
    ) -> Option<Bound<'py, PyAny>> {
        if !self.builder.is_quiet() {
            return None;
        }
        let made = self.state.try_with(py, |state| {
            let cursor = state.ready(may_serve)?;
            let made = cursor.take_as(|batch, index| self.builder.quietly(py, batch, index))?;
            state.taken += 1;
            Some(made)
        });
        made.flatten()
    }

    /// The next record, if nothing has to be done for it.
    pub(crate) fn at_once(
        &self,
        py: Python<'_>,
        may_serve: impl FnOnce(&mut Slice) -> bool,
    ) -> Option<Taken> {
        self.state.with(py, |state| {
            let taken = state.ready(may_serve)?.take()?;
            state.taken += 1;
            Some(taken)
        })
    }

    /// The next object, if its record is there, nothing has to be done for it, and no code of a user runs to build it.
    /// `None` too where the records that were there are passed over.
    #[inline]
    pub(crate) fn built_at_once<'py>(
        &self,
        py: Python<'py>,
        may_serve: impl Fn(&mut Slice) -> bool,
    ) -> Option<PyResult<Bound<'py, PyAny>>> {
        if !self.builder.is_ours() {
            return None;
        }
        loop {
            let taken = self.at_once(py, &may_serve)?;
            // A panic must not go through C.
            match catch_unwind(AssertUnwindSafe(|| self.builder.build(py, &taken))) {
                Ok(Ok(object)) => {
                    self.give_back(py, taken);
                    return Some(Ok(object));
                }
                Ok(Err(cause)) => {
                    let told = raw::caught(|| self.unbuilt(py, cause, &taken));
                    if let Some(error) = told.unwrap_or_else(Some) {
                        return Some(Err(error));
                    }
                }
                Err(_) => return Some(Err(raw::panicked())),
            }
        }
    }

    /// What was taken became an object.
    #[inline]
    fn give_back(&self, py: Python<'_>, taken: Taken) {
        self.state.with(py, |state| {
            if let Stage::Open(cursor) = &mut state.stage {
                cursor.give_back(taken);
            }
        });
    }

    /// Marks the source as being stepped; false when somebody else is at it.
    pub(crate) fn enter(&self, py: Python<'_>) -> bool {
        self.state.with(py, |state| !std::mem::replace(&mut state.running, true))
    }

    /// The step is over, whatever came of it.
    pub(crate) fn leave(&self, py: Python<'_>) {
        let parked = self.state.with(py, |state| {
            state.running = false;
            state.parked.take()
        });
        drop(parked);
    }

    /// Does `work` in the source, alone, and starts what reads for it; for `next`.
    pub(crate) fn alone<T>(
        &self,
        py: Python<'_>,
        work: impl FnOnce() -> PyResult<T>,
    ) -> PyResult<T> {
        if !self.enter(py) {
            return Err(already_running("next"));
        }
        // A panic must not leave the source as if somebody were at it.
        let done = raw::caught(|| self.start(py).and_then(|()| work()));
        self.leave(py);
        done.and_then(|done| done)
    }

    /// Starts what reads for the source, at its first step.
    pub(crate) fn start(&self, py: Python<'_>) -> PyResult<()> {
        let starts = self.state.with(py, |state| !std::mem::replace(&mut state.started, true));
        if starts && let Some(reader) = &self.reader {
            reader.start(py)?;
        }
        Ok(())
    }

    /// The next record for an `async for`, which must let others run.
    pub(crate) fn next_fair(&self, py: Python<'_>) -> Next {
        self.asked(py, |state| {
            if state.slice.is_over() {
                state.slice.restart();
                return Next::Tired;
            }
            state.next(Waker::noop())
        })
    }

    /// The next record for a thread that does nothing else.
    pub(crate) fn next(&self, py: Python<'_>) -> Next {
        self.asked(py, |state| state.next(Waker::noop()))
    }

    /// As [`next`](Self::next), and `waker` is woken when it is worth to ask again.
    pub(crate) fn next_or_park(&self, py: Python<'_>, waker: &Waker) -> Next {
        self.park_for_questions(waker);
        self.asked(py, |state| {
            let next = state.next(waker);
            if matches!(next, Next::Pending) {
                state.parked = Some(waker.clone());
                state.slice.restart();
            }
            next
        })
    }

    fn asked(&self, py: Python<'_>, ask: impl FnOnce(&mut State) -> Next) -> Next {
        let next = self.state.with(py, ask);
        if matches!(next, Next::End(_) | Next::Failed(_)) {
            self.builder.end(py);
        }
        next
    }

    /// Takes `count` further records of the current batch, on which work began at `since`.
    pub(crate) fn skip(&self, py: Python<'_>, count: usize, since: Instant) {
        self.state.with(py, |state| {
            state.slice.worked(since);
            if let Stage::Open(cursor) = &mut state.stage {
                cursor.skip(count);
                state.taken += count as u64;
            }
        });
    }

    /// Puts the record back that was taken last, by who is still in the source.
    pub(crate) fn put_back(&self, py: Python<'_>) {
        self.state.with(py, |state| {
            if let Stage::Open(cursor) = &mut state.stage {
                cursor.put_back();
                state.taken -= 1;
            }
        });
    }

    /// Keeps what is told of records that were passed over.
    pub(crate) fn pass_over(&self, py: Python<'_>, rejects: Vec<Reject>) {
        self.state.with(py, |state| rejects.into_iter().for_each(|reject| state.reject(reject)));
    }

    /// What becomes of records that are not as they should be.
    pub(crate) fn faulty(&self) -> Faulty {
        self.faulty
    }

    /// What its records become.
    pub(crate) fn builder(&self) -> &Builder {
        &self.builder
    }

    /// What its records are.
    pub(crate) fn shape(&self) -> Option<Shape> {
        self.builder.shape()
    }

    /// What is wanted of its records, for who writes them.
    pub(crate) fn written(&self, py: Python<'_>) -> Result<asyncgen_cli::Wanted, Unbuilt> {
        self.builder.written(self.columns(py).as_ref())
    }

    pub(crate) fn is_open(&self, py: Python<'_>) -> bool {
        self.state.with(py, |state| matches!(state.stage, Stage::Open(_)))
    }

    /// Whether it was closed before its end, or before all that came was handed out.
    pub(crate) fn is_closed(&self, py: Python<'_>) -> bool {
        self.state.with(py, |state| matches!(state.stage, Stage::Closed))
    }

    /// For the garbage collector: an iterable may well refer to the source that reads it.
    pub(crate) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.builder.visit(visit)?;
        self.reader.as_ref().map_or(Ok(()), |reader| reader.visit(visit))
    }

    /// Ends the source: what it holds is released, who waits for it is woken.
    pub(crate) fn close(&self, py: Python<'_>) {
        let (cursor, parked) =
            self.state.with(py, |state| (state.finish(Stage::Closed), state.parked.take()));
        drop(cursor);
        self.builder.end(py);
        if let Some(waker) = parked {
            waker.wake();
        }
    }

    /// What the file is called that `position` is in.
    pub(crate) fn file_name(&self, position: Position) -> &Arc<str> {
        let files = self.files.as_ref();
        files.and_then(|files| files.get(position.file as usize)).unwrap_or(&self.name)
    }

    pub(crate) fn is_running(&self, py: Python<'_>) -> bool {
        self.state.with(py, |state| state.running)
    }

    /// The records handed out.
    pub(crate) fn taken(&self, py: Python<'_>) -> u64 {
        self.state.with(py, |state| state.taken)
    }

    pub(crate) fn summary(&self, py: Python<'_>) -> Option<Summary> {
        self.state.with(py, |state| state.summary())
    }

    /// Keeps the position at `position`, whatever is taken, until the hold is released.
    pub(crate) fn hold(&self, py: Python<'_>, position: Position) -> Hold {
        self.state.with(py, |state| {
            state.holds += 1;
            // Which event stands before it is not known of a batch that has gone by.
            let cursor = state.cursor().filter(|cursor| cursor.of_events);
            let token = cursor.and_then(|cursor| cursor.token(position));
            state.held.push(Held { hold: state.holds, position, token });
            Hold(state.holds)
        })
    }

    /// What was held is handed out.
    pub(crate) fn release(&self, py: Python<'_>, Hold(hold): Hold) {
        drop(self.state.with(py, |state| state.release(hold)));
    }

    pub(crate) fn position(&self, py: Python<'_>) -> Position {
        self.state.with(py, |state| match (state.first_held(), state.cursor()) {
            (Some(held), _) => held.position,
            (None, Some(cursor)) => cursor.position(),
            (None, None) => state.last.position,
        })
    }

    /// The position as a text to resume at, or why it is refused; `None` where there is none.
    pub(crate) fn token(&self, py: Python<'_>) -> Option<Result<String, String>> {
        self.state.with(py, |state| match (state.first_held(), state.cursor()) {
            (Some(held), Some(cursor)) => held.token(cursor),
            (Some(held), None) => held.token.clone(),
            (None, Some(cursor)) => cursor.token(cursor.position()),
            (None, None) => state.last.token.clone(),
        })
    }

    /// Gives pages in place of their items; false where there are none, or it is too late.
    pub(crate) fn give_pages(&self, py: Python<'_>) -> bool {
        let given = self.state.with(py, |state| state.cursor().is_some_and(Cursor::give_pages));
        given && self.builder.give_pages()
    }

    /// The way through its pages, where it has pages.
    pub(crate) fn plan(&self, py: Python<'_>) -> Option<String> {
        self.state.with(py, |state| match state.cursor() {
            Some(cursor) => cursor.plan(),
            None => state.last.plan.clone(),
        })
    }

    /// How it is written, where it is CSV.
    pub(crate) fn dialect(&self, py: Python<'_>) -> Option<Dialect> {
        self.state.with(py, |state| state.cursor().map_or(state.last.dialect, Cursor::dialect))
    }

    pub(crate) fn progress(&self, py: Python<'_>) -> Option<Progress> {
        self.state.with(py, |state| state.cursor().map(Cursor::progress).or(state.last.progress))
    }

    pub(crate) fn columns(&self, py: Python<'_>) -> Option<Columns> {
        self.state.with(py, |state| match state.cursor() {
            Some(cursor) => cursor.columns().cloned(),
            None => state.last.columns.clone(),
        })
    }
}
