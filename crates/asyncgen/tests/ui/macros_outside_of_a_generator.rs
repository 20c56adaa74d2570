use asyncgen::{defer, finally, stopped, yield_all};

async fn plain() {
    yield_all!(numbers());
    let value = finally!({ 1 }, {});
    defer!({ done() });
    stopped!().await;
    drop(value);
}

fn main() {
    let _ = plain();
}
