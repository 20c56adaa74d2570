//! Safe code that does its worst: destructors that panic, bodies that panic and are asked on, handles on other
//! threads, generators that are reached from inside. Nothing is dropped twice or never, and nothing is undefined:
//! the sanitizer and the interpreter of the long tests run all of this.

use std::cell::{Cell, RefCell};
use std::future::{Ready, pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::thread;

use asyncgen::{Co, Generator, LocalBoxGen, Next, duplex_gen_fn, gen_fn, in_place_fn};

use crate::drive::{run, waits};
use crate::yields::collect;

/// How many values there are, and whether the next one to be dropped panics.
#[derive(Default)]
struct Account {
    alive: Cell<i32>,
    is_armed: Cell<bool>,
}

struct Value(Rc<Account>);

impl Value {
    fn new(account: &Rc<Account>) -> Self {
        account.alive.set(account.alive.get() + 1);
        Self(Rc::clone(account))
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.0.alive.set(self.0.alive.get() - 1);
        assert!(!self.0.is_armed.take(), "in a destructor");
    }
}

type Talk<'co> = Co<'co, Value, Option<Value>, Value>;
type Talking<'a> = LocalBoxGen<'a, Value, Value, Value, Option<Value>, Value>;

/// Yields, drops a yield that was accepted, waits, and so on without an end, with values of its own.
fn talking(account: &Rc<Account>) -> Talking<'_> {
    duplex_gen_fn(async |mut co: Talk<'_>| {
        let _held = Value::new(account);
        loop {
            co.finally(
                async |co| {
                    let _held = Value::new(account);
                    drop(co.try_yield(Value::new(account)).await);
                    let mut given_up = Box::pin(co.try_yield(Value::new(account)));
                    let polled = poll_fn(|cx| Poll::Ready(given_up.as_mut().poll(cx).is_ready()));
                    assert!(!polled.await);
                    drop(given_up);
                    drop(co.try_yield(Value::new(account)).await);
                    waits(1).await;
                },
                async |_| {
                    let _held = Value::new(account);
                    waits(1).await;
                },
            )
            .await;
        }
    })
    .boxed_local()
}

/// One poll of a verb, whatever it gives.
fn ask(generator: &mut Talking<'_>, account: &Rc<Account>, verb: u32) {
    let mut cx = Context::from_waker(Waker::noop());
    let pinned = Pin::new(generator);
    match verb {
        0 => drop(pinned.poll_resume(&mut cx)),
        1 => drop(pinned.start_send(Some(Value::new(account)))),
        2 => drop(pinned.start_throw(Value::new(account))),
        _ => drop(pinned.poll_close(&mut cx)),
    }
}

#[test]
fn what_a_body_yields_as_it_is_called_is_delivered() {
    let generator = gen_fn(|mut co: Co<'_, u32>| {
        let mut give = pin!(co.yield_(1));
        assert!(give.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        pending::<()>()
    });
    let mut generator = pin!(generator);
    assert_eq!(run(generator.next()), Some(1));
}

#[test]
fn a_destructor_that_panics_anywhere_loses_nothing_else() {
    const VERBS: u32 = 4;
    let mut panics = 0;
    for verbs in (0..VERBS.pow(5)).step_by(if cfg!(miri) { 51 } else { 1 }) {
        let account = Rc::new(Account::default());
        let mut generator = talking(&account);
        for place in 0..5 {
            // From the third verb on, in the value that is dropped first, if any is.
            account.is_armed.set(place > 1);
            let verb = verbs / VERBS.pow(place) % VERBS;
            let asked = catch_unwind(AssertUnwindSafe(|| ask(&mut generator, &account, verb)));
            panics += u32::from(asked.is_err());
        }
        account.is_armed.set(true);
        let _ = catch_unwind(AssertUnwindSafe(|| drop(generator)));
        assert_eq!(account.alive.get(), 0, "after the verbs {verbs}");
    }
    assert!(panics > 10, "{panics}");
}

thread_local! {
    static ACCOUNT: Rc<Account> = Rc::default();
}

/// A body that panics before there is a future.
fn panics_at_once(_: Talk<'_>) -> Ready<Value> {
    panic!("in the call");
}

/// A body that is no async block: it panics with a value in the slot, and can be polled after that.
fn panics_after_a_yield(mut co: Talk<'_>) -> impl Future<Output = Value> {
    let mut polls = 0;
    poll_fn(move |cx| {
        polls += 1;
        let mut give = co.try_yield(ACCOUNT.with(Value::new));
        let _ = Pin::new(&mut give).poll(cx);
        assert_ne!(polls, 2, "in a poll, with a value given");
        Poll::Pending
    })
}

