use asyncgen::{Next, generator};

generator!(
    fn not_async() -> Yields<u32> {
        yield 1;
    }
);

generator!(
    async fn yields_what() {
        yield 1;
    }
);

generator!(
    async fn not_yields() -> u32 {
        yield 1;
    }
);

generator!(
    async fn too_many() -> Yields<u32, (), ()> {
        yield 1;
    }
);

generator!(
    const async fn constant() -> Yields<u32> {
        yield 1;
    }
);

generator!(async fn no_body() -> Yields<u32>;);

generator!();

generator!(
    async fn two() -> Yields<u32> {}
    fn more() {}
);

async fn callers() {
    let _ = std::pin::pin!(not_async()).next().await;
    let _ = yields_what();
    let _ = not_yields();
    let _ = too_many();
    let _ = constant();
}

fn main() {
    let _ = callers;
}
