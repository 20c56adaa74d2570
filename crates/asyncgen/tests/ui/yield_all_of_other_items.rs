use asyncgen::stream;

fn main() {
    let _ = stream!(async move {
        yield 1;
        yield_all!(stream!(async move { yield "two" }));
    });
}
