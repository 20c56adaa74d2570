use asyncgen::{async_for, stream};

async fn loops() {
    async_for!(for Some(n) in stream!(async move { yield Some(1) }) {
        let _: u32 = n;
    });
}

fn main() {
    let _ = loops();
}
