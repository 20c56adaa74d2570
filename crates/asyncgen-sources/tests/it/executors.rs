//! Any executor can poll a source, and can stop polling at any time.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use asyncgen_sources::{Batches, Error, Input, Row, Rows, async_for, lines};
use futures_core::Stream;

use crate::support::{drain, run, text};

const fn assert_send<T: Send>() {}
const fn assert_unpin<T: Unpin>() {}
const _: () = assert_send::<Batches>();
const _: () = assert_send::<Rows>();
const _: () = assert_send::<Input>();
const _: () = assert_unpin::<Batches>();
const _: () = assert_unpin::<Rows>();

fn numbers(count: usize) -> String {
    text(count, |n| format!("{n}\n"))
}

#[test]
fn under_tokio_and_without() {
    let text = numbers(100_000);
    let batches = || lines(Input::bytes(text.clone())).batches();
    let expected: Vec<&str> = text.lines().collect();
    assert_eq!(run(batches()).records, expected);
    let current = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(current.block_on(drain(batches())).records, expected);
    let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let task = threads.spawn(drain(batches()));
    assert_eq!(threads.block_on(task).unwrap().records, expected);
}

/// The `next` futures are dropped after each poll, also those that were not ready.
#[test]
fn a_next_that_is_dropped_loses_nothing() {
    let text = numbers(300_000);
    let mut rows = lines(Input::bytes(text.clone())).rows();
    let mut found = Vec::new();
    loop {
        let poll = pin!(rows.next()).poll(&mut Context::from_waker(Waker::noop()));
        match poll {
            Poll::Pending => std::thread::yield_now(),
            Poll::Ready(Some(row)) => found.push(row.unwrap()),
            Poll::Ready(None) => break,
        }
    }
    assert!(found.iter().map(|row| row.get(0).unwrap()).eq(text.lines()));
}

#[test]
fn rows_are_a_stream_and_outlive_it() {
    async fn collect(rows: impl Stream<Item = Result<Row, Error>>) -> Vec<Row> {
        let mut all = Vec::new();
        async_for!(for row in rows {
            all.push(row.unwrap());
        });
        all
    }
    let all = pollster::block_on(collect(lines(Input::bytes("a\nb\n")).rows()));
    assert_eq!(all.iter().map(|row| row.get(0).unwrap()).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn closing_ends_it() {
    let mut batches = lines(Input::bytes(numbers(1_000_000))).batches();
    assert!(pollster::block_on(batches.next()).is_some());
    batches.close();
    assert!(pollster::block_on(batches.next()).is_none());
    assert!(batches.summary().is_none());
    let mut unstarted = lines(Input::bytes("a\n")).batches();
    unstarted.close();
    assert!(pollster::block_on(unstarted.next()).is_none());
}
