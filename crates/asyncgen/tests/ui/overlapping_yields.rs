//! Two yields of one generator cannot be waited for at once.

use asyncgen::gen_fn;

fn main() {
    let _ = gen_fn(async |mut co| {
        let first = co.yield_(1);
        let second = co.yield_(2);
        first.await;
        second.await;
    });
    let _ = gen_fn(async |mut co| {
        tokio::join!(co.yield_(1), co.yield_(2));
    });
}
