//! The consumers: they take the items and do nothing with them.
use std::future::poll_fn;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use futures_channel::mpsc::{Receiver, channel};
use futures_core::Stream;
use futures_util::{SinkExt, StreamExt};

/// Takes all items; stops, as a task does, where there is none yet.
///
/// That is part of what is measured: in a loop that polls again there, the compiler has to keep a way back into a
/// suspended body, and holds less of it in registers.
#[inline(always)]
#[expect(clippy::inline_always, reason = "flat means that caller and stream are one function")]
pub(crate) fn drain(stream: impl Stream<Item = u64>) {
    let mut stream = pin!(stream);
    let mut cx = Context::from_waker(black_box(Waker::noop()));
    while let Poll::Ready(Some(item)) = stream.as_mut().poll_next(&mut cx) {
        black_box(item);
    }
}

/// Takes all items; polls again at once where there is none yet.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as in `drain`")]
pub(crate) fn drain_waiting(stream: impl Stream<Item = u64>) {
    let mut stream = pin!(stream);
    let mut cx = Context::from_waker(black_box(Waker::noop()));
    loop {
        match stream.as_mut().poll_next(&mut cx) {
            Poll::Ready(Some(item)) => drop(black_box(item)),
            Poll::Ready(None) => return,
            Poll::Pending => {}
        }
    }
}

/// Takes all items by `await`, as most consumers do, in a task that never has to wait.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as in `drain`")]
pub(crate) fn drain_awaiting(stream: impl Stream<Item = u64>) {
    let mut cx = Context::from_waker(black_box(Waker::noop()));
    let _ = black_box(pin!(all(stream)).poll(&mut cx));
}

/// Takes all items as the future that a runtime of tokio blocks on.
pub(crate) fn drain_in_tokio(stream: impl Stream<Item = u64>) {
    tokio().block_on(all(stream));
}

/// Takes all items as a task of tokio does.
pub(crate) fn drain_in_task(stream: impl Stream<Item = u64> + Send + 'static) {
    let tokio = tokio();
    let task = tokio.spawn(all(stream));
    tokio.block_on(task).expect("no stream panics");
}

/// Takes, as a task of tokio does, all items of a stream of what another task sends: each is waited for, as the channel
/// has room for one.
pub(crate) fn drain_channel<S>(n: u64, stream: impl FnOnce(Receiver<u64>) -> S)
where
    S: Stream<Item = u64> + Send + 'static,
{
    let tokio = tokio();
    let (mut sender, receiver) = channel(0);
    tokio.spawn(async move {
        for number in 0..n {
            sender.send(number).await.expect("all are taken");
        }
    });
    let task = tokio.spawn(all(stream(receiver)));
    tokio.block_on(task).expect("no stream panics");
}

fn tokio() -> tokio::runtime::Runtime {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime without drivers needs nothing")
}

async fn all(stream: impl Stream<Item = u64>) {
    let mut stream = pin!(stream);
    while let Some(item) = stream.next().await {
        black_box(item);
    }
}

/// Takes one item and drops the stream where it stands.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as in `drain`")]
pub(crate) fn take_one(stream: impl Stream<Item = u64>) {
    let mut stream = pin!(stream);
    let mut cx = Context::from_waker(black_box(Waker::noop()));
    let _ = black_box(stream.as_mut().poll_next(&mut cx));
}

/// Suspends the caller once; it is woken before it sleeps, as by a socket that has just become ready.
pub(crate) fn suspend() -> impl Future<Output = ()> {
    let mut suspended = false;
    poll_fn(move |cx| {
        if suspended {
            return Poll::Ready(());
        }
        suspended = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}
