//! The handles of two generators cannot change places.

use asyncgen::{Co, gen_fn};

fn main() {
    let _ = gen_fn(async |mut outer: Co<'_, u32>| {
        let _ = gen_fn(async |mut inner: Co<'_, u32>| {
            std::mem::swap(&mut outer, &mut inner);
        });
    });
}
