//! Plain `for`: waits in poll(2) with the GIL released.

use std::{
    io,
    sync::Arc,
    task::{Poll, Waker},
    time::Duration,
};

use pyo3::{exceptions::PyStopIteration, prelude::*};

use crate::{
    bell::Bell,
    core::{Core, Next},
    errors::failure,
    exit::Stay,
    facts,
    gather::Gather,
    raw::{GilCell, Iterate},
};

/// How long a wait lasts before signals are looked at in any case: one that comes between the
/// last look and the system call does not interrupt it.
const LOOK_AT_SIGNALS: Duration = Duration::from_millis(100);

/// The iterator of a source in a plain `for`.
#[pyclass(frozen, module = "asyncgen._asyncgen")]
pub(crate) struct Blocking {
    core: Arc<Core>,
    bell: GilCell<Option<Arc<Bell>>>,
}

impl Blocking {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self { core, bell: GilCell::new(None) }
    }

    fn take<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        loop {
            match self.pull(py)? {
                Next::Record(taken) => {
                    if let Some(record) = self.core.build(py, &taken)? {
                        return Ok(record);
                    }
                }
                Next::Failed(error) => return Err(failure(py, &error, &self.core)),
                next => return Err(stop(py, &next)),
            }
        }
    }

    /// The next item of `gather`, which serves the same source.
    pub(crate) fn gather<'py>(
        &self,
        py: Python<'py>,
        gather: &dyn Gather,
    ) -> PyResult<Bound<'py, PyAny>> {
        let core = &*self.core;
        core.alone(py, || {
            loop {
                let ready = self.wait_for(py, |waker| gather.before(py, core, waker))??;
                if let Some(made) = ready {
                    return Ok(made);
                }
                let made = match self.pull(py)? {
                    Next::Record(taken) => gather.take(py, core, &taken)?,
                    Next::Failed(error) => gather.fail(py, failure(py, &error, core))?,
                    next => {
                        let now = matches!(next, Next::End(Some(_)));
                        let last = gather.end(py, core, now)?;
                        return last.ok_or_else(|| stop(py, &next));
                    }
                };
                if let Some(made) = made {
                    return Ok(made);
                }
            }
        })
    }

    /// What comes next, once it is there: a record, the end or a failure. For who has entered the source.
    pub(crate) fn pull(&self, py: Python<'_>) -> PyResult<Next> {
        let mut next = self.core.next(py);
        while let Next::Tired | Next::Pending = next {
            // A `list(source)` runs no bytecode: here is where a signal gets a chance.
            py.check_signals()?;
            let bell = self.bell(py)?;
            let (_, waker) = bell.waker();
            next = match self.core.next_or_park(py, &waker) {
                Next::Pending => {
                    if !self.core.answer(py)? {
                        wait(py, &bell, &waker)?;
                    }
                    self.core.next(py)
                }
                ready => ready,
            };
        }
        Ok(next)
    }

    /// Waits for what `poll` gives.
    pub(crate) fn wait_for<T>(
        &self,
        py: Python<'_>,
        mut poll: impl FnMut(&Waker) -> Poll<T>,
    ) -> PyResult<T> {
        loop {
            if let Poll::Ready(ready) = poll(Waker::noop()) {
                return Ok(ready);
            }
            let bell = self.bell(py)?;
            let (_, waker) = bell.waker();
            match poll(&waker) {
                Poll::Ready(ready) => return Ok(ready),
                Poll::Pending => wait(py, &bell, &waker)?,
            }
        }
    }

    fn bell(&self, py: Python<'_>) -> io::Result<Arc<Bell>> {
        self.bell.with(py, |bell| match bell {
            Some(bell) => Ok(Arc::clone(bell)),
            None => Ok(Arc::clone(bell.insert(Bell::new()?))),
        })
    }
}

impl Iterate for Blocking {
    #[inline]
    fn at_once<'py>(&self, py: Python<'py>) -> Option<PyResult<Bound<'py, PyAny>>> {
        match self.core.quietly_at_once(py, |_| true) {
            Some(made) => Some(Ok(made)),
            None => self.core.built_at_once(py, |_| true),
        }
    }

    fn iterate<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        while let Some(taken) = self.core.at_once(py, |_| true) {
            if let Some(record) = self.core.build(py, &taken)? {
                return Ok(record);
            }
        }
        self.core.alone(py, || self.take(py))
    }
}

#[pymethods]
impl Blocking {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    pub(crate) fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.iterate(py)
    }

    /// Ends the source and releases what it holds.
    fn close(&self, py: Python<'_>) {
        self.core.close(py);
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_exc_info))]
    fn __exit__(&self, py: Python<'_>, _exc_info: &Bound<'_, PyAny>) {
        self.core.close(py);
    }
}

/// The end of a `for`; its `value` is the summary, where there is one now.
fn stop(py: Python<'_>, next: &Next) -> PyErr {
    let Next::End(Some(summary)) = next else { return PyStopIteration::new_err(()) };
    let _stay = Stay::begin(py);
    let value = facts::summary(py, summary);
    value.map_or_else(|broken| broken, |value| PyStopIteration::new_err((value.unbind(),)))
}

fn wait(py: Python<'_>, bell: &Bell, waker: &Waker) -> PyResult<()> {
    loop {
        let stay = Stay::until(py, waker.clone());
        let rung = stay.detached(py, || bell.wait(LOOK_AT_SIGNALS));
        py.check_signals()?;
        match rung {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error.into()),
            _ if !bell.take().is_empty() => return Ok(()),
            _ => {}
        }
    }
}
