//! The hooks of PEP 525: when an owned generator is handed over, and what its finaliser gets.

use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, Location, catch_unwind, panic_any};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use asyncgen::hooks::{self, Abandoned, Hooks};
use asyncgen::{
    BoxGen, Co, Generator, Next, Owned, State, duplex_gen_fn, from_stream, gen_fn, stream,
    try_stream,
};
use futures_core::{FusedStream, Stream};

use crate::holes::poll_once;
use crate::ledger::{Ledger, numbers};
use crate::yields::collect;

/// Hooks of this thread that keep what they are given, until this is dropped.
struct Kept {
    begun: Arc<Mutex<Vec<&'static Location<'static>>>>,
    left: Arc<Mutex<Vec<Abandoned>>>,
    previous: Hooks,
}

impl Kept {
    fn hooks() -> Self {
        let begun = Arc::new(Mutex::new(Vec::new()));
        let left = Arc::new(Mutex::new(Vec::new()));
        let (first, last) = (Arc::clone(&begun), Arc::clone(&left));
        let hooks = Hooks::new()
            .firstiter(move |owned_at| first.lock().unwrap().push(owned_at))
            .finalizer(move |generator| last.lock().unwrap().push(generator));
        Self { begun, left, previous: hooks::set(hooks) }
    }

    /// How many began, and how many were handed over.
    fn counts(&self) -> (usize, usize) {
        (self.begun.lock().unwrap().len(), self.left.lock().unwrap().len())
    }

    fn take(&self) -> Abandoned {
        self.left.lock().unwrap().pop().expect("something was handed over")
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        hooks::set(std::mem::take(&mut self.previous));
    }
}

#[tokio::test]
async fn dropped_unfinished_it_is_handed_over_and_closed() {
    let (hooks, ledger) = (Kept::hooks(), Ledger::default());
    let mut numbers = numbers(&ledger);
    assert_eq!(numbers.next().await, Some(0));
    assert_eq!(numbers.next().await, Some(1));
    drop(numbers);
    assert_eq!((hooks.counts(), ledger.counts()), ((1, 1), [1, 0, 0]));
    hooks.take().await;
    assert_eq!((hooks.counts(), ledger.counts()), ((1, 0), [1, 1, 1]));
}

#[tokio::test]
async fn one_that_was_never_polled_is_not_handed_over() {
    let (hooks, ledger) = (Kept::hooks(), Ledger::default());
    drop(numbers(&ledger));
    let mut closed = numbers(&ledger);
    closed.close().await.unwrap();
    assert!(closed.next().await.is_none());
    drop(closed);
    assert_eq!((hooks.counts().1, ledger.counts()), (0, [0, 0, 0]));
}

#[tokio::test]
async fn one_at_its_end_is_not_handed_over() {
    let hooks = Kept::hooks();
    let mut one = stream!(async move {
        yield 1;
        "returned"
    })
    .owned();
    assert_eq!((one.next().await, one.next().await), (Some(1), None));
    assert_eq!(one.take_return(), Some("returned"));
    drop(one);
    let mut failing = try_stream!(async move {
        yield 1;
        Err::<(), _>("failed")
    })
    .owned();
    assert_eq!(failing.next().await, Some(Ok(1)));
    assert_eq!(failing.next().await, Some(Err("failed")));
    drop(failing);
    assert_eq!(hooks.counts(), (2, 0));
}

#[tokio::test]
async fn one_that_was_closed_is_not_handed_over() {
    let (hooks, ledger) = (Kept::hooks(), Ledger::default());
    let mut numbers = numbers(&ledger);
    assert_eq!(numbers.next().await, Some(0));
    numbers.close().await.unwrap();
    assert_eq!(ledger.counts(), [1, 1, 1]);
    drop(numbers);
    assert_eq!(hooks.counts(), (1, 0));
}

#[test]
fn one_whose_body_panicked_is_not_handed_over() {
    let (hooks, ledger) = (Kept::hooks(), Ledger::default());
    let opened = ledger.clone();
    let mut panicking = gen_fn(async move |mut co| {
        let _open = opened.open();
        co.yield_(1).await;
        panic!("in the body");
    })
    .owned();
    assert_eq!(poll_once(Pin::new(&mut panicking)), Poll::Ready(Some(1)));
    catch_unwind(AssertUnwindSafe(|| poll_once(Pin::new(&mut panicking)))).unwrap_err();
    drop(panicking);
    assert_eq!((hooks.counts(), ledger.counts()), ((1, 0), [1, 0, 1]));
}

