//! How often a generator allocates. A target of its own, for the allocator that counts.

use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use allocation_counter::{AllocationInfo, measure};
use asyncgen::hooks::{self, Abandoned, Hooks};
use asyncgen::{Generator, gen_fn, in_place_fn, stream, try_stream};

/// Polls to the first item.
fn start<G: Generator<Item: std::fmt::Debug>>(generator: Pin<&mut G>) {
    let polled = black_box(generator).poll_next(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(polled, Poll::Ready(Some(_))), "{polled:?}");
}

fn check(expected: u64, mut run: impl FnMut()) {
    // What the first run allocates once and for all is not the generator's.
    run();
    let AllocationInfo { count_total, count_current, .. } = measure(run);
    assert_eq!((count_total, count_current), (expected, 0), "allocations, and those that stay");
}

#[test]
fn one_in_place_allocates_nothing() {
    check(0, || drop(in_place_fn(async |mut co| co.yield_(1).await)));
    check(0, || start(pin!(in_place_fn(async |mut co| co.yield_(1).await))));
}

#[test]
fn a_generator_is_one_allocation() {
    // Unseen by the optimizer, which knows how to do without.
    check(1, || drop(black_box(stream!(async move { yield 1 }))));
    check(1, || start(pin!(stream!(async move { yield 1 }))));
    check(1, || start(pin!(gen_fn(async |mut co| co.yield_(1).await))));
    let failing = || {
        try_stream!(async move {
            yield 1;
            Ok::<(), ()>(())
        })
    };
    check(1, || start(pin!(failing())));
}

#[test]
fn a_boxed_one_is_two() {
    check(2, || start(Pin::new(&mut stream!(async move { yield 1 }).boxed())));
}

#[test]
fn an_owned_one_is_two() {
    let owned = || stream!(async move { yield 1 }).owned();
    check(2, || drop(black_box(owned())));
    check(2, || start(Pin::new(&mut owned())));
}

#[test]
fn handing_over_allocates_nothing() {
    let close = |generator: Abandoned| {
        let mut generator = pin!(generator);
        assert!(generator.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
    };
    let previous = hooks::set(Hooks::new().firstiter(|_| ()).finalizer(close));
    check(2, || start(Pin::new(&mut stream!(async move { yield 1 }).owned())));
    hooks::set(previous);
}
