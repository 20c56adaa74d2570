use asyncgen::stream;

fn main() {
    let _ = stream!(async move {
        let give = async |n: u32| yield n;
        give(1).await;
    });
}
