use asyncgen::stream;

async fn close() -> Result<(), String> {
    Ok(())
}

fn main() {
    let _ = stream!(async move {
        finally!({ yield 1 }, { close().await });
    });
}
