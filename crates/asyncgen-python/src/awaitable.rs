//! What `__anext__`, `asend`, `athrow` and `aclose` return.
//!
//! | stage     | `send(None)` does                                        | goes to              |
//! |-----------|----------------------------------------------------------|----------------------|
//! | `Fresh`   | enters the source, then takes or parks                   | any                  |
//! | `Yielded` | was suspended by a bare yield: takes or parks            | any                  |
//! | `Parked`  | drives the coroutine of the bridge; done: takes or parks | any                  |
//! | `Busy`    | is being driven: refuses                                 | -                    |
//! | `Done`    | refuses to be used again                                 | -                    |

use std::{mem, sync::Arc};

use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyRuntimeError, PyStopIteration},
    prelude::*,
    types::PyTuple,
};

use crate::{
    bridge::{Berth, Pause, pause},
    core::{Core, Next},
    encode::Chunks,
    errors::{already_running, failure, stop_async_iteration},
    outcome::Outcome,
    raw::{self, GilCell, Resume, Spare},
    thrown::thrown,
};

/// One step of a source: an awaitable.
#[pyclass(frozen, module = "asyncgen._asyncgen")]
pub(crate) struct Step {
    core: Arc<Core>,
    inner: GilCell<Inner>,
    spare: Spare,
}

struct Inner {
    stage: Stage,
    verb: Verb,
}

enum Stage {
    Fresh,
    Yielded,
    Parked(Py<PyAny>),
    Busy,
    Done,
}

/// What the step asks of the source.
pub(crate) enum Verb {
    Next,
    /// As `Next`, but a chunk of the records that have come.
    Chunk(Arc<Chunks>),
    /// Close, then raise what the arguments of `athrow` mean.
    Throw(Py<PyTuple>),
    Close,
}

impl Verb {
    /// What a step ends with that has closed the source.
    fn end(self, py: Python<'_>) -> Outcome<'_> {
        match self {
            Self::Throw(args) => {
                Outcome::Failed(thrown(args.bind(py)).unwrap_or_else(|refused| refused))
            }
            _ => Outcome::Returned(py.None().into_bound(py)),
        }
    }
}

impl Step {
    pub(crate) fn new(core: Arc<Core>, verb: Verb) -> Self {
        let inner = GilCell::new(Inner { stage: Stage::Fresh, verb });
        Self { core, inner, spare: Spare::new() }
    }

    /// Makes a finished step that nobody else holds into a fresh one.
    #[inline]
    pub(crate) fn renew(&self, py: Python<'_>) -> bool {
        let renewed = self.inner.try_with(py, |inner| {
            let renewable = matches!((&inner.stage, &inner.verb), (Stage::Done, Verb::Next));
            if renewable {
                inner.stage = Stage::Fresh;
            }
            renewable
        });
        renewed == Some(true)
    }

