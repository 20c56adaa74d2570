//! A generator's life: start, waiting, end, panic; what it says of itself.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use asyncgen::{BoxGen, Generator, Next, Owned, State, gen_fn, stream, try_stream};
use futures_core::{FusedStream, Stream};
use futures_util::stream::FuturesUnordered;

use crate::holes::poll_once;
use crate::yields::collect;

#[tokio::test]
async fn after_the_end_it_gives_none_for_ever() {
    let mut one = pin!(stream!(async move { yield 1 }));
    assert_eq!((one.size_hint(), one.is_terminated()), ((0, None), false));
    assert_eq!(one.next().await, Some(1));
    for _ in 0..3 {
        assert_eq!(one.next().await, None);
        assert_eq!((one.size_hint(), one.is_terminated()), ((0, Some(0)), true));
    }
    let mut failing = pin!(try_stream!(async move {
        if true {
            return Err("no");
        }
        yield 1;
        Ok(())
    }));
    assert_eq!(failing.next().await, Some(Err("no")));
    for _ in 0..3 {
        assert_eq!(failing.next().await, None);
        assert_eq!((failing.size_hint(), failing.is_terminated()), ((0, Some(0)), true));
    }
}

#[tokio::test]
async fn the_return_value_is_taken_once_after_the_end() {
    let mut returning = stream!(async move {
        yield 1;
        "value".to_owned()
    })
    .boxed();
    assert_eq!(returning.take_return(), None);
    assert_eq!(returning.next().await, Some(1));
    assert_eq!(returning.take_return(), None);
    assert_eq!(returning.next().await, None);
    assert_eq!(returning.take_return().as_deref(), Some("value"));
    assert_eq!(returning.take_return(), None);
    assert_eq!(returning.next().await, None);
}

#[tokio::test]
async fn poll_resume_gives_the_value_with_the_end() {
    let mut returning = pin!(try_stream!(async move {
        yield 1;
        Ok::<_, ()>(2)
    }));
    let mut resumed = Vec::new();
    for _ in 0..2 {
        resumed.push(poll_fn(|cx| returning.as_mut().poll_resume(cx)).await);
    }
    assert_eq!(resumed, [State::Yielded(1), State::Complete(Ok(2))]);
    assert_eq!(returning.next().await, None);
}

#[tokio::test]
async fn nothing_runs_before_the_first_poll() {
    let mut ran = false;
    let unpolled = stream!(async {
        ran = true;
        yield 1;
    });
    drop(unpolled);
    assert!(!ran);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_next_loses_no_item() {
    let mut slow = pin!(stream!(async move {
        for n in 0..3 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            yield n;
        }
    }));
    let mut items = Vec::new();
    let mut cancelled = 0;
    loop {
        match tokio::time::timeout(Duration::from_millis(400), slow.next()).await {
            Ok(Some(item)) => items.push(item),
            Ok(None) => break,
            Err(_) => cancelled += 1,
        }
    }
    assert_eq!((items, cancelled), (vec![0, 1, 2], 6));
}

#[test]
fn a_panic_reaches_the_caller_and_poisons() {
    let message = |panic: Box<dyn std::any::Any + Send>| match panic.downcast::<&str>() {
        Ok(text) => text.to_string(),
        Err(other) => *other.downcast::<String>().unwrap(),
    };
    let mut panicking = Box::pin(stream!(async move {
        yield 1;
        panic!("in the body");
    }));
    assert_eq!(poll_once(panicking.as_mut()), Poll::Ready(Some(1)));
    let mut poll = || catch_unwind(AssertUnwindSafe(|| poll_once(panicking.as_mut())));
    assert_eq!(message(poll().unwrap_err()), "in the body");
    assert_eq!(message(poll().unwrap_err()), "`async fn` resumed after panicking");
}

#[test]
fn wakers_reach_the_body_as_they_are() {
    struct Nobody;
    impl Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }
    let waker = Waker::from(Arc::new(Nobody));
    let outer = &waker;
    let mut asking = pin!(stream!(async move {
        poll_fn(|cx| {
            assert!(cx.waker().will_wake(outer));
            Poll::Ready(())
        })
        .await;
        yield 1;
    }));
    let polled = asking.as_mut().poll_next(&mut Context::from_waker(&waker));
    assert_eq!(polled, Poll::Ready(Some(1)));
}

#[tokio::test]
async fn many_run_in_a_futures_unordered() {
    let sums = (0..4).map(|n| async move {
        let numbers = stream!(async move {
            for k in 0..n {
                tokio::task::yield_now().await;
                yield k;
            }
        });
        collect(numbers).await.len()
    });
    let mut lengths = collect(sums.collect::<FuturesUnordered<_>>()).await;
    lengths.sort_unstable();
    assert_eq!(lengths, [0, 1, 2, 3]);
}

#[tokio::test]
async fn it_moves_between_threads_with_its_items() {
    let mut numbers: BoxGen<'static, Vec<u32>> = stream!(async move {
        let mut all = Vec::new();
        for n in 0..3 {
            all.push(n);
            yield all.clone();
        }
    })
    .boxed();
    for length in 1..=3 {
        let thread = std::thread::spawn(move || {
            let Poll::Ready(Some(item)) = poll_once(std::pin::Pin::new(&mut numbers)) else {
                unreachable!("it never waits");
            };
            (numbers, item)
        });
        let item;
        (numbers, item) = thread.join().unwrap();
        assert_eq!(item.len(), length);
    }
}

#[test]
fn it_is_send_and_sync_as_its_parts_are() {
    fn is_send(_: &impl Send) {}
    fn is_sync(_: &impl Sync) {}
    let plain = gen_fn(async |mut co| co.yield_(1).await);
    is_send(&plain);
    is_sync(&plain);
    is_send(&stream!(async move {
        let text = String::new();
        yield text.len();
        drop(text);
    }));
    is_send(&gen_fn(async |mut co| co.yield_(std::cell::Cell::new(1)).await));
}

#[test]
fn debug_tells_the_state() {
    let state = |generator: &dyn std::fmt::Debug| {
        let text = format!("{generator:?}");
        let (made_at, status) = text.split_once(", status: ").unwrap();
        assert!(made_at.starts_with("Gen { made_at: ") && made_at.contains("protocol.rs:"));
        status.strip_suffix(", .. }").unwrap().to_owned()
    };
    let mut one = Box::pin(stream!(async move {
        yield 1;
        tokio::task::yield_now().await;
    }));
    assert_eq!(state(&one), "Unstarted");
    assert_eq!(poll_once(one.as_mut()), Poll::Ready(Some(1)));
    assert_eq!(state(&one), "Suspended");
    assert_eq!(poll_once(one.as_mut()), Poll::Pending);
    assert_eq!(state(&one), "Waiting");
    assert_eq!(poll_once(one.as_mut()), Poll::Ready(None));
    assert_eq!(state(&one), "Finished");
    // Behind a box, and owned, it says the same.
    let mut boxed = stream!(async move { yield 1 }).boxed();
    assert_eq!(poll_once(std::pin::Pin::new(&mut boxed)), Poll::Ready(Some(1)));
    let text = format!("{boxed:?}");
    assert!(text.starts_with("BoxGen { inner: Gen { made_at: "), "{text}");
    let text = format!("{:?}", Owned::new(boxed));
    assert!(text.contains("protocol.rs:") && text.contains(", status: Suspended, .. }"), "{text}");
}
