//! Questions that a source has for functions of Python, which are called in the consumer's step.
//!
//! The producer asks and waits; the step that has nothing to give finds the question, and the
//! functions run in its own task: no Rust thread ever attaches to Python.

use std::sync::Arc;

use asyncgen_sources::{Answer, Asked, Onward, Question, Seen};
use pyo3::{prelude::*, types::PyTuple};

/// The questions of a source, for the object that answers them.
#[pyclass(frozen, module = "asyncgen._asyncgen")]
pub(crate) struct Questions(pub(crate) Arc<Asked>);

#[pymethods]
impl Questions {
    #[new]
    fn new() -> Self {
        Self(Arc::default())
    }

    /// The page after which the next one is asked for; None where credentials are.
    fn page<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let question = self.0.show();
        let Some(Question::Next(page)) = question else { return Ok(None) };
        let Seen { url, number, status, headers, items, body, .. } = *page;
        (url, number, status, headers, items, body).into_pyobject(py).map(Some)
    }

    /// There are no more pages.
    fn end(&self) {
        self.0.answer(Answer::Onward(Onward::End));
    }

    /// The next page is at this URL.
    fn to(&self, url: String) {
        self.0.answer(Answer::Onward(Onward::To(url)));
    }

    /// The next page is the first URL with these parameters.
    fn with_params(&self, params: Vec<(String, String)>) {
        self.0.answer(Answer::Onward(Onward::With(params)));
    }

    /// These headers prove who asks.
    fn headers(&self, headers: Vec<(String, String)>) {
        self.0.answer(Answer::Headers(headers));
    }

    /// There is no answer.
    fn fail(&self, message: String) {
        self.0.answer(Answer::Failed(message));
    }
}
