//! The hooks of the process. A target of its own, as they are those of every test in it.

use std::pin::Pin;
use std::sync::mpsc::{self, Sender};
use std::task::{Context, Poll, Waker};

use asyncgen::hooks::{self, Abandoned, Hooks};
use asyncgen::tokio::Finalizer;
use asyncgen::{Generator, stream};
use futures_core::Stream;

/// Polls a generator once, to its first item, and drops it.
fn leave() {
    let mut numbers = stream!(async move { yield 1 }).owned();
    let polled = Pin::new(&mut numbers).poll_next(&mut Context::from_waker(Waker::noop()));
    assert_eq!(polled, Poll::Ready(Some(1)));
}

/// Hooks that say who they are.
fn named(name: &'static str, log: &Sender<String>) -> Hooks {
    let (first, last) = (log.clone(), log.clone());
    Hooks::new()
        .firstiter(move |_| first.send(format!("{name} firstiter")).unwrap())
        .finalizer(move |_: Abandoned| last.send(format!("{name} finalizer")).unwrap())
}

/// One test, for there is one process: each step is that of the one before, and something set.
#[test]
fn each_hook_is_that_of_the_thread_or_else_of_the_process() {
    let (log, heard) = mpsc::channel();
    let check = |expected: [&str; 2]| {
        leave();
        assert_eq!(heard.try_iter().collect::<Vec<_>>(), expected);
        assert_eq!(heard.try_iter().count(), 0);
    };
    let none = hooks::set_default(named("process", &log));
    assert_eq!(format!("{none:?}"), "Hooks { firstiter: false, finalizer: false }");
    assert_eq!(format!("{:?}", hooks::get_default()), "Hooks { firstiter: true, finalizer: true }");
    assert_eq!(format!("{:?}", hooks::get()), "Hooks { firstiter: false, finalizer: false }");
    check(["process firstiter", "process finalizer"]);

    let own = log.clone();
    hooks::set(Hooks::new().finalizer(move |_| own.send("thread finalizer".to_owned()).unwrap()));
    check(["process firstiter", "thread finalizer"]);

    hooks::set(named("thread", &log));
    check(["thread firstiter", "thread finalizer"]);
    std::thread::spawn(leave).join().unwrap();
    assert_eq!(heard.try_iter().collect::<Vec<_>>(), ["process firstiter", "process finalizer"]);

    hooks::set(Hooks::new());
    check(["process firstiter", "process finalizer"]);

    // A runtime's, and what was there before it again.
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let previous = runtime.block_on(async {
        let finalizer = Finalizer::current();
        let previous = finalizer.install();
        leave();
        finalizer.shutdown().await;
        previous
    });
    assert_eq!(heard.try_iter().count(), 0);
    hooks::set_default(previous);
    check(["process firstiter", "process finalizer"]);
    hooks::set_default(none);
    leave();
    assert_eq!(heard.try_iter().count(), 0);
}

const _: fn() = || {
    fn is_generator<G: Generator>(_: G) {}
    is_generator(stream!(async move { yield 1 }).owned());
};
