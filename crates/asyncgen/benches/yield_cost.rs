//! What one yielded item costs, for us and for the other ways to write a stream, in one binary.
//!
//! `cargo bench -p asyncgen --bench yield_cost` prints one line of JSON for each figure, the median
//! of [`ROUNDS`]. `-- --count NAME ITEMS` runs one of them once: for counting instructions with
//! callgrind, as the difference between two numbers of items.
#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use asyncgen::{Generator, gen_fn, stream};
use futures_core::Stream;

/// Long enough for a round to be far above the clock's grain, short enough for all in 10 seconds.
const ITEMS: u64 = 2_000_000;
/// Odd, so that the median is one of them; enough to outvote a round that was disturbed.
const ROUNDS: usize = 11;
/// Creations for each round of the figures that make a generator for each item.
const CREATIONS: u64 = 200_000;

type Run = fn(u64);

/// The shapes. A stream is generic over them so that each has its own: a function with two callers
/// is not inlined, and would then not be flat.
const FLAT: u8 = 0;
const BOXED: u8 = 1;
const BOX_GEN: u8 = 2;
const SINGLE: u8 = 3;

/// Every figure: its name, what it runs for a number of items, and that number.
const FIGURES: &[(&str, Run, u64)] = &[
    ("hand-written flat", |n| drain(hand_written::<FLAT>(n)), ITEMS),
    ("stream::unfold flat", |n| drain(unfold::<FLAT>(n)), ITEMS),
    ("async-stream flat", |n| drain(async_stream::<FLAT>(n)), ITEMS),
    ("asyncgen stream! flat", |n| drain(ours::<FLAT>(n)), ITEMS),
    ("asyncgen gen_fn flat", |n| drain(ours_without_macro::<FLAT>(n)), ITEMS),
    ("hand-written boxed", |n| drain_boxed(Box::pin(hand_written::<BOXED>(n))), ITEMS),
    ("stream::unfold boxed", |n| drain_boxed(Box::pin(unfold::<BOXED>(n))), ITEMS),
    ("async-stream boxed", |n| drain_boxed(Box::pin(async_stream::<BOXED>(n))), ITEMS),
    ("asyncgen stream! boxed", |n| drain_boxed(Box::pin(ours::<BOXED>(n))), ITEMS),
    ("asyncgen gen_fn boxed", |n| drain_boxed(Box::pin(ours_without_macro::<BOXED>(n))), ITEMS),
    ("asyncgen BoxGen", |n| drain(asyncgen::BoxGen::new(ours::<BOX_GEN>(n))), ITEMS),
    ("async-stream of one item", |n| created(n, async_stream::<SINGLE>), CREATIONS),
    ("asyncgen stream! of one item", |n| created(n, ours::<SINGLE>), CREATIONS),
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, count, name, items, ..] = &arguments[..] {
        if count == "--count" {
            let (_, run, _) = FIGURES.iter().find(|(figure, ..)| figure == name).expect("a figure");
            return run(items.parse().expect("a number of items"));
        }
    }
    for (name, run, items) in FIGURES {
        let value = median_nanoseconds(*run, *items);
        println!(
            r#"{{"group":"Rust generators, an item","name":"{name}","unit":"ns/item","value":{value:.3}}}"#
        );
    }
}

fn median_nanoseconds(run: Run, items: u64) -> f64 {
    run(items);
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run(items);
            start.elapsed().as_secs_f64() * 1e9
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let items = items as f64;
    rounds[ROUNDS / 2] / items
}

/// Takes all items where the compiler sees the whole stream.
#[inline(always)]
#[expect(clippy::inline_always, reason = "flat means that caller and stream are one function")]
fn drain(stream: impl Stream<Item = u64>) {
    let mut stream = pin!(stream);
    let mut cx = Context::from_waker(Waker::noop());
    while let Poll::Ready(Some(item)) = stream.as_mut().poll_next(&mut cx) {
        black_box(item);
    }
}

/// Takes all items through a virtual call each.
#[inline(never)]
fn drain_boxed(stream: Pin<Box<dyn Stream<Item = u64>>>) {
    drain(black_box(stream));
}

/// Makes a stream for each item.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as in `drain`")]
fn created<S: Stream<Item = u64> + 'static>(streams: u64, make: fn(u64) -> S) {
    for _ in 0..streams {
        drain_boxed(Box::pin(make(1)));
    }
}

struct HandWritten<const SHAPE: u8> {
    at: u64,
    end: u64,
}

impl<const SHAPE: u8> Stream for HandWritten<SHAPE> {
    type Item = u64;

    fn poll_next(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<u64>> {
        if self.at == self.end {
            return Poll::Ready(None);
        }
        self.at += 1;
        Poll::Ready(Some(self.at - 1))
    }
}

fn hand_written<const SHAPE: u8>(n: u64) -> HandWritten<SHAPE> {
    HandWritten { at: 0, end: n }
}

fn unfold<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> {
    futures_util::stream::unfold(0, move |at| async move { (at < n).then_some((at, at + 1)) })
}

fn async_stream<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> {
    async_stream::stream! {
        for at in 0..n {
            yield at;
        }
    }
}

fn ours<const SHAPE: u8>(n: u64) -> impl Generator<Item = u64, Yield = u64, Return = ()> + Send {
    stream!(async move {
        for at in 0..n {
            yield at;
        }
    })
}

fn ours_without_macro<const SHAPE: u8>(
    n: u64,
) -> impl Generator<Item = u64, Yield = u64, Return = ()> + Send {
    gen_fn(async move |mut co| {
        for at in 0..n {
            co.yield_(at).await;
        }
    })
}
