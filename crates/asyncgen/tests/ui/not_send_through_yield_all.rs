//! What is not `Send` in an inner generator is named, through `impl Generator` and `yield_all!`.

use std::rc::Rc;

use asyncgen::generator;

fn is_send(_: impl Send) {}

generator!(
    async fn inner() -> Yields<u32> {
        let held = Rc::new(1);
        yield *held;
        drop(held);
    }
);

generator!(
    async fn outer() -> Yields<u32> {
        yield_all!(inner());
    }
);

fn main() {
    is_send(outer());
}
