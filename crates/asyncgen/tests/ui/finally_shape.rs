use asyncgen::stream;

fn main() {
    let _ = stream!(async move {
        yield 1;
        finally!({ yield 2 });
    });
    let _ = stream!(async move {
        yield 1;
        finally!({}, {}, {});
    });
    let _ = stream!(async move {
        yield 1;
        finally!();
    });
    let _ = stream!(async move {
        yield 1;
        defer!();
    });
    let _ = stream!(async move {
        yield 1;
        defer!(done());
    });
    let _ = stream!(async move {
        yield 1;
        let value = defer!({});
        drop(value);
    });
    let _ = stream!(async move {
        yield 1;
        match 1 {
            1 => defer!({}),
            _ => {}
        }
    });
}
