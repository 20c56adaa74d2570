//! Executors inside of a body, which poll only what was woken: nobody waits for ever, and no answer goes astray.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use asyncgen::{
    Co, Generator, Next, State, duplex_gen_fn, from_stream, gen_fn, generator, stream, try_stream,
};
use futures_core::Stream;
use futures_util::future::{LocalBoxFuture, join_all};
use futures_util::stream::FuturesUnordered;
use tokio::sync::Mutex;
use tokio::task::yield_now;
use tokio::time::timeout;

use crate::drive::{Log, cancelled_after};
use crate::holes::{forget, wrapped};
use crate::yields::collect;

/// Nothing else runs, so that time is up as soon as nobody is woken.
async fn soon<F: Future>(future: F) -> F::Output {
    timeout(Duration::from_secs(1), future).await.expect("it hangs")
}

/// So many that `join_all` does not poll them by itself; the interpreter has seen enough with fewer.
const TASKS: u32 = if cfg!(miri) { 4 } else { 40 };

/// Polls the one, or all, when it is woken.
async fn unordered<F: Future>(tasks: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    collect(tasks.into_iter().collect::<FuturesUnordered<_>>()).await
}

/// The tasks of a body have the handle by turns, and each yields two items by `part`.
async fn check(what: &str, part: impl AsyncFn(&mut Co<'_, u32>, u32)) {
    for how in ["unordered", "joined"] {
        let nested = gen_fn(async |co| {
            let co = Mutex::new(co);
            let tasks = (0..TASKS).map(async |task| part(&mut *co.lock().await, task).await);
            if how == "unordered" { unordered(tasks).await } else { join_all(tasks).await }
        });
        let mut items = soon(collect(nested)).await;
        items.sort_unstable();
        let expected: Vec<u32> = (0..2 * TASKS).collect();
        assert_eq!(items, expected, "{what}, {how}");
    }
}

generator!(
    async fn two(task: u32) -> Yields<u32> {
        yield 2 * task;
        yield_now().await;
        yield 2 * task + 1;
    }
);

fn two_in_a_stream(task: u32) -> impl Stream<Item = u32> {
    futures_util::stream::iter([2 * task, 2 * task + 1])
}

#[tokio::test(start_paused = true)]
async fn whatever_yields_is_polled_again() {
    check("yield_", async |co, task| {
        co.yield_(2 * task).await;
        yield_now().await;
        co.yield_(2 * task + 1).await;
    })
    .await;
    check("generator!", async |co, task| co.yield_all(two(task)).await).await;
    check("stream!", async |co, task| {
        let two = stream!(async move {
            for item in [2 * task, 2 * task + 1] {
                yield item;
            }
        });
        co.yield_all(two).await;
    })
    .await;
    check("try_stream!", async |co, task| {
        let two = try_stream!(async move {
            yield 2 * task;
            yield 2 * task + 1;
            Err("in the end")
        });
        assert_eq!(co.yield_all(two).await, Err::<(), _>("in the end"));
    })
    .await;
    check("finally!", async |co, task| {
        let two = stream!(async move {
            finally!({ yield 2 * task }, { yield 2 * task + 1 });
        });
        co.yield_all(two).await;
    })
    .await;
    check("yield_all!", async |co, task| {
        let around = stream!(async move {
            yield_all!(stream!(async move { yield_all!(two(task)) }));
        });
        co.yield_all(around).await;
    })
    .await;
    check("pinned", async |co, task| co.yield_all(pin!(two(task))).await).await;
    check("boxed", async |co, task| co.yield_all(Box::pin(two(task))).await).await;
    check("a stream", async |co, task| co.yield_all(from_stream(two_in_a_stream(task))).await)
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_yield_that_another_macro_puts_there_is_polled_again() {
    let yields = stream!(async move {
        unordered([wrapped!({
            yield 1;
            yield 2;
        })])
        .await;
        unordered([wrapped!(yield_all!(two(2)))]).await;
        yield 6;
    });
    assert_eq!(soon(collect(yields)).await, [1, 2, 4, 5, 6]);
}

generator!(
    /// Yields what it heard last, until it is told to stop.
    async fn echo() -> Yields<u32, Sent = u32, Thrown = &'static str, Return = u32> {
        let mut heard = 0;
        loop {
            heard = match yield heard {
                Ok(sent) => sent,
                Err("stop") => return heard,
                Err(_) => 99,
            };
        }
    }
);

#[tokio::test(start_paused = true)]
async fn what_is_sent_and_thrown_answers_the_yield() {
    type Talk<'co> = Co<'co, u32, u32, &'static str>;
    async fn check(what: &str, part: impl AsyncFn(&mut Talk<'_>) -> u32) {
        let mut outer = pin!(duplex_gen_fn(async |mut co: Talk<'_>| {
            // Two, so that one of them may be polled twice in one poll of both.
            let mut tasks = FuturesUnordered::<LocalBoxFuture<'_, u32>>::new();
            tasks.push(Box::pin(pending()));
            tasks.push(Box::pin(part(&mut co)));
            Next::next(&mut tasks).await
        }));
        assert_eq!(soon(outer.resume()).await, State::Yielded(0), "{what}");
        for sent in 1..5 {
            assert_eq!(soon(outer.send(sent)).await, Ok(State::Yielded(sent)), "{what}");
        }
        assert_eq!(soon(outer.throw("what?")).await, Ok(State::Yielded(99)), "{what}");
        assert_eq!(soon(outer.throw("stop")).await, Ok(State::Complete(Some(99))), "{what}");
    }
    check("in its place", async |co| co.yield_all(echo()).await).await;
    check("boxed", async |co| co.yield_all(Box::pin(echo())).await).await;
    check("by hand", async |co| {
        let mut heard = 0;
        loop {
            heard = match co.try_yield(heard).await {
                Ok(sent) => sent,
                Err("stop") => return heard,
                Err(_) => 99,
            };
        }
    })
    .await;
}

/// Yields, waits in vain, and cleans up.
async fn clean_up(co: &mut Co<'_, u32>, log: &Log) {
    co.finally(
        async |co| {
            co.yield_(1).await;
            pending::<()>().await;
        },
        async |_| {
            yield_now().await;
            log.push("cleaned up");
        },
    )
    .await;
}

/// Awaits `part` among others, which are always there to be polled.
async fn in_a_crowd(crowd: usize, part: impl Future<Output = ()>) {
    let mut tasks = FuturesUnordered::<LocalBoxFuture<'_, ()>>::new();
    for _ in 0..crowd {
        tasks.push(Box::pin(poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::Pending
        })));
    }
    tasks.push(Box::pin(part));
    Next::next(&mut tasks).await;
}

