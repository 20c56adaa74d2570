use asyncgen::generator;

fn main() {
    let _ = generator!(async move |n: u32| -> Yields<u32> {
        yield n;
    });
    let _ = generator!(async move || {
        yield 1;
    });
    let _ = generator!(async move {
        yield 1;
    });
    let _ = generator!(async move || -> u32 {
        yield 1;
    });
    let _ = generator!(async move || -> Yields<u32>);
    let _ = generator!(async move || -> Yields<u32> {}, 2);
}
