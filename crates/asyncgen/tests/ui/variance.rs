//! A handle takes items of exactly its type: a shorter borrow cannot pass for a longer one.

use asyncgen::{Co, gen_fn};

async fn shorten<'short>(co: &mut Co<'_, &'short str>, text: &'short str) {
    co.yield_(text).await;
}

fn main() {
    let _ = gen_fn(async |mut co: Co<'_, &'static str>| {
        let text = String::from("gone");
        shorten(&mut co, &text).await;
    });
}
