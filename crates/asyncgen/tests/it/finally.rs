//! `finally!` and `defer!`: the cleanup runs once, whichever way the body is left.

#![deny(unused, clippy::pedantic)]

use std::cell::RefCell;
use std::future::{pending, ready};
use std::pin::pin;
use std::rc::Rc;

use asyncgen::{Generator, Next, State, generator, stream, try_stream};
use futures_core::Stream;
use tokio::task::yield_now;

use crate::yields::collect;

/// What happened, in order.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<&'static str>>>);

impl Log {
    fn note(&self, what: &'static str) {
        self.0.borrow_mut().push(what);
    }

    /// Notes it after a real suspension, as a cleanup does that closes a connection.
    async fn note_slowly(&self, what: &'static str) {
        yield_now().await;
        self.note(what);
    }

    fn check(&self, expected: &[&str]) {
        assert_eq!(self.0.take(), expected);
    }
}

#[tokio::test]
async fn at_the_normal_end_it_has_the_value_of_the_body() {
    let log = Log::default();
    let items = stream!(async {
        let value = finally!(
            {
                yield 1;
                log.note("body");
                "value"
            },
            {
                yield 2;
                log.note_slowly("cleanup").await;
                yield 3;
            }
        );
        assert_eq!(value, "value");
        yield 4;
    });
    assert_eq!(collect(items).await, [1, 2, 3, 4]);
    log.check(&["body", "cleanup"]);
}

#[tokio::test]
async fn a_mutable_local_is_in_both_parts() {
    let items = stream!(async move {
        let mut open = Vec::new();
        finally!(
            {
                for n in 0..2 {
                    open.push(n);
                    yield open.len();
                }
            },
            {
                while let Some(n) = open.pop() {
                    yield n + 10;
                }
            }
        );
        yield open.len();
    });
    assert_eq!(collect(items).await, [1, 2, 11, 10, 0]);
}

#[tokio::test]
async fn an_error_leaves_after_the_cleanup() {
    fn numbers(text: &str, log: Log) -> impl Stream<Item = Result<u8, String>> {
        try_stream!(async move {
            finally!(
                {
                    finally!(
                        {
                            for word in text.split(' ') {
                                yield word.parse::<u8>().map_err(|_| format!("not {word}"))?;
                            }
                        },
                        { log.note_slowly("inner").await }
                    );
                    log.note("between");
                },
                { log.note_slowly("outer").await }
            );
            log.note("after");
            Ok(())
        })
    }
    let log = Log::default();
    assert_eq!(collect(numbers("1 2", log.clone())).await, [Ok(1), Ok(2)]);
    log.check(&["inner", "between", "outer", "after"]);
    assert_eq!(collect(numbers("1 x", log.clone())).await, [Ok(1), Err("not x".to_owned())]);
    log.check(&["inner", "outer"]);
}

#[tokio::test]
async fn return_leaves_after_the_cleanup() {
    generator!(
        async fn first_even(numbers: &[u32], log: &Log) -> Yields<u32, String, Return = u32> {
            finally!(
                {
                    let sum: u32 = finally!(
                        {
                            for &n in numbers {
                                if n % 2 == 0 {
                                    return Ok(n);
                                }
                                yield n;
                            }
                            numbers.iter().sum()
                        },
                        { log.note("inner") }
                    );
                    return Err(format!("no even number, and the sum is {sum}"));
                },
                { log.note_slowly("outer").await }
            )
        }
    );
    let log = Log::default();
    let mut found = pin!(first_even(&[1, 2, 3], &log));
    assert_eq!(found.next().await, Some(Ok(1)));
    assert_eq!(found.next().await, None);
    assert_eq!(found.as_mut().take_return(), Some(Ok(2)));
    log.check(&["inner", "outer"]);
    let none = collect(first_even(&[3], &log)).await;
    assert_eq!(none, [Ok(3), Err("no even number, and the sum is 3".to_owned())]);
    log.check(&["inner", "outer"]);
}

#[tokio::test]
async fn break_and_continue_leave_after_the_cleanup() {
    let log = Log::default();
    let items = stream!(async {
        'outer: for n in 0.. {
            'block: {
                for m in 0..10 {
                    finally!(
                        {
                            if m == 1 && n == 0 {
                                continue 'outer;
                            }
                            finally!(
                                {
                                    match (n, m) {
                                        (0, 0) => continue,
                                        (1, 0) => {}
                                        (1, 1) => break 'block,
                                        (2, 1) => break,
                                        (3, _) => break 'outer,
                                        _ => yield 0,
                                    }
                                    for other in 0..9 {
                                        if other == n {
                                            break;
                                        }
                                    }
                                    yield 10 * n + m;
                                },
                                { log.note("inner") }
                            );
                        },
                        {
                            log.note_slowly("outer").await;
                            if m == 5 {
                                break;
                            }
                        }
                    );
                }
                yield 100 + n;
            }
        }
        log.note("end");
    });
    assert_eq!(collect(items).await, [10, 0, 20, 102]);
    let left = ["inner", "outer"];
    let expected = [left.as_slice(), &["outer"], &left, &left, &left, &left, &left, &["end"]];
    log.check(&expected.concat());
}

