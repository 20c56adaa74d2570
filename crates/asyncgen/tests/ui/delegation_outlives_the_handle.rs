//! While a body delegates, it cannot yield itself.

use asyncgen::{Co, gen_fn};

fn main() {
    let _ = gen_fn(async |mut co: Co<'_, u32>| {
        let inner = gen_fn(async |mut co| co.yield_(1).await);
        let all = co.yield_all(inner);
        co.yield_(2).await;
        all.await;
    });
    let _ = gen_fn(async |mut co: Co<'_, u32>| {
        let stopped = co.stopped();
        co.yield_(2).await;
        stopped.await;
    });
}
