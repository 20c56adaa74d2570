//! Unsound or lossy in other generator crates, and not here. What the types rule out is in `tests/ui`.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn, ready};
use std::mem::{self, ManuallyDrop};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::AtomicPtr;
use std::task::{Context, Poll, Waker};

use asyncgen::{
    Co, Generator, Next, State, duplex_gen_fn, from_stream, gen_fn, in_place_fn, stream,
};
use futures_core::{FusedStream, Stream};
use tokio::sync::Mutex;

use crate::drive::{Log, cancelled_after, run, waits};
use crate::yields::collect;

/// Polls once with a waker that does nothing.
pub(crate) fn poll_once<S: Stream>(stream: Pin<&mut S>) -> Poll<Option<S::Item>> {
    stream.poll_next(&mut Context::from_waker(Waker::noop()))
}

/// Makes a yield, polls it once and drops it, as a `select!` does whose other branch is ready.
async fn give_up(co: &mut Co<'_, u32>, value: u32) {
    let mut give = Box::pin(co.yield_(value));
    let polled = poll_fn(|cx| Poll::Ready(give.as_mut().poll(cx))).await;
    assert_eq!(polled, Poll::Pending);
}

/// A body that is not an async block: it yields in its second poll, and is pending in every poll.
fn second_poll(mut co: Co<'_, u32>) -> impl Future<Output = ()> {
    let mut polls = 0;
    poll_fn(move |cx| {
        polls += 1;
        if polls == 2 { Pin::new(&mut co.yield_(polls)).poll(cx) } else { Poll::Pending }
    })
}

#[test]
fn a_pending_future_is_not_taken_for_a_yield() {
    let mut waiting = pin!(gen_fn(async |mut co| {
        pending::<()>().await;
        co.yield_(1).await;
    }));
    assert_eq!(poll_once(waiting.as_mut()), Poll::Pending);
    assert_eq!(poll_once(waiting.as_mut()), Poll::Pending);

    let mut forged = pin!(gen_fn(second_poll));
    assert_eq!(poll_once(forged.as_mut()), Poll::Pending);
    assert_eq!(poll_once(forged.as_mut()), Poll::Ready(Some(2)));
    assert_eq!(poll_once(forged.as_mut()), Poll::Pending);
}

