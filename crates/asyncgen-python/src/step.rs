//! What `__anext__`, `asend`, `athrow` and `aclose` of a source return.
//!
//! | stage     | `send(None)` does                                 | goes to |
//! |-----------|---------------------------------------------------|---------|
//! | `Fresh`   | enters the source, then takes or waits            | any     |
//! | `Waiting` | goes on with the wait; it is over: takes or waits | any     |
//! | `Busy`    | is being driven: refuses                          | -       |
//! | `Done`    | refuses to be used again                          | -       |

use std::{
    mem,
    sync::Arc,
    task::{Poll, Waker},
};

use pyo3::{PyTraverseError, PyVisit, prelude::*, types::PyTuple};

use crate::{
    bridge::Berth,
    core::{Core, Next},
    errors::{already_running, failure, reused, stop_async_iteration},
    gather::Gather,
    outcome::Outcome,
    pause::{self, Pause, Paused},
    raw::{GilCell, Resume, Spare},
    thrown::thrown,
};

/// One step of a source: an awaitable.
#[pyclass(frozen, module = "asyncgen._asyncgen")]
pub(crate) struct Step {
    core: Arc<Core>,
    verb: Verb,
    stage: GilCell<Stage>,
    spare: Spare,
}

enum Stage {
    Fresh,
    Waiting(Pause),
    Busy,
    Done,
}

/// What the step asks of the source.
pub(crate) enum Verb {
    Next,
    /// As `Next`, but what is made of many records.
    Gather(Arc<dyn Gather>),
    /// Close, then raise what the arguments of `athrow` mean.
    Throw(Py<PyTuple>),
    Close,
}

impl Step {
    pub(crate) fn new(core: Arc<Core>, verb: Verb) -> Self {
        Self { core, verb, stage: GilCell::new(Stage::Fresh), spare: Spare::new() }
    }

    /// Makes a finished step that nobody else holds into a fresh one.
    #[inline]
    pub(crate) fn renew(&self, py: Python<'_>) -> bool {
        let renewed = self.stage.try_with(py, |stage| {
            let renewable = matches!((&*stage, &self.verb), (Stage::Done, Verb::Next));
            if renewable {
                *stage = Stage::Fresh;
            }
            renewable
        });
        renewed == Some(true)
    }

