use asyncgen::{async_for, stream};

async fn loops() {
    async_for!();
    async_for!(while true {});
    async_for!(for n in 0);
    async_for!(for n in numbers() {}, 2);
}

fn numbers() -> impl futures_core::Stream<Item = u32> {
    stream!(async move { yield 1 })
}

fn main() {
    let _ = loops();
}
