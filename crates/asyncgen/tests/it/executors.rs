//! Generators under executors: they need nothing of them but the waker.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use asyncgen::{BoxGen, Co, Generator, Next, State, from_stream, gen_fn};
use futures_executor::LocalPool;
use futures_util::stream::{FuturesUnordered, SelectAll};
use futures_util::task::LocalSpawn;

use crate::yields::collect;

/// Wakes itself and waits once.
async fn turn() {
    let mut waited = false;
    poll_fn(|cx| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Yields `0..n`, with turns between, through a delegation and out of a body with a cleanup.
fn numbers(n: u32, cleanups: &Arc<AtomicUsize>) -> BoxGen<'static, u32> {
    let cleanups = Arc::clone(cleanups);
    gen_fn(async move |mut co: Co<'_, u32>| {
        co.finally(
            async |co| {
                co.yield_all(gen_fn(async |mut co| {
                    for k in 0..n / 2 {
                        turn().await;
                        co.yield_(k).await;
                    }
                }))
                .await;
                let rest = gen_fn(async |mut co| {
                    for k in n / 2..n {
                        co.yield_(k).await;
                        turn().await;
                    }
                });
                co.yield_all(rest.boxed()).await;
            },
            async |_| {
                turn().await;
                cleanups.fetch_add(1, Ordering::Relaxed);
            },
        )
        .await;
    })
    .boxed()
}

/// Takes all of one, and closes another half way.
async fn consume(cleanups: Arc<AtomicUsize>) -> u32 {
    let all = collect(numbers(6, &cleanups)).await;
    assert_eq!(all, [0, 1, 2, 3, 4, 5]);
    for taken in [2, 5] {
        let mut some = numbers(6, &cleanups);
        for expected in 0..taken {
            assert_eq!(some.next().await, Some(expected));
        }
        assert_eq!(some.close().await, Ok(None));
        assert_eq!(some.next().await, None);
    }
    all.iter().sum()
}

const CLEANUPS: usize = 3;

#[test]
fn tokio_on_this_thread() {
    let cleanups = Arc::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(consume(Arc::clone(&cleanups))), 15);
    assert_eq!(cleanups.load(Ordering::Relaxed), CLEANUPS);
}

#[test]
fn tokio_on_many_threads() {
    let cleanups = Arc::default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let tasks: Vec<_> = (0..8).map(|_| runtime.spawn(consume(Arc::clone(&cleanups)))).collect();
    for task in tasks {
        assert_eq!(runtime.block_on(task).unwrap(), 15);
    }
    assert_eq!(cleanups.load(Ordering::Relaxed), 8 * CLEANUPS);
}

#[test]
fn a_generator_that_goes_from_task_to_task() {
    let cleanups = Arc::default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let mut moving = numbers(6, &cleanups);
    for expected in 0..6 {
        let task = runtime.spawn(async move { (moving.next().await, moving) });
        let item;
        (item, moving) = runtime.block_on(task).unwrap();
        assert_eq!(item, Some(expected));
    }
    assert_eq!(runtime.block_on(runtime.spawn(async move { moving.next().await })).unwrap(), None);
    assert_eq!(cleanups.load(Ordering::Relaxed), 1);
}

#[test]
fn smol() {
    let cleanups = Arc::default();
    let executor = async_executor::Executor::new();
    let tasks: Vec<_> = (0..8).map(|_| executor.spawn(consume(Arc::clone(&cleanups)))).collect();
    futures_executor::block_on(executor.run(async {
        for task in tasks {
            assert_eq!(task.await, 15);
        }
    }));
    assert_eq!(cleanups.load(Ordering::Relaxed), 8 * CLEANUPS);
}

#[test]
fn a_local_pool() {
    let cleanups = Arc::default();
    let mut pool = LocalPool::new();
    for _ in 0..8 {
        let task = consume(Arc::clone(&cleanups));
        let task = Box::pin(async { assert_eq!(task.await, 15) });
        pool.spawner().spawn_local_obj(task.into()).unwrap();
    }
    pool.run();
    assert_eq!(cleanups.load(Ordering::Relaxed), 8 * CLEANUPS);
}

/// As on a device without memory to spare: tasks that are never moved, and one word of which are to be
/// polled.
struct Board {
    woken: AtomicUsize,
}

