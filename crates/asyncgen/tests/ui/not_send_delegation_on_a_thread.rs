//! Delegation to a stream that is `Send` is not, if its items are not: they pass through the slot.

use std::rc::Rc;

use asyncgen::{Co, from_stream, gen_fn};

fn main() {
    let _ = gen_fn(async |mut co: Co<'_, Rc<u32>>| {
        let made = futures_util::stream::repeat_with(|| Rc::new(1));
        let all = co.yield_all(from_stream(made));
        std::thread::scope(|scope| {
            scope.spawn(move || drop(all));
        });
    });
}
