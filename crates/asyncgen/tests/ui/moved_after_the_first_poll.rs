//! A generator that can be polled cannot be moved any more.

use std::pin::pin;

use asyncgen::{Generator, Next, gen_fn};

fn main() {
    let mut boxed = Box::pin(gen_fn(async |mut co| co.yield_(1).await));
    drop(boxed.next());
    let moved = *boxed;
    drop(moved);
    let mut pinned = pin!(gen_fn(async |mut co| co.yield_(1).await));
    drop(pinned.resume());
    let _ = gen_fn(async |mut co| co.yield_all(*pinned).await);
}
