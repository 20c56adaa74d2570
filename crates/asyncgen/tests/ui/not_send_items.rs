//! A stream that is `Send` may have items that are not: what delegates to it is not `Send` either.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use asyncgen::{from_stream, gen_fn};
use futures_core::Stream;

struct Rcs;

impl Stream for Rcs {
    type Item = Rc<u32>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Rc<u32>>> {
        Poll::Ready(Some(Rc::new(1)))
    }
}

fn is_send(_: impl Send) {}

fn main() {
    is_send(Rcs);
    drop(gen_fn(async |mut co| {
        is_send(co.yield_all(from_stream(Rcs)));
    }));
}
