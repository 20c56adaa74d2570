//! A verb borrows the generator mutably, so that a second one has to wait until it is done.

use std::pin::pin;

use asyncgen::{Generator, Next, gen_fn};

fn main() {
    let mut numbers = pin!(gen_fn(async |mut co| co.yield_(1).await));
    let first = numbers.next();
    let second = numbers.close();
    drop((first, second));
}
