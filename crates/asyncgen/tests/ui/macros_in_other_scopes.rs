use asyncgen::stream;

fn main() {
    let _ = stream!(async move {
        yield 1;
        let nested = async {
            yield_all!(numbers());
        };
        nested.await;
    });
    let _ = stream!(async move {
        yield 1;
        let cleanup = || {
            finally!({ 1 }, {});
        };
        cleanup();
    });
    let _ = stream!(async move {
        yield 1;
        async fn nested() {
            defer!({ done() });
        }
        nested().await;
    });
    let _ = stream!(async move {
        yield 1;
        const NESTED: () = asyncgen::stopped!();
    });
}
