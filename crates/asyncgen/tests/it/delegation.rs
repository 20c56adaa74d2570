//! `yield_all!`, `stopped!`, and generators that are sent values.

#![deny(unused, clippy::pedantic)]

use std::future::{pending, ready};
use std::pin::pin;

use asyncgen::{Generator, Next, State, from_stream, generator, stream};
use futures_util::stream::iter;

use crate::yields::collect;

generator!(
    async fn countdown(from: u32) -> Yields<u32, Return = &'static str> {
        for n in (1..=from).rev() {
            yield n;
        }
        "landed"
    }
);

#[tokio::test]
async fn all_items_and_the_return_value_come_through() {
    let outer = stream!(async move {
        let returned = yield_all!(countdown(2));
        assert_eq!(returned, "landed");
        assert_eq!(asyncgen::yield_all!(Box::pin(countdown(1))), "landed");
        yield 0;
        yield_all!(iter([7, 8]));
        yield_all!(from_stream(iter([9])));
        let mut pinned = pin!(countdown(3));
        pinned.next().await;
        yield_all!(pinned.as_mut());
    });
    assert_eq!(collect(outer).await, [2, 1, 1, 0, 7, 8, 9, 2, 1]);
}

#[tokio::test]
async fn a_generator_that_fails_leaves_with_the_question_mark() {
    generator!(
        async fn parsed(text: &str) -> Yields<u8, std::num::ParseIntError, Return = usize> {
            for word in text.split(' ') {
                yield word.parse()?;
            }
            Ok(text.len())
        }
    );
    generator!(
        async fn both(a: &str, b: &str) -> Yields<u8, std::num::ParseIntError, Return = usize> {
            let first = yield_all!(parsed(a))?;
            Ok(first + yield_all!(parsed(b))?)
        }
    );
    let mut good = pin!(both("1 2", "3"));
    assert_eq!([good.next().await, good.next().await], [Some(Ok(1)), Some(Ok(2))]);
    assert_eq!([good.next().await, good.next().await], [Some(Ok(3)), None]);
    assert_eq!(good.as_mut().take_return(), Some(Ok(4)));
    let bad = collect(both("1 x", "3")).await;
    assert!(matches!(bad.as_slice(), [Ok(1), Err(_)]));
}

#[tokio::test]
async fn what_is_sent_and_thrown_reaches_the_inner_one() {
    generator!(
        async fn adder(mut sum: u32) -> Yields<u32, Return = u32, Sent = u32, Thrown = &'static str> {
            while let Ok(sent) = yield sum {
                sum += sent;
            }
            sum
        }
    );
    let mut outer = pin!(generator!(
        async move || -> Yields<u32, &'static str, Return = u32, Sent = u32, Thrown = &'static str> {
            let sum = yield_all!(adder(1));
            let sent = (yield sum + 100)?;
            Ok(sum + sent)
        }
    ));
    assert_eq!(outer.resume().await, State::Yielded(1));
    assert_eq!(outer.send(4).await, Ok(State::Yielded(5)));
    assert_eq!(outer.throw("enough").await, Ok(State::Yielded(105)));
    assert_eq!(outer.throw("really").await, Ok(State::Complete(Err("really"))));
}

#[tokio::test]
async fn the_types_of_a_block_may_be_said() {
    let empty = generator!(async move || -> Yields<u8> {});
    assert_eq!(collect(empty).await, []);
    let shout = String::from("!");
    let mut echo = pin!(generator!(async || -> Yields<String, Sent = String> {
        let mut answer = yield "hello".to_owned();
        while !answer.is_empty() {
            answer = yield answer + &shout;
        }
    }));
    assert_eq!(echo.resume().await, State::Yielded("hello".to_owned()));
    assert_eq!(echo.send("a".to_owned()).await, Ok(State::Yielded("a!".to_owned())));
    assert_eq!(echo.send(String::new()).await, Ok(State::Complete(())));
    let failing = generator!(async move || -> Yields<u8, std::num::ParseIntError> {
        yield "7".parse()?;
        yield "x".parse()?;
        Ok(())
    });
    assert_eq!(collect(failing).await.len(), 2);
}

#[tokio::test]
async fn stopped_is_a_branch_of_a_select() {
    let mut waiting = pin!(stream!(async move {
        yield 1;
        tokio::select! {
            () = stopped!() => "was stopped",
            () = pending() => "waited in vain",
        }
    }));
    assert_eq!(waiting.next().await, Some(1));
    tokio::select! {
        biased;
        _ = waiting.next() => unreachable!("it is pending"),
        () = ready(()) => {}
    }
    assert_eq!(waiting.close().await, Ok(Some("was stopped")));
}

#[tokio::test]
async fn an_ignored_close_says_where_it_yielded() {
    let mut stubborn = pin!(stream!(async move {
        finally!({ yield 1 }, {
            yield 2;
        });
    }));
    let made_at = line!() - 5;
    assert_eq!(stubborn.next().await, Some(1));
    let ignored = stubborn.close().await.unwrap_err();
    assert_eq!(ignored.generator().line(), made_at);
    assert_eq!(ignored.site().map(std::panic::Location::line), Some(made_at + 2));
    assert_eq!(ignored.into_item(), 2);
}

#[test]
fn send_shows_through_impl_generator_and_yield_all() {
    fn is_send(_: impl Send) {}
    fn hidden()
    -> impl Generator<Item = u32, Yield = u32, Sent = (), Thrown = std::convert::Infallible> {
        stream!(async move { yield 1 })
    }
    generator!(
        async fn delegating() -> Yields<u32> {
            yield_all!(hidden());
            yield_all!(countdown(1));
        }
    );
    is_send(delegating());
    is_send(stream!(async move { yield_all!(delegating()) }));
}
