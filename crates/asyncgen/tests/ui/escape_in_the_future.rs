//! A body cannot take a handle of one lifetime only, such as `'static`, and store it.

use std::cell::RefCell;

use asyncgen::{Co, gen_fn};

thread_local! {
    static KEPT: RefCell<Option<Co<'static, u32>>> = const { RefCell::new(None) };
}

async fn store(co: Co<'static, u32>) {
    KEPT.with_borrow_mut(|kept| *kept = Some(co));
}

fn main() {
    let _ = gen_fn(store);
}