#[tokio::test]
async fn one_that_waits_is_handed_over() {
    let (hooks, ledger) = (Kept::hooks(), Ledger::default());
    let opened = ledger.clone();
    let mut waiting: Owned<_> = gen_fn(async move |mut co: Co<'_, u32>| {
        let open = opened.open();
        co.finally(async |_| pending::<()>().await, async |_| open.clean_up()).await;
    })
    .owned();
    assert_eq!(poll_once(Pin::new(&mut waiting)), Poll::Pending);
    drop(waiting);
    hooks.take().await;
    assert_eq!(ledger.counts(), [1, 1, 1]);
}

#[tokio::test]
async fn a_close_that_was_given_up_is_taken_on() {
    let (hooks, ledger) = (Kept::hooks(), Ledger::default());
    let mut numbers = numbers(&ledger);
    assert_eq!(numbers.next().await, Some(0));
    let polled = pin!(numbers.close()).poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending());
    drop(numbers);
    assert_eq!(ledger.counts(), [1, 0, 0]);
    hooks.take().await;
    assert_eq!(ledger.counts(), [1, 1, 1]);
}

#[tokio::test]
async fn firstiter_is_called_once_and_both_hooks_know_the_place() {
    let hooks = Kept::hooks();
    let line = line!() + 1;
    let mut numbers = stream!(async move { yield 1 }).owned();
    assert_eq!(hooks.counts(), (0, 0));
    assert_eq!(numbers.next().await, Some(1));
    let begun = hooks.begun.lock().unwrap()[0];
    assert_eq!((begun.file(), begun.line()), (file!(), line));
    let owned = format!("Owned {{ owned_at: {begun}, generator: Gen {{ made_at: ");
    assert!(format!("{numbers:?}").starts_with(&owned), "{numbers:?}");
    let again = poll_fn(|cx| Poll::Ready(Pin::new(&mut numbers).poll_next(cx))).await;
    assert_eq!((again, hooks.counts()), (Poll::Ready(None), (1, 0)));

    let mut left = stream!(async move { yield 1 }).owned();
    assert_eq!(left.resume().await, State::Yielded(1));
    drop(left);
    let left = hooks.take();
    assert_eq!(left.owned_at(), hooks.begun.lock().unwrap()[1]);
    assert_eq!(format!("{left:?}"), format!("Abandoned {{ owned_at: {}, .. }}", left.owned_at()));
}

#[test]
fn without_hooks_it_is_dropped_where_it_is() {
    let ledger = Ledger::default();
    let mut numbers = numbers(&ledger);
    assert_eq!(poll_once(Pin::new(&mut numbers)), Poll::Ready(Some(0)));
    drop(numbers);
    assert_eq!(ledger.counts(), [1, 0, 1]);
}

#[test]
fn an_abandoned_one_that_is_dropped_drops_the_body_where_it_is() {
    let ledger = Ledger::default();
    let previous = hooks::set(Hooks::new().finalizer(drop));
    let mut numbers = numbers(&ledger);
    assert_eq!(poll_once(Pin::new(&mut numbers)), Poll::Ready(Some(0)));
    drop(numbers);
    hooks::set(previous);
    assert_eq!(ledger.counts(), [1, 0, 1]);
}

#[tokio::test]
async fn a_cleanup_that_yields_is_closed_again() {
    let (hooks, ledger) = (Kept::hooks(), Ledger::default());
    let opened = ledger.clone();
    let mut stubborn = gen_fn(async move |mut co| {
        let (outer, inner) = (opened.open(), opened.open());
        co.finally(
            async |co| {
                co.finally(
                    async |co| co.yield_(1).await,
                    async |co| {
                        co.yield_(2).await;
                        inner.clean_up();
                    },
                )
                .await;
            },
            async |_| outer.clean_up(),
        )
        .await;
    })
    .owned();
    assert_eq!(stubborn.next().await, Some(1));
    drop(stubborn);
    hooks.take().await;
    assert_eq!(ledger.counts(), [2, 1, 2], "what follows that `yield` does not run");
}

/// So many cleanups, one in the other, each of which yields.
fn nested<'a>(
    co: &'a mut Co<'_, u32>,
    depth: u32,
) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
    Box::pin(async move {
        if depth > 0 {
            let inner = async |co: &mut Co<'_, u32>| nested(co, depth - 1).await;
            co.finally(inner, async |co| co.yield_(depth).await).await;
        } else {
            co.yield_(0).await;
        }
    })
}

