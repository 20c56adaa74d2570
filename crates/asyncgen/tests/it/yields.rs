//! Where a `yield` may stand.

use std::pin::pin;

use asyncgen::{Next, gen_fn, stream, try_stream};
use futures_core::Stream;

/// All the items of a stream.
pub(crate) async fn collect<S: Stream>(stream: S) -> Vec<S::Item> {
    let mut stream = pin!(stream);
    let mut items = Vec::new();
    while let Some(item) = stream.next().await {
        items.push(item);
    }
    items
}

async fn check<S: Stream<Item: PartialEq + std::fmt::Debug>>(stream: S, expected: &[S::Item]) {
    assert_eq!(collect(stream).await, expected);
}

#[tokio::test]
async fn in_loops_arms_blocks_and_nothing() {
    let empty = stream!(async move {
        if false {
            yield 0;
        }
    });
    check(empty, &[]).await;
    let nested = stream!(async move {
        for n in 0..3 {
            match n {
                0 => yield 10,
                1 => {
                    yield 11;
                }
                _ if n > 1 => yield n + 10,
                _ => {}
            }
        }
        {
            let value = { 20 };
            yield value;
        }
        let mut n = 30;
        while n < 32 {
            yield n;
            n += 1;
        }
    });
    check(nested, &[10, 11, 12, 20, 30, 31]).await;
}

#[rustfmt::skip::macros(stream)]
#[tokio::test]
async fn behind_bars_and_words_that_open_no_scope() {
    let stream = stream!(async move {
        match 5 { | 4 => yield 0, | 5 => yield 1, 6 | 7 => {} _ => {} }
        match 7 { | 6 | 7 => yield 2, _ => {} }
        let path: &'static std::path::Path = { yield 3; std::path::Path::new("p") };
        let bytes: *const std::primitive::u8 = { yield 4; path.as_os_str().as_encoded_bytes().as_ptr() };
        struct Many<const N: usize>;
        impl<const N: usize> Many<N> {}
        let many = { yield 5; Many::<6> };
        assert!(!bytes.is_null() | matches!(many, Many));
    });
    check(stream, &[1, 2, 3, 4, 5]).await;
}

#[tokio::test]
async fn as_an_operand() {
    let units = stream!(async move {
        let () = yield 1;
        let pair = (yield 2, yield 3);
        assert_eq!(pair, ((), ()));
        let _: Vec<()> = vec![yield 4];
        yield 2 + 3;
        yield if pair == ((), ()) { 6 } else { 0 };
        if let () = yield 7 {
            yield 8;
        }
        match yield 9 {
            () => yield 10,
        }
    });
    check(units, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).await;
    let nothing = stream!(async move {
        yield;
        yield yield;
        let _: () = yield ();
    });
    check(nothing, &[(); 4]).await;
}

#[tokio::test]
async fn in_other_macros() {
    let stream = stream!(async move {
        let text = format!("{:?}", yield 1);
        assert_eq!(text, "()");
        tokio::select! {
            n = std::future::ready(2) => {
                yield n;
                yield n + 1;
            }
        }
        let rest = tokio::select! {
            biased;
            () = std::future::pending() => { yield 0; "never" }
            n = async { 4 } => { yield n; "rest" }
        };
        assert_eq!(rest, "rest");
        let inner = stream!(async move {
            yield 5;
            yield 6;
        });
        let mut inner = pin!(inner);
        while let Some(n) = inner.next().await {
            yield n;
        }
    });
    check(stream, &[1, 2, 3, 4, 5, 6]).await;
}

#[tokio::test]
async fn with_the_question_mark() {
    fn numbers(text: &str) -> impl Stream<Item = Result<u8, String>> + Send {
        try_stream!(async move {
            for word in text.split(' ') {
                yield word.parse::<u8>().map_err(|error| error.to_string())?;
            }
            Ok(())
        })
    }
    check(numbers("1 2"), &[Ok(1), Ok(2)]).await;
    check(numbers("1 256 3"), &[Ok(1), Err("number too large to fit in target type".into())]).await;
}

#[tokio::test]
async fn of_what_is_borrowed() {
    let words = vec!["a".to_owned(), "b".to_owned()];
    let borrowing = gen_fn(async |mut co| {
        for word in &words {
            co.yield_(word.as_str()).await;
        }
    });
    check(borrowing, &["a", "b"]).await;
    check(stream!(async { yield words.len() }), &[2]).await;
}
