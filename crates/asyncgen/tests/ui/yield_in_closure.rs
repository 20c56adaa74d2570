use asyncgen::stream;

fn main() {
    let _ = stream!(async move {
        (0..3).for_each(|n| yield n);
    });
}
