use asyncgen::{generator, stream};

generator!(
    async fn squares(n: u32) -> Yields<u32> {
        let give = move |n: u32| -> () {
            yield n * n;
        };
        give(n);
    }
);

fn main() {
    let _ = squares(2);
    let _ = stream!(async move {
        tokio::select! {
            n = async { yield 1; 2 } => yield n,
        }
    });
}
