use asyncgen::{generator, stream};

generator!(
    async fn numbers() -> Yields<u32> {
        yield "one";
    }
);

fn main() {
    let _ = numbers();
    let _ = stream!(async move {
        yield 1u8;
        yield "two";
    });
}
