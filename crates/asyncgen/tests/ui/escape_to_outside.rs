//! The handle cannot be put where it would outlive its generator.

use asyncgen::{Co, gen_fn};

fn main() {
    let mut kept: Option<Co<'_, u32>> = None;
    let _ = gen_fn(async |co| {
        kept = Some(co);
    });
    let _ = gen_fn(async |co: Co<'_, u32>| co);
    let _ = gen_fn(async |co: Co<'_, u32>| {
        std::thread::spawn(move || drop(co));
    });
}
