use asyncgen::stream;

fn main() {
    let _ = stream!(async move {
        yield 1;
        let nested = async {
            yield 2;
        };
        nested.await;
    });
}
