use asyncgen::stream;

fn main() {
    let _ = stream!(async move {
        let n = loop {
            finally!(
                {
                    yield 1;
                    break 2;
                },
                {}
            );
        };
        yield n;
        let m = 'block: {
            defer!({});
            break 'block 3;
        };
        yield m;
    });
}