/// How many others there are, and after how many polls each has had a turn. The interpreter takes its time.
const CROWDS: [usize; 3] = if cfg!(miri) { [0, 1, 5] } else { [0, 1, 100] };
const TURNS: usize = if cfg!(miri) { 5 } else { 100 };

/// A generator whose `part` is among others is closed after so many polls of a `next` that was given up.
async fn check_close(what: &str, log: &Log, polls: &[usize], part: impl AsyncFn(&mut Co<'_, u32>)) {
    for (crowd, &polls) in
        CROWDS.iter().flat_map(|crowd| polls.iter().map(move |polls| (*crowd, polls)))
    {
        let mut nested = pin!(gen_fn(async |mut co| in_a_crowd(crowd, part(&mut co)).await));
        assert_eq!(soon(nested.next()).await, Some(1));
        assert_eq!(cancelled_after(polls, nested.next()), None);
        soon(nested.close()).await.expect("nothing is yielded");
        assert_eq!(log.take(), ["cleaned up"], "{what} among {crowd} after {polls} polls");
        assert_eq!(soon(nested.next()).await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_heard_where_it_waits() {
    let log = &Log::default();
    let inner = || gen_fn(async |mut co: Co<'_, u32>| clean_up(&mut co, log).await);
    let (anywhere, while_it_waits) = ([0, 1, TURNS], [TURNS]);
    check_close("finally", log, &anywhere, async |co| clean_up(co, log).await).await;
    check_close("finally!", log, &anywhere, async |co| {
        let cleans_up = stream!(async {
            defer!({
                yield_now().await;
                log.push("cleaned up");
            });
            yield 1;
            pending::<()>().await;
        });
        co.yield_all(cleans_up).await;
    })
    .await;
    check_close("in its place", log, &anywhere, async |co| co.yield_all(inner()).await).await;
    check_close("boxed", log, &anywhere, async |co| co.yield_all(Box::pin(inner())).await).await;
    check_close("two deep", log, &anywhere, async |co| {
        in_a_crowd(1, clean_up(co, log)).await;
    })
    .await;
    check_close("after another", log, &while_it_waits, async |co| {
        co.finally(async |_| yield_now().await, async |_| {}).await;
        clean_up(co, log).await;
    })
    .await;
    check_close("stopped", log, &while_it_waits, async |co| {
        co.yield_(1).await;
        co.stopped().await;
        log.push("cleaned up");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_of_which_nobody_can_hear_takes_effect_all_the_same() {
    let log = Log::default();
    let mut forgetful = pin!(gen_fn(async |mut co: Co<'_, u32>| {
        let _held = log.at_drop("dropped");
        in_a_crowd(1, async {
            forget(co.stopped()).await;
            co.yield_(1).await;
            pending::<()>().await;
        })
        .await;
    }));
    assert_eq!(soon(forgetful.next()).await, Some(1));
    assert_eq!(cancelled_after(1, forgetful.next()), None);
    assert_eq!(soon(forgetful.close()).await, Ok(None));
    assert_eq!(log.take(), ["dropped"]);
}
