//! Questions that a producer has for its consumer: where the next page is, and for credentials.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use crate::{Onward, Seen};

/// The questions of one source. For the crates of this workspace.
///
/// The producer asks and waits; a consumer that has nothing to do looks whether there is a question, and answers it in its own
/// time, on its own thread. The producer may have given up by then, and another question may be there.
#[derive(Debug, Default)]
pub struct Asked(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    questions: VecDeque<(Question, Arc<Mutex<Slot>>)>,
    /// Where the answer goes to the question that was shown last. By then it may not be the first
    /// any more: nobody waits for it, and another is.
    shown: Option<Weak<Mutex<Slot>>>,
    /// The consumer that is parked.
    consumer: Option<Waker>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub enum Question {
    /// Where the next page is.
    Next(Box<Seen>),
    /// For fresh credentials.
    Auth,
}

/// What is answered.
#[derive(Clone)]
pub enum Answer {
    /// Where the next page is.
    Onward(Onward),
    /// Headers that prove who asks.
    Headers(Vec<(String, String)>),
    /// There is no answer, and why.
    Failed(String),
}

/// Shows no secret.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Onward(_) => "Onward(…)",
            Self::Headers(_) => "Headers(***)",
            Self::Failed(_) => "Failed(…)",
        })
    }
}

#[derive(Debug, Default)]
struct Slot {
    answer: Option<Answer>,
    producer: Option<Waker>,
}

/// The producer's wait for an answer.
struct Waiting(Arc<Mutex<Slot>>);

impl Asked {
    /// Asks where the page after this one is.
    pub async fn next(&self, page: Seen) -> Result<Onward, String> {
        match self.ask(Question::Next(Box::new(page))).await {
            Answer::Onward(onward) => Ok(onward),
            Answer::Failed(message) => Err(message),
            Answer::Headers(_) => Err("headers lead to no page".to_owned()),
        }
    }

    /// Asks for fresh credentials.
    pub async fn auth(&self) -> Result<Vec<(String, String)>, String> {
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
    pub fn is_asked(&self) -> bool {
        let mut state = lock(&self.0);
        state.questions.retain(|(_, slot)| Arc::strong_count(slot) > 1);
        !state.questions.is_empty()
    }

    /// The consumer parks: it is woken for the next question.
    pub fn park(&self, waker: &Waker) {
        let before = lock(&self.0).consumer.replace(waker.clone());
        drop(before);
    }

    /// The first question, to be answered next.
    pub fn show(&self) -> Option<Question> {
        let mut state = lock(&self.0);
        let (question, slot) = state.questions.front()?;
        let (question, slot) = (question.clone(), Arc::downgrade(slot));
        state.shown = Some(slot);
        Some(question)
    }

    /// Answers the question that was shown last, if somebody still waits for it.
    pub fn answer(&self, answer: Answer) {
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
