//! Questions that a source has for functions of Python, which are called in the consumer's step.
//!
//! The producer asks and waits; the step that has nothing to give finds the question, and the
//! functions run in its own task: no Rust thread ever attaches to Python.

use std::{
    collections::VecDeque,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    task::{Context, Poll, Waker},
};

use asyncgen_sources::{Onward, Seen};
use pyo3::{prelude::*, types::PyTuple};

/// The questions of one source.
#[derive(Default)]
pub(crate) struct Asked(Mutex<State>);

#[derive(Default)]
struct State {
    questions: VecDeque<(Question, Arc<Mutex<Slot>>)>,
    /// Where the answer goes to the question that was shown last. By then it may not be the first
    /// any more: nobody waits for it, and another is.
    shown: Option<Weak<Mutex<Slot>>>,
    /// The consumer that is parked.
    consumer: Option<Waker>,
}

/// What is asked.
#[derive(Clone)]
enum Question {
    /// Where the next page is.
    Next(Box<Seen>),
    /// For fresh credentials.
    Auth,
}

/// What is answered.
enum Answer {
    Onward(Onward),
    Headers(Vec<(String, String)>),
    Failed(String),
}

#[derive(Default)]
struct Slot {
    answer: Option<Answer>,
    producer: Option<Waker>,
}

/// The producer's wait for an answer.
struct Waiting(Arc<Mutex<Slot>>);

impl Asked {
    /// Asks where the page after this one is.
    pub(crate) async fn next(&self, page: Seen) -> Result<Onward, String> {
        match self.ask(Question::Next(Box::new(page))).await {
            Answer::Onward(onward) => Ok(onward),
            Answer::Failed(message) => Err(message),
            Answer::Headers(_) => Err("headers lead to no page".to_owned()),
        }
    }

    /// Asks for fresh credentials.
    pub(crate) async fn auth(&self) -> Result<Vec<(String, String)>, String> {
        match self.ask(Question::Auth).await {
            Answer::Headers(headers) => Ok(headers),
            Answer::Failed(message) => Err(message),
            Answer::Onward(_) => Err("a page is no credential".to_owned()),
        }
    }

    fn ask(&self, question: Question) -> Waiting {
        let slot = Arc::<Mutex<Slot>>::default();
        let consumer = {
            let mut state = lock(&self.0);
            state.questions.push_back((question, Arc::clone(&slot)));
            state.consumer.take()
        };
        if let Some(waker) = consumer {
            waker.wake();
        }
        Waiting(slot)
    }

    /// Whether there is a question; one that nobody waits for any more is none.
    pub(crate) fn is_asked(&self) -> bool {
        let mut state = lock(&self.0);
        state.questions.retain(|(_, slot)| Arc::strong_count(slot) > 1);
        !state.questions.is_empty()
    }

    /// The consumer parks: it is woken for the next question.
    pub(crate) fn park(&self, waker: &Waker) {
        let before = lock(&self.0).consumer.replace(waker.clone());
        drop(before);
    }

    /// The first question, to be answered next.
    fn show(&self) -> Option<Question> {
        let mut state = lock(&self.0);
        let (question, slot) = state.questions.front()?;
        let (question, slot) = (question.clone(), Arc::downgrade(slot));
        state.shown = Some(slot);
        Some(question)
    }

    fn answer(&self, answer: Answer) {
        let slot = {
            let mut state = lock(&self.0);
            let Some(slot) = state.shown.take().and_then(|shown| shown.upgrade()) else { return };
            state.questions.retain(|(_, other)| !Arc::ptr_eq(other, &slot));
            slot
        };
        let waker = {
            let mut slot = lock(&slot);
            slot.answer = Some(answer);
            slot.producer.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Future for Waiting {
    type Output = Answer;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer> {
        let mut slot = lock(&self.0);
        if let Some(answer) = slot.answer.take() {
            return Poll::Ready(answer);
        }
        slot.producer = Some(cx.waker().clone());
        Poll::Pending
    }
}

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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
