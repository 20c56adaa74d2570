//! A generator is `Send` only if its items and what its body holds are.

use std::rc::Rc;

use asyncgen::{Generator, gen_fn, stream};

fn is_send(_: impl Send) {}

fn hides() -> impl Generator<Item = u32> {
    stream!(async move {
        let held = Rc::new(1);
        yield *held;
        drop(held);
    })
}

fn main() {
    is_send(gen_fn(async |mut co| co.yield_(Rc::new(1)).await));
    is_send(hides());
    let _ = stream!(async move { yield Rc::new(1) }).boxed();
}
