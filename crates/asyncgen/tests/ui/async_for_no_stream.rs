use asyncgen::async_for;

async fn loops() {
    async_for!(for n in vec![1] {
        let _: u32 = n;
    });
}

fn main() {
    let _ = loops();
}