    /// The object of the next record, as [`Core::built_at_once`] has it.
    #[inline(never)]
    fn built_at_once<'py>(&self, py: Python<'py>) -> Option<Outcome<'py>> {
        let fresh = self.stage.try_with(py, |stage| {
            let fresh = matches!(stage, Stage::Fresh);
            if fresh {
                // To build it may set off the garbage collector, which runs code of Python: the cell is not lent meanwhile.
                *stage = Stage::Busy;
            }
            fresh
        });
        if fresh != Some(true) {
            return None;
        }
        let built = self.core.built_at_once(py, |slice| !slice.is_over());
        let stage = if built.is_some() { Stage::Done } else { Stage::Fresh };
        drop(self.go(py, stage));
        built.map(Outcome::of)
    }

    /// The step when there is something to be done.
    fn drive<'py>(&self, sent: &Bound<'py, PyAny>) -> Outcome<'py> {
        let py = sent.py();
        let outcome = match self.go(py, Stage::Busy) {
            Stage::Fresh => match self.begin(py) {
                Begun::Entered => self.advance(py),
                Begun::Closing(coroutine) => self.after(py, pause::inside(coroutine)),
                // The source is not this step's to leave.
                Begun::Done(outcome) => {
                    self.end(py, false);
                    return outcome;
                }
            },
            Stage::Waiting(pause) => self.after(py, pause.send(sent)),
            stage => return Outcome::Failed(self.refuse(py, stage)),
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
        if self.closes() {
            return self.begin_close(py);
        }
        if matches!(self.verb, Verb::Next)
            && let Some(taken) = core.at_once(py, |slice| !slice.is_over())
            && let Some(outcome) = core.build(py, &taken).transpose()
        {
            return Begun::Done(Outcome::of(outcome));
        }
        if !core.enter(py) {
            return Begun::Done(Outcome::Failed(already_running("anext")));
        }
        if let Err(error) = core.start(py) {
            core.leave(py);
            return Begun::Done(Outcome::Failed(error));
        }
        Begun::Entered
    }

    /// Closes the source, then what it pulls, and only then ends.
    fn begin_close<'py>(&self, py: Python<'py>) -> Begun<'py> {
        self.core.close(py);
        match self.core.closing(py) {
            Ok(None) => Begun::Done(self.closed(py)),
            Ok(Some(coroutine)) => Begun::Closing(coroutine),
            Err(error) => Begun::Done(Outcome::Failed(error)),
        }
    }

    fn closes(&self) -> bool {
        matches!(self.verb, Verb::Close | Verb::Throw(_))
    }

    /// What a step ends with that has closed the source.
    fn closed<'py>(&self, py: Python<'py>) -> Outcome<'py> {
        match &self.verb {
            Verb::Throw(args) => {
                Outcome::Failed(thrown(args.bind(py)).unwrap_or_else(|refused| refused))
            }
            _ => Outcome::Returned(py.None().into_bound(py)),
        }
    }

    /// Takes a record, or suspends, or ends.
    fn advance<'py>(&self, py: Python<'py>) -> Outcome<'py> {
        if self.closes() {
            return self.closed(py);
        }
        self.try_advance(py).unwrap_or_else(Outcome::Failed)
    }

    fn try_advance<'py>(&self, py: Python<'py>) -> PyResult<Outcome<'py>> {
        let core = &self.core;
        if let Some(outcome) = self.before(py)? {
            return Ok(outcome);
        }
        let mut next = core.next_fair(py);
        loop {
            next = match next {
                Next::Record(taken) => {
                    let made = match self.gather() {
                        Some(gather) => gather.take(py, core, &taken)?,
                        None => core.build(py, &taken)?,
                    };
                    if let Some(made) = made {
                        return Ok(Outcome::Returned(made));
                    }
                    if let Some(outcome) = self.before(py)? {
                        return Ok(outcome);
                    }
                    core.next_fair(py)
                }
                Next::End(summary) => {
                    if let Some(gather) = self.gather() {
                        if let Some(last) = gather.end(py, core, summary.is_some())? {
                            return Ok(Outcome::Returned(last));
                        }
                        if let Some(outcome) = self.before(py)? {
                            return Ok(outcome);
                        }
                    }
                    self.spare.clear(py);
                    return Err(stop_async_iteration(py, summary)?);
                }
                Next::Failed(error) => {
                    self.spare.clear(py);
                    let error = failure(py, &error, core);
                    let Some(gather) = self.gather() else { return Err(error) };
                    if let Some(made) = gather.fail(py, error)? {
                        return Ok(Outcome::Returned(made));
                    }
                    match self.before(py)? {
                        Some(outcome) => return Ok(outcome),
                        None => Next::End(None),
                    }
                }
                Next::Tired => match pause::turn(py) {
                    Paused::Over => core.next(py),
                    paused => return Ok(self.after(py, paused)),
                },
                Next::Pending => {
                    if let Some(pulling) = core.pull(py)? {
                        match pause::inside(pulling) {
                            // A chunk that was there at once: round the loop, or frames pile up.
                            Paused::Over => core.next_fair(py),
                            paused => return Ok(self.after(py, paused)),
                        }
                    } else {
                        let berth = Berth::find(py)?;
                        match core.next_or_park(py, &berth.waker) {
                            Next::Pending if !core.waits_for_a_pull() => {
                                return Ok(self.after(py, pause::inside(berth.park()?)));
                            }
                            next => next,
                        }
                    }
                }
            };
        }
    }

    fn gather(&self) -> Option<&dyn Gather> {
        match &self.verb {
            Verb::Gather(gather) => Some(&**gather),
            _ => None,
        }
    }

    /// What comes before a record is taken, if anything does.
    fn before<'py>(&self, py: Python<'py>) -> PyResult<Option<Outcome<'py>>> {
        let Some(gather) = self.gather() else { return Ok(None) };
        let mut made = gather.before(py, &self.core, Waker::noop());
        if made.is_pending() {
            let berth = Berth::find(py)?;
            made = gather.before(py, &self.core, &berth.waker);
            if made.is_pending() {
                return Ok(Some(self.after(py, pause::inside(berth.park()?))));
            }
        }
        match made {
            Poll::Ready(made) => Ok(made?.map(Outcome::Returned)),
            Poll::Pending => Ok(None),
        }
    }

    /// Goes on when the wait is over.
    fn after<'py>(&self, py: Python<'py>, paused: Paused<'py>) -> Outcome<'py> {
        match paused {
            Paused::Over => self.advance(py),
            Paused::Suspended(pause, value) => {
                drop(self.go(py, Stage::Waiting(pause)));
                Outcome::Suspended(value)
            }
            Paused::Failed(error) => Outcome::Failed(error),
        }
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
        self.stage.with(py, |stage| mem::replace(stage, next))
    }

    fn refuse(&self, py: Python<'_>, stage: Stage) -> PyErr {
        let refused = match &stage {
            Stage::Busy => already_running("anext"),
            _ => reused("__anext__()/asend()"),
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
        if !matches!(step.verb, Verb::Next) {
            return None;
        }
        let made = step.stage.try_with(py, |stage| {
            let Stage::Fresh = stage else { return None };
            let made = step.core.quietly_at_once(py, |slice| !slice.is_over())?;
            *stage = Stage::Done;
            Some(made)
        });
        made.flatten().map_or_else(|| step.built_at_once(py), |made| Some(Outcome::Returned(made)))
    }

    fn resume<'py>(this: &Bound<'py, Self>, sent: &Bound<'py, PyAny>) -> Outcome<'py> {
        this.get().drive(sent)
    }

    fn spare(&self) -> Option<&Spare> {
        Some(&self.spare)
    }
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
        if matches!(stage, Stage::Busy | Stage::Done) {
            return Err(self.refuse(py, stage));
        }
        let error = thrown(args).unwrap_or_else(|refused| refused);
        let (outcome, entered) = match stage {
            Stage::Waiting(pause) => (self.after(py, pause.throw(py, error)), true),
            _ => (Outcome::Failed(error), false),
        };
        self.settled(outcome, py, entered).told()
    }

    /// Gives the step up; nothing was taken.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        match self.go(py, Stage::Busy) {
            stage @ Stage::Busy => return Err(self.refuse(py, stage)),
            Stage::Fresh | Stage::Done => self.end(py, false),
            Stage::Waiting(pause) => {
                let closed = pause.close(py);
                self.end(py, true);
                closed?;
            }
        }
        Ok(())
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        if let Verb::Throw(args) = &self.verb {
            visit.call(args)?;
        }
        let waiting = |stage: &Stage| match stage {
            Stage::Waiting(pause) => pause.visit(&visit),
            _ => Ok(()),
        };
        self.stage.visited(&visit, waiting)?;
        self.spare.visit(&visit)
    }

    fn __clear__(&self) {
        Python::attach(|py| {
            let stage = self.go(py, Stage::Done);
            if matches!(stage, Stage::Waiting(_)) {
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
        if matches!(self.stage.get_mut(), Stage::Waiting(_)) {
            Python::attach(|py| self.core.leave(py));
        }
    }
}
