//! Questions of a producer: each is answered once, and no answer goes to another.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use asyncgen_sources::{Answer, Asked, Question};

type Headers = Vec<(String, String)>;

fn poll<F: Future>(future: Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

fn token(name: &str) -> Headers {
    vec![("Authorization".to_owned(), name.to_owned())]
}

#[test]
fn a_question_is_answered() {
    let asked = Asked::default();
    assert!(!asked.is_asked() && asked.show().is_none());
    let mut wait = pin!(asked.auth());
    assert_eq!(poll(wait.as_mut()), None);
    assert!(asked.is_asked());
    assert!(matches!(asked.show(), Some(Question::Auth)));
    asked.answer(Answer::Headers(token("a")));
    assert!(!asked.is_asked());
    assert_eq!(poll(wait), Some(Ok(token("a"))));
}

#[test]
fn answers_of_the_wrong_kind_and_none() {
    let asked = Asked::default();
    for (answer, expected) in [
        (Answer::Failed("no".to_owned()), "no"),
        (Answer::Onward(asyncgen_sources::Onward::End), "a page is no credential"),
    ] {
        let mut wait = pin!(asked.auth());
        assert_eq!(poll(wait.as_mut()), None);
        asked.show();
        asked.answer(answer);
        assert_eq!(poll(wait), Some(Err(expected.to_owned())));
    }
}

/// The page that asked was given up while its question was thought about, and another asks.
#[test]
fn an_answer_is_for_the_question_that_was_shown() {
    let asked = Asked::default();
    let mut first = Box::pin(asked.auth());
    assert_eq!(poll(first.as_mut()), None);
    assert!(matches!(asked.show(), Some(Question::Auth)));
    drop(first);
    let mut second = pin!(asked.auth());
    assert_eq!(poll(second.as_mut()), None);
    asked.answer(Answer::Headers(token("for the first")));
    assert_eq!(poll(second.as_mut()), None);
    assert!(asked.is_asked());
    // Nor is what nobody was shown answered.
    asked.answer(Answer::Headers(token("for nobody")));
    assert_eq!(poll(second.as_mut()), None);
    asked.show();
    asked.answer(Answer::Headers(token("for the second")));
    assert_eq!(poll(second), Some(Ok(token("for the second"))));
}

#[test]
fn of_two_questions_the_first_is_shown_first() {
    let asked = Asked::default();
    let (mut first, mut second) = (pin!(asked.auth()), pin!(asked.auth()));
    assert_eq!((poll(first.as_mut()), poll(second.as_mut())), (None, None));
    for (wait, name) in [(first, "1"), (second, "2")] {
        asked.show();
        asked.answer(Answer::Headers(token(name)));
        assert_eq!(poll(wait), Some(Ok(token(name))));
    }
    assert!(!asked.is_asked());
}

struct Counting(AtomicUsize);

impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn who_is_parked_is_woken_by_a_question_and_who_asked_by_its_answer() {
    let asked = Asked::default();
    let [consumer, producer] = [(), ()].map(|()| Arc::new(Counting(AtomicUsize::new(0))));
    asked.park(&Waker::from(Arc::clone(&consumer)));
    let mut wait = pin!(asked.auth());
    let waker = Waker::from(Arc::clone(&producer));
    assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert_eq!(consumer.0.load(Ordering::Relaxed), 1);
    asked.show();
    asked.answer(Answer::Headers(token("a")));
    assert_eq!(producer.0.load(Ordering::Relaxed), 1);
}