/// The waker of one task.
struct Line {
    board: Arc<Board>,
    task: usize,
}

impl Wake for Line {
    fn wake(self: Arc<Self>) {
        self.board.woken.fetch_or(1 << self.task, Ordering::Relaxed);
    }
}

#[test]
fn one_that_polls_only_what_was_woken() {
    let cleanups = Arc::default();
    let mut first = pin!(consume(Arc::clone(&cleanups)));
    let mut second = pin!(consume(Arc::clone(&cleanups)));
    let mut tasks: [Pin<&mut dyn Future<Output = u32>>; 2] = [first.as_mut(), second.as_mut()];
    let board = Arc::new(Board { woken: AtomicUsize::new(0b11) });
    let wakers: [Waker; 2] =
        [0, 1].map(|task| Arc::new(Line { board: Arc::clone(&board), task }).into());
    let mut sums = Vec::new();
    loop {
        let woken = board.woken.swap(0, Ordering::Relaxed);
        if woken == 0 {
            break;
        }
        for (task, waker) in wakers.iter().enumerate().filter(|(task, _)| woken >> task & 1 == 1) {
            if let Poll::Ready(sum) = tasks[task].as_mut().poll(&mut Context::from_waker(waker)) {
                sums.push(sum);
            }
        }
    }
    assert_eq!(sums, [15, 15]);
    assert_eq!(cleanups.load(Ordering::Relaxed), 2 * CLEANUPS);
}

#[tokio::test]
async fn many_in_one_task() {
    let cleanups = Arc::default();
    let tasks: FuturesUnordered<_> = (0..8).map(|_| consume(Arc::clone(&cleanups))).collect();
    assert_eq!(collect(tasks).await, [15; 8]);
    assert_eq!(cleanups.load(Ordering::Relaxed), 8 * CLEANUPS);

    let mut merged = SelectAll::new();
    merged.extend((0..8).map(|n| numbers(n, &cleanups)));
    let mut items = collect(merged).await;
    items.sort_unstable();
    let expected: Vec<u32> = (0..7).flat_map(|k| std::iter::repeat_n(k, 7 - k as usize)).collect();
    assert_eq!(items, expected);

    // The same, from within a generator.
    let outer = gen_fn(async |mut co| {
        let mut merged = SelectAll::new();
        merged.extend((0..8).map(|n| numbers(n, &cleanups)));
        co.yield_all(from_stream(merged)).await;
    });
    let mut items = collect(outer).await;
    items.sort_unstable();
    assert_eq!(items, expected);
}

#[test]
fn a_throw_whose_yield_is_gone_wakes_the_consumer() {
    let thrown = async {
        let mut moved_on = pin!(asyncgen::duplex_gen_fn(async |mut co: Co<'_, u32, (), &str>| {
            let mut dropped = Box::pin(co.try_yield(1));
            poll_fn(|cx| Poll::Ready(dropped.as_mut().poll(cx).is_pending())).await;
            drop(dropped);
            co.try_yield(2).await
        }));
        assert_eq!(moved_on.next().await, Some(1));
        moved_on.throw("ouch").await
    };
    // It blocks for ever if nobody is woken.
    assert_eq!(futures_executor::block_on(thrown), Ok(State::Yielded(2)));
}

#[test]
fn the_waker_of_the_body_is_that_of_the_consumer() {
    struct Nobody;
    impl Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }
    let waker = Waker::from(Arc::new(Nobody));
    let is_the_same = async || poll_fn(|cx| Poll::Ready(cx.waker().will_wake(&waker))).await;
    let asking = || {
        gen_fn(async |mut co: Co<'_, bool>| {
            co.finally(
                async |co| co.yield_(is_the_same().await).await,
                async |co| co.yield_(is_the_same().await).await,
            )
            .await;
        })
    };
    let outer = gen_fn(async |mut co| {
        co.yield_all(asking()).await;
        co.yield_all(asking().boxed_local()).await;
        co.yield_all(pin!(asking())).await;
    });
    let mut collected = pin!(collect(outer));
    let polled = collected.as_mut().poll(&mut Context::from_waker(&waker));
    assert_eq!(polled, Poll::Ready(vec![true; 6]));
}
