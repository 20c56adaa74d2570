use asyncgen::stream;

fn main() {
    let _ = stream!(async move {
        yield 1;
        yield_all!(vec![2, 3]);
    });
}
