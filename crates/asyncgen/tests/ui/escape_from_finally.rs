//! The handle of a part of the body cannot be kept beyond that part, nor change places with another.

use asyncgen::{Co, gen_fn};

fn main() {
    let _ = gen_fn(async |mut co: Co<'_, u32>| {
        let mut kept = None;
        co.finally(async |co| kept = Some(co), async |_| {}).await;
        drop(kept);
    });
    let _ = gen_fn(async |mut co: Co<'_, u32>| {
        co.finally(
            async |outer| {
                let _ = gen_fn(async |mut inner: Co<'_, u32>| std::mem::swap(outer, &mut inner));
            },
            async |_| {},
        )
        .await;
    });
}