#[tokio::test]
async fn one_that_yields_at_every_close_is_dropped_at_last() {
    for (depth, cleaned) in [(10, 1), (100, 0)] {
        let (hooks, ledger) = (Kept::hooks(), Ledger::default());
        let opened = ledger.clone();
        let mut deep = gen_fn(async move |mut co| {
            let open = opened.open();
            co.finally(async |co| nested(co, depth).await, async |_| open.clean_up()).await;
        })
        .owned();
        assert_eq!(deep.next().await, Some(0));
        drop(deep);
        hooks.take().await;
        assert_eq!(ledger.counts(), [1, cleaned, 1], "{depth} cleanups that yield");
    }
}

#[tokio::test]
async fn a_panic_of_the_cleanup_goes_to_who_polls_it() {
    let (hooks, ledger) = (Kept::hooks(), Ledger::default());
    let opened = ledger.clone();
    let mut panicking = gen_fn(async move |mut co| {
        let _open = opened.open();
        co.finally(async |co| co.yield_(1).await, async |_| panic!("in the cleanup")).await;
    })
    .owned();
    assert_eq!(panicking.next().await, Some(1));
    drop(panicking);
    let mut left = hooks.take();
    let mut poll = || Pin::new(&mut left).poll(&mut Context::from_waker(Waker::noop()));
    catch_unwind(AssertUnwindSafe(&mut poll)).unwrap_err();
    assert!(poll().is_ready());
    assert_eq!(ledger.counts(), [1, 0, 1]);
}

#[test]
fn a_panic_of_the_finaliser_ends_there() {
    let ledger = Ledger::default();
    let panicking = Hooks::new().finalizer(|_| panic!("in the finaliser"));
    let previous = hooks::set(panicking);
    let mut first = numbers(&ledger);
    let mut second = numbers(&ledger);
    assert_eq!(poll_once(Pin::new(&mut first)), Poll::Ready(Some(0)));
    assert_eq!(poll_once(Pin::new(&mut second)), Poll::Ready(Some(0)));
    hooks::set(previous);
    drop(first);
    assert_eq!(ledger.counts(), [2, 0, 1]);
    // While a panic unwinds, too, where a second one that left the destructor would abort.
    let consumer = catch_unwind(AssertUnwindSafe(move || {
        let _held = second;
        panic!("in the consumer");
    }));
    assert_eq!(consumer.unwrap_err().downcast_ref(), Some(&"in the consumer"));
    assert_eq!(ledger.counts(), [2, 0, 2]);
}

/// What a panic carries, which counts its drop and panics in it.
struct Carried(Arc<Mutex<u32>>);

impl Drop for Carried {
    fn drop(&mut self) {
        *self.0.lock().unwrap() += 1;
        panic_any(());
    }
}

#[test]
fn what_a_panic_of_the_finaliser_carries_is_dropped() {
    let (ledger, dropped) = (Ledger::default(), Arc::new(Mutex::new(0)));
    let counted = Arc::clone(&dropped);
    let carrying = Hooks::new().finalizer(move |_| panic_any(Carried(Arc::clone(&counted))));
    let previous = hooks::set(carrying);
    let mut begun = numbers(&ledger);
    assert_eq!(poll_once(Pin::new(&mut begun)), Poll::Ready(Some(0)));
    hooks::set(previous);
    drop(begun);
    assert_eq!(ledger.counts(), [1, 0, 1]);
    assert_eq!(*dropped.lock().unwrap_or_else(PoisonError::into_inner), 1);
}

#[test]
fn a_panic_of_firstiter_goes_to_the_one_who_polls() {
    let ledger = Ledger::default();
    let left = Arc::new(Mutex::new(Vec::new()));
    let last = Arc::clone(&left);
    let previous = hooks::set(
        Hooks::new()
            .firstiter(|_| panic!("in firstiter"))
            .finalizer(move |generator| last.lock().unwrap().push(generator)),
    );
    let mut numbers = numbers(&ledger);
    let poll = AssertUnwindSafe(|| poll_once(Pin::new(&mut numbers)));
    assert_eq!(catch_unwind(poll).unwrap_err().downcast_ref(), Some(&"in firstiter"));
    assert_eq!(ledger.counts(), [0, 0, 0]);
    assert_eq!(poll_once(Pin::new(&mut numbers)), Poll::Ready(Some(0)));
    drop(numbers);
    hooks::set(previous);
    assert_eq!((left.lock().unwrap().len(), ledger.counts()), (1, [1, 0, 0]));
}

