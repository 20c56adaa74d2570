//! The rules of PEP 525, one test each; the table of them is in the docs of the crate.

mod close;
mod delegation;
mod life;
mod throw;
mod yields;

use std::cell::Cell;
use std::fmt::Debug;
use std::future::{pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;

use asyncgen::{
    Co, Generator, LocalBoxGen, Next, Refusal, State, duplex_gen_fn, from_stream, gen_fn,
    try_gen_fn,
};
use tokio::sync::Mutex;

use crate::drive::{Log, cancelled_after, run, waits};
use crate::yields::collect;

/// A handle that takes numbers and errors.
type Talk<'co> = Co<'co, u32, u32, &'static str>;

/// Yields 1, waits two polls, yields what it heard, and returns what it heard then; what is thrown
/// leaves it.
async fn talk(co: &mut Talk<'_>) -> Result<u32, &'static str> {
    let heard = co.try_yield(1).await?;
    waits(2).await;
    co.try_yield(heard).await
}

fn talking() -> impl Generator<
    Item = u32,
    Yield = u32,
    Return = Result<u32, &'static str>,
    Sent = u32,
    Thrown = &'static str,
> {
    duplex_gen_fn(async |mut co: Talk<'_>| talk(&mut co).await)
}

/// Yields and waits in a body with a cleanup that waits two polls, and writes down what happens.
async fn cleans_up(co: &mut Co<'_, u32>, log: &Log) {
    co.finally(
        async |co| {
            let _held = log.at_drop("body dropped");
            co.yield_(1).await;
            waits(2).await;
            co.yield_(2).await;
            log.push("body ended");
        },
        async |_| {
            log.push("cleanup");
            waits(2).await;
            log.push("cleaned up");
        },
    )
    .await;
    log.push("after it");
}

/// How a generator is given to `yield_all`.
#[derive(Clone, Copy, Debug)]
enum How {
    ByValue,
    Pinned,
    Boxed,
    Nested,
}

const ALL: [How; 4] = [How::ByValue, How::Pinned, How::Boxed, How::Nested];

async fn delegate<G>(co: &mut Co<'_, u32, G::Sent, G::Thrown>, how: How, inner: G) -> G::Return
where
    G: Generator<Item = u32, Yield = u32>,
{
    match how {
        How::ByValue => co.yield_all(inner).await,
        How::Pinned => co.yield_all(pin!(inner)).await,
        How::Boxed => co.yield_all(LocalBoxGen::new(inner)).await,
        How::Nested => {
            let middle = duplex_gen_fn(async |mut co: Co<'_, u32, G::Sent, G::Thrown>| {
                co.yield_all(Box::pin(inner)).await
            });
            co.yield_all(middle).await
        }
    }
}

#[test]
fn the_table_names_the_tests() {
    let sources = [
        include_str!("pep525/close.rs"),
        include_str!("pep525/delegation.rs"),
        include_str!("pep525/life.rs"),
        include_str!("pep525/throw.rs"),
        include_str!("pep525/yields.rs"),
    ];
    let tests: Vec<&str> = sources
        .iter()
        .flat_map(|source| source.split("#[test]\nfn ").skip(1))
        .map(|test| test.split('(').next().unwrap())
        .collect();
    let rows = include_str!("../../src/pep525.md").lines().filter(|line| line.starts_with("| "));
    let named: Vec<&str> = rows
        .skip(1)
        .map(|row| row.trim_end_matches(" |").rsplit("| ").next().unwrap().trim_matches('`'))
        .collect();
    for name in &named {
        let is_there = match name.strip_prefix("ui/") {
            Some(_) => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name).exists(),
            None => tests.contains(name),
        };
        assert!(is_there, "no test is named {name}");
    }
    for test in tests {
        assert!(named.contains(&test), "{test} is not in the table");
    }
}
