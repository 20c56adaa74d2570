//! `async_for!`: consumption, in a generator and outside of one.

#![deny(unused, clippy::pedantic)]

use std::pin::pin;

use asyncgen::{Next, async_for, stream, try_stream};
use futures_core::Stream;
use futures_util::stream::iter;

use crate::yields::collect;

#[tokio::test]
async fn over_streams_by_value_and_by_reference() {
    let mut seen = Vec::new();
    async_for!(for (n, name) in iter([(1, "one"), (2, "two")]) {
        seen.push(format!("{n} {name}"));
    });
    assert_eq!(seen, ["1 one", "2 two"]);

    let mut numbers = pin!(stream!(async move {
        for n in 0..4 {
            yield n;
        }
    }));
    async_for!(for n in numbers.as_mut() {
        if n == 1 {
            break;
        }
    });
    let mut rest = numbers;
    async_for!(for n in &mut rest {
        assert_eq!(n, 2);
        break;
    });
    assert_eq!(rest.next().await, Some(3));
}

#[tokio::test]
async fn the_words_that_leave_it_are_those_of_for() {
    async fn find(wanted: &str) -> Result<Option<i32>, std::num::ParseIntError> {
        let mut skipped = 0;
        async_for!('lines: for line in iter(["1 2", "3 x", "4"]) {
            async_for!(for word in iter(line.split(' ').collect::<Vec<_>>()) {
                if word == "2" {
                    skipped += 1;
                    continue 'lines;
                }
                if word == wanted {
                    return Ok(Some(word.parse()?));
                }
                if wanted == "none" {
                    break 'lines;
                }
            });
        });
        assert_eq!(skipped, i32::from(wanted != "none"));
        Ok(None)
    }
    assert_eq!(find("3").await, Ok(Some(3)));
    assert_eq!(find("5").await, Ok(None));
    assert_eq!(find("none").await, Ok(None));
    assert!(find("x").await.is_err());
}

#[tokio::test]
async fn in_a_generator_its_body_yields() {
    fn doubled<S: Stream<Item = Result<u8, String>>>(
        numbers: S,
    ) -> impl Stream<Item = Result<u8, String>> {
        try_stream!(async move {
            let mut open = 0;
            async_for!(for number in numbers {
                finally!(
                    {
                        open += 1;
                        let number = number?;
                        if number == 0 {
                            break;
                        }
                        if number == 9 {
                            continue;
                        }
                        yield number * 2;
                    },
                    { open -= 1 }
                );
            });
            assert_eq!(open, 0);
            Ok(())
        })
    }
    let good = doubled(iter([Ok(1), Ok(9), Ok(2), Ok(0), Ok(3)]));
    assert_eq!(collect(good).await, [Ok(2), Ok(4)]);
    let bad = doubled(iter([Ok(1), Err("no".to_owned()), Ok(2)]));
    assert_eq!(collect(bad).await, [Ok(2), Err("no".to_owned())]);
}

#[tokio::test]
async fn what_the_stream_borrows_lives_as_long_as_the_loop() {
    fn letters(text: &str) -> impl Stream<Item = char> {
        iter(text.chars())
    }
    let mut last = None;
    async_for!(for letter in letters(&format!("{}c", "ab")) {
        last = Some(letter);
    });
    assert_eq!(last, Some('c'));
}