#[tokio::test]
async fn a_panic_of_the_consumer_hands_it_over() {
    let (hooks, ledger) = (Kept::hooks(), Ledger::default());
    let mut numbers = numbers(&ledger);
    assert_eq!(numbers.next().await, Some(0));
    catch_unwind(AssertUnwindSafe(move || {
        let _held = numbers;
        panic!("in the consumer");
    }))
    .unwrap_err();
    hooks.take().await;
    assert_eq!(ledger.counts(), [1, 1, 1]);
}

#[test]
fn a_hook_may_use_hooks_and_generators() {
    let (hooks, ledger) = (Kept::hooks(), Ledger::default());
    let (first, last) = (ledger.clone(), ledger.clone());
    let busy = |ledger: &Ledger| {
        // Without hooks, so that there is an end to it.
        let own = hooks::set(Hooks::new());
        let mut inner = numbers(ledger);
        assert_eq!(poll_once(Pin::new(&mut inner)), Poll::Ready(Some(0)));
        drop(inner);
        hooks::set(own);
        hooks::set_default(hooks::get_default());
    };
    let own =
        hooks::set(Hooks::new().firstiter(move |_| busy(&first)).finalizer(move |generator| {
            busy(&last);
            drop(generator);
            drop(hooks::set(Hooks::new()));
        }));
    let mut outer = numbers(&ledger);
    assert_eq!(poll_once(Pin::new(&mut outer)), Poll::Ready(Some(0)));
    assert_eq!(ledger.counts(), [2, 0, 1]);
    drop(outer);
    assert_eq!(ledger.counts(), [3, 0, 3]);
    assert_eq!(format!("{:?}", hooks::get()), "Hooks { firstiter: false, finalizer: false }");
    assert_eq!(format!("{own:?}"), "Hooks { firstiter: true, finalizer: true }");
    hooks::set(own);
    drop(hooks);
}

#[tokio::test]
async fn it_keeps_the_finaliser_of_the_thread_that_polled_first() {
    let (hooks, ledger) = (Kept::hooks(), Ledger::default());
    let mut numbers = numbers(&ledger);
    assert_eq!(numbers.next().await, Some(0));
    std::thread::spawn(move || {
        let own = hooks::set(Hooks::new().finalizer(|_| unreachable!("it began elsewhere")));
        assert_eq!(poll_once(Pin::new(&mut numbers)), Poll::Ready(Some(1)));
        drop(numbers);
        hooks::set(own);
    })
    .join()
    .unwrap();
    hooks.take().await;
    assert_eq!(ledger.counts(), [1, 1, 1]);
}

#[tokio::test]
async fn what_it_delegates_to_is_closed_with_it() {
    let (hooks, ledger) = (Kept::hooks(), Ledger::default());
    let inner = numbers(&ledger);
    let mut outer = gen_fn(async move |mut co| co.yield_all(inner).await).owned();
    assert_eq!(outer.next().await, Some(0));
    drop(outer);
    assert_eq!(hooks.counts(), (2, 1), "the inner one lives in the outer");
    hooks.take().await;
    assert_eq!((hooks.counts(), ledger.counts()), ((2, 0), [1, 1, 1]));
}

#[tokio::test]
async fn one_in_the_body_of_one_that_is_dropped_is_handed_over() {
    let (hooks, ledger) = (Kept::hooks(), Ledger::default());
    let inner = numbers(&ledger);
    let mut outer = Box::pin(gen_fn(async move |mut co| co.yield_all(inner).await));
    assert_eq!(outer.next().await, Some(0));
    drop(outer);
    hooks.take().await;
    assert_eq!((hooks.counts(), ledger.counts()), ((1, 0), [1, 1, 1]));
}

#[tokio::test]
async fn every_verb_reaches_the_generator() {
    let hooks = Kept::hooks();
    let mut echo = duplex_gen_fn(async |mut co: Co<'_, u32, u32, &str>| {
        let mut next = 0;
        loop {
            next = match co.try_yield(next).await {
                Ok(sent) => sent,
                Err(error) => return error,
            };
        }
    })
    .owned();
    assert_eq!(echo.send(1).await.unwrap_err().into_value(), 1);
    assert_eq!(echo.resume().await, State::Yielded(0));
    assert_eq!(echo.send(7).await, Ok(State::Yielded(7)));
    assert_eq!(echo.throw("thrown").await, Ok(State::Complete("thrown")));
    assert_eq!((echo.size_hint(), echo.is_terminated()), ((0, Some(0)), true));
    drop(echo);
    assert_eq!(hooks.counts(), (1, 0));
}

