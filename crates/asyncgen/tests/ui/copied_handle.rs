//! There is one handle of a generator.

use asyncgen::{Co, gen_fn};

fn main() {
    let _ = gen_fn(async |co: Co<'_, u32>| {
        let _ = co.clone();
    });
}