    /// The step when there is something to be done.
    fn drive<'py>(&self, sent: &Bound<'py, PyAny>) -> Outcome<'py> {
        let py = sent.py();
        let stage = self.go(py, Stage::Busy);
        if matches!(stage, Stage::Busy | Stage::Done) {
            return Outcome::Failed(self.refuse(py, stage));
        }
        let outcome = match stage {
            Stage::Fresh => match self.begin(py) {
                Begun::Entered => self.advance(py),
                Begun::Closing(coroutine) => {
                    self.resume_parked(coroutine, &py.None().into_bound(py))
                }
                // The source is not this step's to leave.
                Begun::Done(outcome) => {
                    self.end(py, false);
                    return outcome;
                }
            },
            Stage::Parked(coroutine) => self.resume_parked(coroutine.into_bound(py), sent),
            _ => self.advance(py),
        };
        self.settled(outcome, py, true)
    }

    /// Ends the step, unless it is suspended.
    fn settled<'py>(&self, outcome: Outcome<'py>, py: Python<'py>, entered: bool) -> Outcome<'py> {
        if !matches!(outcome, Outcome::Suspended(_)) {
            self.end(py, entered);
        }
        outcome
    }

    /// The first drive: the verbs that are done at once, and the way into the source.
    fn begin<'py>(&self, py: Python<'py>) -> Begun<'py> {
        let core = &self.core;
        let verb = match self.chunks(py) {
            Some(chunks) => Verb::Chunk(chunks),
            None => self.inner.with(py, |inner| mem::replace(&mut inner.verb, Verb::Next)),
        };
        match verb {
            Verb::Next | Verb::Chunk(_) => {
                if matches!(verb, Verb::Next)
                    && let Some(taken) = core.at_once(py, |slice| !slice.is_over())
                {
                    return Begun::Done(Outcome::of(core.build(py, &taken)));
                }
                if !core.enter(py) {
                    return Begun::Done(Outcome::Failed(already_running("anext")));
                }
            }
            Verb::Close | Verb::Throw(_) => return self.begin_close(py, verb),
        }
        if let Err(error) = core.start(py) {
            core.leave(py);
            return Begun::Done(Outcome::Failed(error));
        }
        Begun::Entered
    }

    /// Closes the source, then what it pulls, and only then ends as `verb` says.
    fn begin_close<'py>(&self, py: Python<'py>, verb: Verb) -> Begun<'py> {
        self.core.close(py);
        match self.core.closing(py) {
            Ok(None) => Begun::Done(verb.end(py)),
            Ok(Some(coroutine)) => {
                self.inner.with(py, |inner| inner.verb = verb);
                Begun::Closing(coroutine)
            }
            Err(error) => Begun::Done(Outcome::Failed(error)),
        }
    }

    /// Takes a record, or suspends, or ends.
    fn advance<'py>(&self, py: Python<'py>) -> Outcome<'py> {
        self.try_advance(py).unwrap_or_else(Outcome::Failed)
    }

    fn try_advance<'py>(&self, py: Python<'py>) -> PyResult<Outcome<'py>> {
        let core = &self.core;
        let verb = self.inner.with(py, |inner| match &inner.verb {
            Verb::Close | Verb::Throw(_) => Some(mem::replace(&mut inner.verb, Verb::Next)),
            Verb::Next | Verb::Chunk(_) => None,
        });
        if let Some(verb) = verb {
            return Ok(verb.end(py));
        }
        let chunks = self.chunks(py);
        if let Some(chunks) = &chunks {
            chunks.check(py, core)?;
        }
        let mut next = core.next_fair(py);
        loop {
            next = match next {
                Next::Record(taken) => {
                    let made = match &chunks {
                        Some(chunks) => chunks.chunk(py, core, &taken),
                        None => core.build(py, &taken),
                    };
                    return made.map(Outcome::Returned);
                }
                Next::End(summary) => {
                    if summary.is_some()
                        && let Some(chunks) = chunks
                        && let Some(last) = chunks.end(py, core)?
                    {
                        return Ok(Outcome::Returned(last));
                    }
                    self.spare.clear(py);
                    return Err(stop_async_iteration(py, summary)?);
                }
                Next::Failed(error) => {
                    self.spare.clear(py);
                    return Err(failure(py, &error, core));
                }
                Next::Tired => match pause(py)? {
                    Pause::Yield => {
                        drop(self.go(py, Stage::Yielded));
                        return Ok(Outcome::Suspended(py.None().into_bound(py)));
                    }
                    Pause::Delegate(coroutine) => {
                        return Ok(self.resume_parked(coroutine, &py.None().into_bound(py)));
                    }
                    Pause::Never => core.next(py),
                },
                Next::Pending => {
                    if let Some(pulling) = core.pull(py)? {
                        let pulled = send(&pulling, &py.None().into_bound(py));
                        if !is_done(py, &pulled) {
                            return Ok(self.suspended(pulling, pulled));
                        }
                        // A chunk that was there at once: round the loop, or frames pile up.
                        core.next_fair(py)
                    } else {
                        let berth = Berth::find(py)?;
                        match core.next_or_park(py, &berth.waker) {
                            Next::Pending if !core.waits_for_a_pull() => {
                                let coroutine = berth.park()?;
                                return Ok(self.resume_parked(coroutine, &py.None().into_bound(py)));
                            }
                            next => next,
                        }
                    }
                }
            };
        }
    }

    /// Drives the coroutine that the step is suspended in, and goes on when it is done.
    fn resume_parked<'py>(
        &self,
        coroutine: Bound<'py, PyAny>,
        sent: &Bound<'py, PyAny>,
    ) -> Outcome<'py> {
        let result = send(&coroutine, sent);
        self.suspended(coroutine, result)
    }

    /// What a drive of the coroutine led to.
    fn suspended<'py>(
        &self,
        coroutine: Bound<'py, PyAny>,
        result: PyResult<Bound<'py, PyAny>>,
    ) -> Outcome<'py> {
        let py = coroutine.py();
        match result {
            Ok(yielded) => {
                drop(self.go(py, Stage::Parked(coroutine.unbind())));
                Outcome::Suspended(yielded)
            }
            result if is_done(py, &result) => self.advance(py),
            Err(error) => Outcome::Failed(error),
        }
    }

    /// What makes chunks of the records, if they are what is asked for.
    fn chunks(&self, py: Python<'_>) -> Option<Arc<Chunks>> {
        self.inner.with(py, |inner| match &inner.verb {
            Verb::Chunk(chunks) => Some(Arc::clone(chunks)),
            _ => None,
        })
    }

    /// The step is over; `entered` says that the source is this step's to leave.
    fn end(&self, py: Python<'_>, entered: bool) {
        let stage = self.go(py, Stage::Done);
        if entered {
            self.core.leave(py);
        }
        drop(stage);
    }

    /// Goes to `next`; gives the stage it was in, to be dropped when the cell is back.
    fn go(&self, py: Python<'_>, next: Stage) -> Stage {
        self.inner.with(py, |inner| mem::replace(&mut inner.stage, next))
    }

    fn refuse(&self, py: Python<'_>, stage: Stage) -> PyErr {
        let refused = match &stage {
            Stage::Busy => already_running("anext"),
            _ => PyRuntimeError::new_err("cannot reuse already awaited __anext__()/asend()"),
        };
        drop(self.go(py, stage));
        refused
    }
}