#[tokio::test]
async fn close_runs_it_from_the_inside_out() {
    let log = Log::default();
    let nested = || {
        stream!(async {
            finally!(
                {
                    finally!(
                        {
                            yield 1;
                            pending::<()>().await;
                            log.note("never");
                        },
                        {
                            log.note_slowly("inner").await;
                        }
                    );
                    log.note("never");
                },
                { log.note_slowly("outer").await }
            );
            log.note("never");
        })
    };
    let mut at_a_yield = pin!(nested());
    assert_eq!(at_a_yield.next().await, Some(1));
    assert_eq!(at_a_yield.close().await, Ok(None));
    log.check(&["inner", "outer"]);
    assert_eq!(at_a_yield.next().await, None);

    let mut at_an_await = pin!(nested());
    assert_eq!(at_an_await.next().await, Some(1));
    tokio::select! {
        biased;
        _ = at_an_await.next() => unreachable!("it is pending"),
        () = ready(()) => {}
    }
    assert_eq!(at_an_await.close().await, Ok(None));
    log.check(&["inner", "outer"]);

    let mut not_started = pin!(nested());
    assert_eq!(not_started.close().await, Ok(None));
    log.check(&[]);
}

#[tokio::test]
async fn a_thrown_error_is_caught_at_the_yield_or_leaves() {
    generator!(
        async fn patient(log: &Log) -> Yields<u32, &'static str, Thrown = &'static str> {
            finally!(
                {
                    if let Err(error) = yield 1 {
                        log.note(error);
                    }
                    (yield 2)?;
                    log.note("never");
                },
                { log.note_slowly("cleanup").await }
            );
            Ok(())
        }
    );
    let log = Log::default();
    let mut thrown_at = pin!(patient(&log));
    assert_eq!(thrown_at.resume().await, State::Yielded(1));
    assert_eq!(thrown_at.throw("caught").await, Ok(State::Yielded(2)));
    assert_eq!(thrown_at.throw("not caught").await, Ok(State::Complete(Err("not caught"))));
    log.check(&["caught", "cleanup"]);
}

#[tokio::test]
async fn defer_is_for_the_rest_of_its_block() {
    let log = Log::default();
    let items = stream!(async {
        for n in 0.. {
            defer!({
                log.note_slowly("first").await;
            });
            if n == 1 {
                break;
            }
            yield n;
            defer!({ log.note("second") });
            if n == 0 {
                log.note("continue");
                continue;
            }
            yield 100;
        }
        defer!({ log.note("last") });
        yield 2;
        "returned"
    });
    let mut items = pin!(items);
    assert_eq!(items.next().await, Some(0));
    assert_eq!(items.next().await, Some(2));
    log.check(&["continue", "second", "first", "first"]);
    assert_eq!(items.next().await, None);
    assert_eq!(items.as_mut().take_return(), Some("returned"));
    log.check(&["last"]);
}

#[tokio::test]
async fn in_what_other_macros_and_loops_run() {
    let log = Log::default();
    let items = stream!(async {
        let mut polls = 0;
        loop {
            polls += 1;
            tokio::select! {
                n = ready(polls) => {
                    asyncgen::finally!({
                        yield n;
                        if polls == 1 {
                            break;
                        }
                    }, { log.note("cleanup") });
                }
            }
        }
        yield 2;
    });
    assert_eq!(collect(items).await, [1, 2]);
    log.check(&["cleanup"]);
}

#[tokio::test]
async fn a_body_that_does_not_end_needs_no_value() {
    generator!(
        async fn ticks(log: &Log) -> Yields<u32> {
            let mut n = 0;
            defer!({ log.note("cleanup") });
            loop {
                yield n;
                n += 1;
            }
        }
    );
    let log = Log::default();
    let mut endless = pin!(ticks(&log));
    assert_eq!(endless.next().await, Some(0));
    assert_eq!(endless.next().await, Some(1));
    assert_eq!(endless.close().await, Ok(None));
    log.check(&["cleanup"]);
}

#[test]
fn send_shows_through() {
    fn is_send(_: impl Send) {}
    let mut count = 0;
    is_send(stream!(async move {
        finally!({ yield 1 }, { count += 1 });
        yield count;
    }));
}