#[tokio::test]
async fn any_generator_can_be_owned() {
    let hooks = Kept::hooks();
    let ledger = Ledger::default();
    let boxed: BoxGen<'static, u32> = BoxGen::new(numbers(&ledger));
    let mut boxed = Owned::new(boxed);
    assert_eq!(boxed.next().await, Some(0));
    drop(boxed);
    // Both were owned: the outer is handed over, and closes the inner.
    assert_eq!(hooks.counts(), (2, 1));
    hooks.take().await;
    assert_eq!((hooks.counts(), ledger.counts()), ((2, 0), [1, 1, 1]));

    let mut stream = Owned::new(from_stream(futures_util::stream::iter(1..=2)));
    assert_eq!((stream.next().await, stream.size_hint()), (Some(1), (1, Some(1))));
    drop(stream);
    assert_eq!(hooks.counts(), (3, 0), "a stream has nothing to close");
}

#[test]
fn it_is_send_unpin_and_sync_as_its_parts_are() {
    fn check(_: &(impl Send + Sync + Unpin + FusedStream + std::fmt::Debug + 'static)) {}
    fn is_send<T: Send + Unpin + 'static>() {}
    check(&stream!(async move { yield 1 }).owned());
    check(
        &try_stream!(async move {
            yield 1;
            Ok::<(), ()>(())
        })
        .owned(),
    );
    is_send::<Abandoned>();
    is_send::<Hooks>();
}

#[tokio::test]
async fn it_moves_into_a_task() {
    let (hooks, ledger) = (Kept::hooks(), Ledger::default());
    let mut moved = numbers(&ledger);
    tokio::spawn(async move { assert_eq!(moved.next().await, Some(0)) }).await.unwrap();
    hooks.take().await;
    assert_eq!(ledger.counts(), [1, 1, 1]);
    let whole = stream!(async move { yield 1 }).owned();
    assert_eq!(tokio::spawn(collect(whole)).await.unwrap(), [1]);
    assert_eq!(hooks.counts(), (2, 0));
}

/// Runs its function when it is dropped.
struct AtEnd(Option<Box<dyn FnOnce()>>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        if let Some(run) = self.0.take() {
            run();
        }
    }
}

#[test]
fn in_the_destructors_of_a_thread_it_works_with_and_without_its_hooks() {
    thread_local! {
        // The hooks of the thread are made between them, so that one is dropped before these and one after,
        // whichever way the system goes.
        static FIRST: std::cell::RefCell<Vec<AtEnd>> = const { std::cell::RefCell::new(Vec::new()) };
        static LAST: std::cell::RefCell<Vec<AtEnd>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    let ledger = Ledger::default();
    let left = Arc::new(Mutex::new(Vec::new()));
    let (seen, last) = (ledger.clone(), Arc::clone(&left));
    std::thread::spawn(move || {
        let at_end = |seen: &Ledger| {
            let (mut unpolled, seen) = (numbers(seen), seen.clone());
            AtEnd(Some(Box::new(move || {
                // Its first poll: it has the finaliser, or none when the hooks are gone.
                assert_eq!(poll_once(Pin::new(&mut unpolled)), Poll::Ready(Some(0)));
                drop(unpolled);
                // Set to what they are, if they are.
                hooks::set(hooks::get());
                assert!(seen.counts()[0] > 0);
            })))
        };
        FIRST.with_borrow_mut(|first| first.push(at_end(&seen)));
        hooks::set(Hooks::new().finalizer(move |generator| last.lock().unwrap().push(generator)));
        LAST.with_borrow_mut(|last| last.push(at_end(&seen)));
        let mut begun = numbers(&seen);
        assert_eq!(poll_once(Pin::new(&mut begun)), Poll::Ready(Some(0)));
        // Handed over by each of the destructors: it has its finaliser in itself.
        let mut other = numbers(&seen);
        assert_eq!(poll_once(Pin::new(&mut other)), Poll::Ready(Some(0)));
        FIRST.with_borrow_mut(|first| first.push(AtEnd(Some(Box::new(move || drop(begun))))));
        LAST.with_borrow_mut(|last| last.push(AtEnd(Some(Box::new(move || drop(other))))));
    })
    .join()
    .unwrap();
    // One found the hooks gone and was dropped where it was, the other three were handed over.
    assert_eq!((left.lock().unwrap().len(), ledger.counts()), (3, [4, 0, 1]));
    left.lock().unwrap().clear();
    assert_eq!(ledger.counts(), [4, 0, 4]);
}