#[tokio::test]
async fn three_yields_in_one_poll_come_in_order() {
    let joined = gen_fn(async |co| {
        let co = Mutex::new(co);
        let give = async |value| co.lock().await.yield_(value).await;
        tokio::join!(give(1), give(2), give(3));
        give(4).await;
    });
    assert_eq!(collect(joined).await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_yield_dropped_after_its_poll_is_delivered() {
    let selected = gen_fn(async |mut co| {
        tokio::select! {
            biased;
            () = co.yield_(1) => unreachable!("it is pending"),
            () = ready(()) => {}
        }
        co.yield_(2).await;
        give_up(&mut co, 3).await;
        co.yield_(4).await;
    });
    assert_eq!(collect(selected).await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_yield_dropped_before_its_poll_gives_nothing() {
    let dropped = gen_fn(async |mut co| {
        drop(co.yield_(1));
        co.yield_(2).await;
        // Of two given up in one poll, the second finds no room and goes with its future.
        give_up(&mut co, 3).await;
        give_up(&mut co, 4).await;
        co.yield_(5).await;
    });
    assert_eq!(collect(dropped).await, [2, 3, 5]);
}

#[tokio::test]
async fn a_yield_given_up_as_the_body_ends_comes_before_the_end() {
    let mut ending = pin!(gen_fn(async |mut co| {
        give_up(&mut co, 1).await;
        "returned"
    }));
    assert_eq!(ending.next().await, Some(1));
    assert_eq!(ending.as_mut().take_return(), None, "the end has not come yet");
    assert_eq!(ending.next().await, None);
    assert_eq!(ending.as_mut().take_return(), Some("returned"));

    let mut resumed = pin!(gen_fn(async |mut co| give_up(&mut co, 1).await));
    let mut cx = Context::from_waker(Waker::noop());
    assert_eq!(resumed.as_mut().poll_resume(&mut cx), Poll::Ready(State::Yielded(1)));
    assert_eq!(resumed.as_mut().poll_resume(&mut cx), Poll::Ready(State::Complete(())));
}

/// A macro that wraps its operand in an async block, which the rewriter cannot see.
macro_rules! wrapped {
    ($operand:expr) => {
        async { $operand }
    };
}
pub(crate) use wrapped;

#[tokio::test]
async fn a_yield_in_a_block_that_a_macro_makes_loses_nothing() {
    let hidden = stream!(async move {
        tokio::select! {
            biased;
            () = wrapped!(yield 1) => unreachable!("it is pending"),
            () = ready(()) => {}
        }
        yield 2;
        let mut twice = pin!(wrapped!({
            yield 3;
            yield 4;
        }));
        // Polled twice in each poll of the generator.
        poll_fn(|cx| match twice.as_mut().poll(cx) {
            Poll::Pending => twice.as_mut().poll(cx),
            ready @ Poll::Ready(()) => ready,
        })
        .await;
        yield 5;
    });
    assert_eq!(collect(hidden).await, [1, 2, 3, 4, 5]);
}

#[test]
fn every_value_is_dropped_once() {
    struct Counted(Rc<Cell<i32>>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.set(self.0.get() - 1);
        }
    }
    let alive = Rc::new(Cell::new(0));
    let make = || {
        alive.set(alive.get() + 1);
        Counted(Rc::clone(&alive))
    };
    for polls in 0..4 {
        let mut stream = Box::pin(gen_fn(async |mut co| {
            let _held = make();
            co.yield_(make()).await;
            let mut unfinished = Box::pin(co.yield_(make()));
            let _ = poll_fn(|cx| Poll::Ready(unfinished.as_mut().poll(cx))).await;
            drop(unfinished);
            co.yield_(make()).await;
            make()
        }));
        for _ in 0..polls {
            let _ = poll_once(stream.as_mut());
        }
        drop(stream);
        assert_eq!(alive.get(), 0, "after {polls} polls");
    }
}

#[test]
fn a_yield_from_the_drop_of_the_body_stays_in_the_slot() {
    struct YieldsOnDrop<'co>(Co<'co, Rc<()>>, Rc<()>);
    impl Drop for YieldsOnDrop<'_> {
        fn drop(&mut self) {
            let mut give = self.0.yield_(Rc::clone(&self.1));
            let _ = Pin::new(&mut give).poll(&mut Context::from_waker(Waker::noop()));
        }
    }
    let value = Rc::new(());
    let mut stream = Box::pin(gen_fn(async |co| {
        let _late = YieldsOnDrop(co, Rc::clone(&value));
        pending::<()>().await;
    }));
    assert_eq!(poll_once(stream.as_mut()), Poll::Pending);
    drop(stream);
    assert_eq!(Rc::strong_count(&value), 1);
}

#[test]
fn a_forgotten_generator_keeps_what_it_holds() {
    let value = Rc::new(());
    let mut stream = Box::pin(gen_fn(async |mut co| {
        let held = Rc::clone(&value);
        co.yield_(1).await;
        drop(held);
    }));
    assert_eq!(poll_once(stream.as_mut()), Poll::Ready(Some(1)));
    // What `mem::forget` comes to, without a leak at the end of the test.
    let stream = ManuallyDrop::new(stream);
    assert_eq!(Rc::strong_count(&value), 2);
    drop(ManuallyDrop::into_inner(stream));
    assert_eq!(Rc::strong_count(&value), 1);
}

#[test]
fn two_generators_of_one_type_do_not_mix() {
    let log = RefCell::new(Vec::new());
    let make = |start: u32| {
        gen_fn(async move |mut co| {
            for n in start.. {
                co.yield_(n).await;
            }
        })
    };
    let (mut a, mut b) = (Box::pin(make(0)), Box::pin(make(100)));
    for _ in 0..3 {
        log.borrow_mut().push(poll_once(a.as_mut()));
        mem::swap(&mut a, &mut b);
    }
    let expected = [0, 100, 1].map(|n| Poll::Ready(Some(n)));
    assert_eq!(log.take(), expected);
}

/// Where the forgotten futures are: a checker of leaks looks for what nobody knows of.
static FORGOTTEN: std::sync::Mutex<Vec<AtomicPtr<()>>> = std::sync::Mutex::new(Vec::new());

/// Polls a future once and forgets it.
pub(crate) async fn forget<F: Future>(future: F) {
    let mut future = Box::pin(future);
    assert!(poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await);
    let place = std::ptr::from_ref(&*future).cast_mut().cast();
    FORGOTTEN.lock().unwrap().push(AtomicPtr::new(place));
    mem::forget(future);
}

#[test]
fn a_forgotten_guard_or_wait_does_not_keep_it_from_closing() {
    let log = Log::default();
    for body in ["stopped", "finally", "delegation"] {
        let make = || {
            gen_fn(async |mut co: Co<'_, u32>| {
                co.finally(
                    async |co| {
                        match body {
                            "stopped" => forget(co.stopped()).await,
                            "finally" => {
                                forget(co.finally(async |_| pending::<()>().await, async |_| {}))
                                    .await;
                            }
                            _ => {
                                let inner = from_stream(futures_util::stream::pending());
                                forget(co.yield_all(inner)).await;
                            }
                        }
                        co.yield_(1).await;
                        waits(1).await;
                        co.yield_(2).await;
                    },
                    async |_| {
                        waits(1).await;
                        log.push("cleaned up");
                    },
                )
                .await;
            })
        };
        for polls in [0, 1] {
            let mut forgetful = Box::pin(make());
            assert_eq!(run(forgetful.next()), Some(1));
            assert_eq!(cancelled_after(polls, forgetful.next()), None);
            assert_eq!(run(forgetful.close()), Ok(None), "{body}");
            assert_eq!(log.take(), ["cleaned up"], "{body}");
        }
        let mut to_its_end = Box::pin(make());
        assert_eq!(run(to_its_end.next()), Some(1));
        assert_eq!(run(to_its_end.next()), Some(2));
        assert_eq!(run(to_its_end.next()), None);
        assert_eq!(log.take(), ["cleaned up"], "{body}");
    }
}

