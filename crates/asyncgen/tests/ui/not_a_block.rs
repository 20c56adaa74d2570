use asyncgen::{stream, try_stream};
use futures_core::Stream;

fn no_async() -> impl Stream<Item = u32> {
    stream!({
        yield 1;
    })
}

fn nothing() -> impl Stream<Item = u32> {
    stream!()
}

fn no_block() -> impl Stream<Item = Result<u32, ()>> {
    try_stream!(async move)
}

fn closure() -> impl Stream<Item = u32> {
    stream!(async move |n| {
        yield n;
    })
}

fn too_much() -> impl Stream<Item = u32> {
    stream!(async move { yield 1 }, 2)
}

fn main() {}