/// How a step begins.
enum Begun<'py> {
    /// The source is the step's until it ends.
    Entered,
    /// What the source pulls is closed first.
    Closing(Bound<'py, PyAny>),
    Done(Outcome<'py>),
}

impl Resume for Step {
    #[inline]
    fn at_once<'py>(this: &Bound<'py, Self>, _sent: &Bound<'py, PyAny>) -> Option<Outcome<'py>> {
        let (py, step) = (this.py(), this.get());
        let line = step.inner.try_with(py, |inner| {
            let (Stage::Fresh, Verb::Next) = (&inner.stage, &inner.verb) else { return None };
            let line = step.core.line_at_once(py, |slice| !slice.is_over())?;
            inner.stage = Stage::Done;
            Some(line)
        });
        line.flatten().map(Outcome::Returned)
    }

    fn resume<'py>(this: &Bound<'py, Self>, sent: &Bound<'py, PyAny>) -> Outcome<'py> {
        this.get().drive(sent)
    }

    fn spare(&self) -> Option<&Spare> {
        Some(&self.spare)
    }
}

fn send<'py>(
    coroutine: &Bound<'py, PyAny>,
    value: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    raw::call_method(coroutine, pyo3::intern!(coroutine.py(), "send"), value)
}

/// Whether a coroutine that was driven has returned.
fn is_done<T>(py: Python<'_>, driven: &PyResult<T>) -> bool {
    matches!(driven, Err(error) if error.is_instance_of::<PyStopIteration>(py))
}

#[pymethods]
impl Step {
    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::resume(slf, &slf.py().None().into_bound(slf.py())).told()
    }

    /// Resumes. The value is for the event loop's own coroutine, if the step waits in one.
    fn send<'py>(slf: &Bound<'py, Self>, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Self::resume(slf, value).told()
    }

    /// Throws into the wait. The source is not touched: a cancelled step takes no record.
    #[pyo3(signature = (*args), text_signature = "($self, typ, val=None, tb=None, /)")]
    fn throw<'py>(&self, args: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyAny>> {
        let py = args.py();
        let stage = self.go(py, Stage::Busy);
        let entered = !matches!(stage, Stage::Fresh);
        if matches!(stage, Stage::Busy | Stage::Done) {
            return Err(self.refuse(py, stage));
        }
        let outcome = if let Stage::Parked(coroutine) = stage {
            let coroutine = coroutine.into_bound(py);
            let error = thrown(args).unwrap_or_else(|refused| refused);
            let error = error.into_value(py).into_bound(py).into_any();
            let result = raw::call_method(&coroutine, pyo3::intern!(py, "throw"), &error);
            self.suspended(coroutine, result)
        } else {
            Outcome::Failed(thrown(args).unwrap_or_else(|refused| refused))
        };
        self.settled(outcome, py, entered).told()
    }

    /// Gives the step up; nothing was taken.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        match self.go(py, Stage::Busy) {
            stage @ Stage::Busy => return Err(self.refuse(py, stage)),
            Stage::Fresh | Stage::Done => self.end(py, false),
            Stage::Yielded => self.end(py, true),
            Stage::Parked(coroutine) => {
                let closed = coroutine.call_method0(py, pyo3::intern!(py, "close"));
                self.end(py, true);
                closed?;
            }
        }
        Ok(())
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let parked = |inner: &Inner| match &inner.stage {
            Stage::Parked(coroutine) => visit.call(coroutine),
            _ => Ok(()),
        };
        self.inner.visited(&visit, parked).unwrap_or(Ok(()))?;
        self.spare.visit(&visit)
    }

    fn __clear__(&self) {
        Python::attach(|py| {
            let stage = self.go(py, Stage::Done);
            if matches!(stage, Stage::Yielded | Stage::Parked(_)) {
                self.core.leave(py);
            }
            drop(stage);
            self.spare.clear(py);
        });
    }
}

impl Drop for Step {
    /// A task that is destroyed while it waits must not leave the source running for ever.
    fn drop(&mut self) {
        if matches!(self.inner.get_mut().stage, Stage::Yielded | Stage::Parked(_)) {
            Python::attach(|py| self.core.leave(py));
        }
    }
}
