//! The item form: `generator!(async fn … -> Yields<…> { … })`.

#![deny(missing_docs, unused, clippy::pedantic)]

use std::cell::RefCell;
use std::fmt::Display;
use std::pin::pin;
use std::rc::Rc;

use asyncgen::{Generator, Next, generator};

use crate::yields::collect;

generator!(
    /// Counts down.
    #[inline]
    pub(crate) async fn countdown(mut from: u32) -> Yields<u32> {
        while from > 0 {
            yield from;
            from -= 1;
        }
    }
);

generator!(
    async fn shown<'a, T, const N: usize>(
        items: &'a [&'a T; N],
        prefix: &str,
    ) -> asyncgen::Yields<String>
    where
        T: Display + ?Sized + 'a,
    {
        for item in items {
            yield format!("{prefix}{item}");
        }
    }
);

generator!(
    async fn parsed(texts: Vec<&str>) -> Yields<i8, std::num::ParseIntError, Return = i32> {
        let mut sum = 0;
        for text in texts {
            let n = text.parse()?;
            sum += i32::from(n);
            yield n;
        }
        Ok(sum)
    }
);

generator!(
    async fn of_anything(into: impl Into<String>, _unused: u8) -> Yields<impl Display> {
        let text: String = into.into();
        yield text;
    }
);

struct Shelf {
    books: Vec<String>,
}

impl Shelf {
    generator!(
        async fn titles(&self, skip: usize) -> Yields<&str> {
            for book in self.books.iter().skip(skip) {
                yield book.as_str();
            }
        }
    );

    generator!(
        async fn taken(mut self) -> Yields<String> {
            while let Some(book) = self.books.pop() {
                yield book;
            }
        }
    );
}

#[tokio::test]
async fn signatures_are_kept() {
    assert_eq!(collect(countdown(3)).await, [3, 2, 1]);
    assert_eq!(collect(shown(&["a", "b"], "- ")).await, ["- a", "- b"]);
    assert_eq!(collect(of_anything('x', 0)).await.len(), 1);
    let shelf = Shelf { books: vec!["Emma".into(), "Ulysses".into()] };
    assert_eq!(collect(shelf.titles(1)).await, ["Ulysses"]);
    assert_eq!(collect(shelf.taken()).await, ["Ulysses", "Emma"]);
}

#[tokio::test]
async fn an_error_is_the_last_item() {
    let mut bad = pin!(parsed(vec!["1", "x", "3"]));
    assert_eq!(bad.next().await, Some(Ok(1)));
    assert_eq!(bad.next().await.unwrap().unwrap_err().to_string(), "invalid digit found in string");
    assert_eq!(bad.next().await, None);
    assert_eq!(bad.as_mut().take_return(), None);

    let mut good = pin!(parsed(vec!["1", "2"]));
    while let Some(item) = good.next().await {
        assert!(item.is_ok());
    }
    assert_eq!(good.as_mut().take_return(), Some(Ok(3)));
}

#[tokio::test]
async fn parameters_live_as_long_as_in_an_async_fn() {
    struct Noted(&'static str, Rc<RefCell<Vec<&'static str>>>);
    impl Drop for Noted {
        fn drop(&mut self) {
            self.1.borrow_mut().push(self.0);
        }
    }
    generator!(
        async fn holds(_unused: Noted, _: Noted, (named, _): (Noted, Noted)) -> Yields<u8> {
            yield 1;
            drop(named);
            yield 2;
        }
    );
    async fn holds_too(_unused: Noted, _: Noted, (named, _): (Noted, Noted)) {
        tokio::task::yield_now().await;
        drop(named);
    }
    let log = Rc::new(RefCell::new(Vec::new()));
    let noted = |name| Noted(name, Rc::clone(&log));
    let generator = holds(noted("unused"), noted("wild"), (noted("named"), noted("rest")));
    assert!(log.borrow().is_empty(), "nothing runs, and nothing is dropped, before the first poll");
    collect(generator).await;
    let dropped = log.take();
    holds_too(noted("unused"), noted("wild"), (noted("named"), noted("rest"))).await;
    assert_eq!(dropped, log.take());
}

#[test]
fn send_shows_through() {
    fn is_send(_: impl Send) {}
    is_send(countdown(1));
    is_send(parsed(vec![]));
}