#[test]
fn what_is_sent_and_thrown_is_dropped_once() {
    let alive = Rc::new(());
    let make = || {
        duplex_gen_fn(async |mut co: Co<'_, u32, Option<Rc<()>>, Rc<()>>| {
            let mut kept = Vec::new();
            loop {
                match co.try_yield(1).await {
                    Ok(sent) => kept.extend(sent),
                    Err(thrown) => kept.push(thrown),
                }
                waits(1).await;
            }
        })
        .boxed_local()
    };
    for verbs in 0..27 {
        let mut generator = make();
        for verb in [verbs % 3, verbs / 3 % 3, verbs / 9] {
            let waker = Waker::noop();
            let mut cx = Context::from_waker(waker);
            let pinned = Pin::new(&mut generator);
            match verb {
                0 => drop(pinned.poll_resume(&mut cx)),
                1 => drop(pinned.start_send(Some(Rc::clone(&alive)))),
                _ => drop(pinned.start_throw(Rc::clone(&alive))),
            }
        }
        drop(generator);
        assert_eq!(Rc::strong_count(&alive), 1, "after {verbs}");
    }
}

#[test]
fn in_place_it_is_the_same() {
    let mut boxed = Box::pin(in_place_fn(async |mut co| {
        let mut sum = 0;
        let part = &mut sum;
        for n in 1..=3 {
            *part += n;
            co.yield_(*part).await;
            waits(1).await;
        }
        co.finally(async |co| co.yield_(*part).await, async |_| waits(1).await).await;
    }));
    assert_eq!(run(boxed.next()), Some(1));
    assert_eq!((boxed.size_hint(), boxed.is_terminated()), ((0, None), false));
    assert_eq!(cancelled_after(1, boxed.next()), None);
    assert_eq!(run(boxed.next()), Some(3));
    assert_eq!(run(boxed.next()), Some(6));
    assert_eq!(run(boxed.next()), Some(6));
    assert_eq!(run(boxed.close()), Ok(None));
    assert_eq!(run(boxed.next()), None);
}
