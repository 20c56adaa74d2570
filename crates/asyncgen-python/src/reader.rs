//! What of Python reads for a source.

use std::{sync::Arc, task::Waker};

use asyncgen_sources::Hand;
use pyo3::{
    PyTraverseError, PyVisit,
    prelude::*,
    sync::PyOnceLock,
    types::{PyString, PyTuple},
};

use asyncgen_sources::Asked;

use crate::{core::Core, exit::Stay, raw};

/// A Python object that reads for a source.
pub(crate) enum Reader {
    /// Its thread pushes the bytes of a file.
    Thread(Py<PyAny>),
    /// Its coroutines give the chunks of an async iterable, in the task of the consumer.
    Puller(Py<PyAny>, Hand),
    /// Its functions answer the questions of a source of pages, in the consumer's step.
    Asker(Py<PyAny>, Arc<Asked>),
}

impl Reader {
    fn object(&self) -> &Py<PyAny> {
        match self {
            Self::Thread(object) | Self::Puller(object, _) | Self::Asker(object, _) => object,
        }
    }

    pub(crate) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let object = self.object();
        visit.call(object)
    }

    /// Starts the thread, if it is one; at the source's first step.
    pub(crate) fn start(&self, py: Python<'_>) -> PyResult<()> {
        let Self::Thread(reader) = self else { return Ok(()) };
        let _stay = Stay::begin(py);
        reader.call_method0(py, pyo3::intern!(py, "start")).map(drop)
    }

    /// What went wrong in Python; once, as it holds the frames that it passes through, and they the
    /// source.
    pub(crate) fn take_error(&self, py: Python<'_>) -> PyResult<Option<PyErr>> {
        let object = self.object();
        let name = pyo3::intern!(py, "error");
        let error = object.bind(py).getattr(name)?;
        object.bind(py).setattr(name, py.None())?;
        Ok((!error.is_none()).then(|| PyErr::from_value(error)))
    }
}

impl Core {
    /// The coroutine that gets the next chunk, if that is what the source waits for.
    pub(crate) fn pull<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match &self.reader {
            Some(Reader::Puller(puller, hand)) if hand.is_asked() => {
                call(puller, pyo3::intern!(py, "pull")).map(Some)
            }
            Some(Reader::Asker(object, asked)) if asked.is_asked() => {
                call(object, pyo3::intern!(py, "pull")).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Answers a question, if there is one, without a task to wait in.
    pub(crate) fn answer(&self, py: Python<'_>) -> PyResult<bool> {
        match &self.reader {
            Some(Reader::Asker(object, asked)) if asked.is_asked() => {
                call(object, pyo3::intern!(py, "answer"))?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Whether the source waits for a chunk to be pulled, or for an answer.
    pub(crate) fn waits_for_a_pull(&self) -> bool {
        match &self.reader {
            Some(Reader::Puller(_, hand)) => hand.is_asked(),
            Some(Reader::Asker(_, asked)) => asked.is_asked(),
            _ => false,
        }
    }

    /// The consumer parks: a question wakes it too.
    pub(crate) fn park_for_questions(&self, waker: &Waker) {
        if let Some(Reader::Asker(_, asked)) = &self.reader {
            asked.park(waker);
        }
    }

    /// The coroutine that closes what was pulled.
    pub(crate) fn closing<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match &self.reader {
            Some(Reader::Puller(puller, _)) => call(puller, pyo3::intern!(py, "aclose")).map(Some),
            _ => Ok(None),
        }
    }

    /// Refuses to wait without a task, where there is something to pull in one.
    pub(crate) fn check_sync(&self, py: Python<'_>) -> PyResult<()> {
        static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let Some(Reader::Puller(..)) = &self.reader else { return Ok(()) };
        let message = format!(
            "{} is an async iterable, which only a task can wait for: use `async for`",
            self.name
        );
        let class = CLASS.import(py, "asyncgen.errors", "AsyncOnlyError")?;
        Err(PyErr::from_value(class.call1((message,))?))
    }
}

/// Calls a method that runs code of the user.
fn call<'py>(object: &Py<PyAny>, method: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
    let py = method.py();
    raw::call(&object.bind(py).getattr(method)?, &PyTuple::empty(py))
}
