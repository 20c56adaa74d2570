use asyncgen::stream;

fn main() {
    let _ = stream!(async move {
        const N: () = {
            yield 1;
        };
        yield 2;
        N
    });
}
