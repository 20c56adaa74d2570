use asyncgen::generator;

generator!(
    async fn send() -> Yields<u32, Send = u32> {
        yield 1;
    }
);

generator!(
    async fn unknown() -> Yields<u32, String, Colour = u32> {
        yield 1;
        Ok(())
    }
);

generator!(
    async fn twice() -> Yields<u32, Return = (), Return = ()> {
        yield 1;
    }
);

fn main() {
    let _ = (send(), unknown(), twice());
    let _ = generator!(async move || -> Yields<u32, Throw = String> {
        let _ = yield 1;
    });
}
