use asyncgen::stream;

fn main() {
    let _ = stream!(async move {
        fn nested(n: u32) {
            yield n;
        }
        nested(1);
        yield 1;
    });
}
