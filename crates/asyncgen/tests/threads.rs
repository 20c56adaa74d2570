//! The hand-over of a generator from thread to thread, in many orders of the steps of each: those that take a lock of
//! the crate are steps of their own. Built with `--cfg shuttle` by `cargo xtask soak`; empty without.
#![cfg(shuttle)]

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use asyncgen::hooks::{self, Abandoned, Hooks};
use asyncgen::{BoxGen, Owned, stream};
use futures_core::Stream;
use shuttle::sync::{Arc, Mutex, mpsc};
use shuttle::thread;

/// Enough for each order of three threads to come up, in seconds.
const ORDERS: usize = 5_000;

/// The hooks of the process are those of every test in it.
static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());

fn check(run: fn()) {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    shuttle::check_random(run, ORDERS);
}

/// What became of a generator, in order.
type Log = Arc<Mutex<Vec<&'static str>>>;

/// What was handed over and not yet closed: a runtime with its queue.
type Queue = Arc<Mutex<Vec<Abandoned>>>;

fn hooks_named(first: &'static str, last: &'static str, log: &Log, queue: &Queue) -> Hooks {
    let (begun, left, queue) = (Arc::clone(log), Arc::clone(log), Arc::clone(queue));
    Hooks::new().firstiter(move |_| begun.lock().unwrap().push(first)).finalizer(move |generator| {
        left.lock().unwrap().push(last);
        queue.lock().unwrap().push(generator);
    })
}

fn generator(log: &Log) -> Owned<BoxGen<'static, u32>> {
    let log = Arc::clone(log);
    let body = stream!(async move {
        finally!({ yield 1 }, { log.lock().unwrap().push("closed") });
    });
    Owned::new(body.boxed())
}

fn begin(generator: &mut Owned<BoxGen<'static, u32>>) {
    let polled = Pin::new(generator).poll_next(&mut Context::from_waker(Waker::noop()));
    assert_eq!(polled, Poll::Ready(Some(1)));
}

/// Closes what there is.
fn shutdown(queue: &Queue) {
    loop {
        // The lock is not held as it is closed.
        let Some(mut generator) = queue.lock().unwrap().pop() else { return };
        let closed = Pin::new(&mut generator).poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(closed, Poll::Ready(()));
    }
}

#[test]
fn dropped_as_another_thread_shuts_down_it_is_closed_once() {
    check(|| {
        let (log, queue) = (Log::default(), Queue::default());
        hooks::set_default(hooks_named("begun", "left", &log, &queue));
        let mut begun = generator(&log);
        begin(&mut begun);
        let dropping = thread::spawn(move || drop(begun));
        let closing = {
            let queue = Arc::clone(&queue);
            thread::spawn(move || shutdown(&queue))
        };
        dropping.join().unwrap();
        closing.join().unwrap();
        // What came after the other was done.
        shutdown(&queue);
        assert_eq!(*log.lock().unwrap(), ["begun", "left", "closed"]);
        hooks::set_default(Hooks::new());
    });
}

#[test]
fn begun_as_the_hooks_are_set_it_has_those_of_before_or_after() {
    check(|| {
        let (log, queue) = (Log::default(), Queue::default());
        hooks::set_default(hooks_named("begun before", "left before", &log, &queue));
        let (sender, receiver) = mpsc::channel();
        let mut moving = generator(&log);
        let beginning = thread::spawn(move || {
            begin(&mut moving);
            sender.send(moving).unwrap();
        });
        let after = hooks_named("begun after", "left after", &log, &queue);
        let setting = thread::spawn(move || drop(hooks::set_default(after)));
        let own = hooks::set(hooks_named("here", "here", &log, &queue));
        drop(receiver.recv().unwrap());
        hooks::set(own);
        beginning.join().unwrap();
        setting.join().unwrap();
        shutdown(&queue);
        let log = log.lock().unwrap();
        let (before, after) =
            (["begun before", "left before", "closed"], ["begun after", "left after", "closed"]);
        assert!(*log == before || *log == after, "{log:?}");
        hooks::set_default(Hooks::new());
    });
}
