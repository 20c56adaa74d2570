//! An item cannot borrow from the body, which goes on after it is given out.

use asyncgen::stream;

fn main() {
    let _ = stream!(async move {
        let text = String::from("mine");
        yield text.as_str();
        drop(text);
    })
    .boxed();
}