async fn panics_in_a_poll(mut co: Talk<'_>) -> Value {
    let _held = ACCOUNT.with(Value::new);
    drop(co.try_yield(ACCOUNT.with(Value::new)).await);
    panic!("in a poll");
}

#[test]
fn a_body_that_panicked_may_be_asked_on() {
    let account = ACCOUNT.with(Rc::clone);
    for verbs in (0..64).step_by(if cfg!(miri) { 9 } else { 1 }) {
        let generators = [
            duplex_gen_fn(panics_at_once).boxed_local(),
            duplex_gen_fn(panics_in_a_poll).boxed_local(),
            duplex_gen_fn(panics_after_a_yield).boxed_local(),
        ];
        for mut generator in generators {
            for verb in [0, 0, verbs % 4, verbs / 4 % 4, verbs / 16] {
                let asked = AssertUnwindSafe(|| ask(&mut generator, &account, verb));
                let _ = catch_unwind(asked);
            }
            drop(generator);
            assert_eq!(account.alive.get(), 0, "after {verbs}");
        }
    }
}

#[test]
fn a_handle_lent_to_another_thread_gives_its_item() {
    let lending = gen_fn(async |mut co: Co<'_, u32>| {
        for n in 0..3 {
            thread::scope(|scope| {
                let given = scope.spawn(|| {
                    let mut cx = Context::from_waker(Waker::noop());
                    pin!(co.yield_(n)).poll(&mut cx).is_pending()
                });
                assert!(given.join().unwrap());
            });
            waits(1).await;
        }
    });
    assert_eq!(run(collect(lending)), [0, 1, 2]);
}

#[test]
fn a_generator_of_what_is_borrowed_goes_from_thread_to_thread() {
    let words = ["to".to_owned(), "be".to_owned()];
    let mut borrowing = Box::pin(in_place_fn(async |mut co: Co<'_, &String>| {
        let mut count = 0;
        let counted = &mut count;
        for word in &words {
            *counted += 1;
            co.yield_(word).await;
        }
        assert_eq!(*counted, 2);
    }));
    for expected in ["to", "be"] {
        let polled = thread::scope(|scope| scope.spawn(|| run(borrowing.next())).join().unwrap());
        assert_eq!(polled.map(String::as_str), Some(expected));
    }
    let last = thread::scope(|scope| scope.spawn(move || run(borrowing.next())).join().unwrap());
    assert_eq!(last, None);
}

#[test]
fn a_body_cannot_reach_its_own_generator() {
    type Shared = Rc<RefCell<Option<LocalBoxGen<'static, bool>>>>;
    let shared = Shared::default();
    let own = Rc::clone(&shared);
    let reaching = gen_fn(async move |mut co| {
        loop {
            co.yield_(own.try_borrow_mut().is_ok()).await;
        }
    });
    *shared.borrow_mut() = Some(reaching.boxed_local());
    for _ in 0..2 {
        assert_eq!(run(shared.borrow_mut().as_mut().unwrap().next()), Some(false));
    }
    // The body is an owner of the generator: only so is the circle broken.
    let generator = shared.borrow_mut().take();
    drop(generator);
    assert_eq!(Rc::strong_count(&shared), 1);
}

#[test]
fn what_is_dropped_in_a_body_may_use_other_generators() {
    struct Asks(Option<LocalBoxGen<'static, u32>>, Rc<Cell<u32>>);
    impl Drop for Asks {
        fn drop(&mut self) {
            let mut other = self.0.take().unwrap();
            self.1.set(self.1.get() + run(other.next()).unwrap());
        }
    }
    let sum = Rc::new(Cell::new(0));
    let asks =
        || Asks(Some(gen_fn(async |mut co| co.yield_(1).await).boxed_local()), Rc::clone(&sum));
    let mut generator = Box::pin(gen_fn(async |mut co: Co<'_, Asks>| {
        let _held = asks();
        co.yield_(asks()).await;
        let mut given_up = Box::pin(co.yield_(asks()));
        poll_fn(|cx| Poll::Ready(given_up.as_mut().poll(cx).is_pending())).await;
        drop(given_up);
        ready(()).await;
        pending::<()>().await;
    }));
    drop(run(generator.next()));
    drop(run(generator.next()));
    assert_eq!(sum.get(), 2);
    drop(generator);
    assert_eq!(sum.get(), 3);
}
