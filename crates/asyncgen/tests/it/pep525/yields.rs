//! What the body gives is delivered once, and in order.

use super::*;

#[test]
fn a_next_given_up_at_any_poll_loses_no_item() {
    for polls in 1..5 {
        let mut slow = pin!(gen_fn(async |mut co| {
            for n in 0..4 {
                waits(n).await;
                co.yield_(n).await;
                waits(3 - n).await;
            }
            "returned"
        }));
        let mut items = Vec::new();
        for _ in 0..100 {
            match cancelled_after(polls, slow.next()) {
                Some(Some(item)) => items.push(item),
                Some(None) => break,
                None => {}
            }
        }
        assert_eq!(items, [0, 1, 2, 3], "given up after {polls} polls");
        assert_eq!(slow.as_mut().take_return(), Some("returned"));
    }
}

#[test]
fn two_yields_in_one_poll_are_both_delivered() {
    let joined = gen_fn(async |co| {
        let co = Mutex::new(co);
        let give = async |value| {
            co.lock().await.yield_(value).await;
            co.lock().await.yield_(value + 10).await;
        };
        tokio::join!(biased; give(1), give(2));
    });
    assert_eq!(run(collect(joined)), [1, 2, 11, 12]);
}

/// Polls a yield once, and drops it, as a `select!` does.
async fn give_up<F: Future<Output: Debug>>(give: F) {
    let mut give = pin!(give);
    let polled = poll_fn(|cx| Poll::Ready(give.as_mut().poll(cx))).await;
    assert!(polled.is_pending(), "{polled:?}");
}

#[test]
fn a_yield_dropped_in_a_select_is_delivered_if_it_was_accepted() {
    let selected = gen_fn(async |mut co| {
        tokio::select! {
            biased;
            () = co.yield_(1) => unreachable!("it is pending"),
            () = ready(()) => {}
        }
        // No room: it is lost with its future.
        give_up(co.yield_(2)).await;
        co.yield_(3).await;
    });
    assert_eq!(run(collect(selected)), [1, 3]);
}

/// Yields 1, drops that yield, and is somewhere else by the time the answer comes.
async fn moves_on(co: &mut Talk<'_>, to: &str) -> Result<u32, &'static str> {
    give_up(co.try_yield(1)).await;
    if to == "wait" {
        waits(1).await;
    }
    if to == "delegate" {
        let inner = duplex_gen_fn(async |mut co: Talk<'_>| co.try_yield(2).await);
        return co.yield_all(inner.boxed_local()).await;
    }
    co.try_yield(2).await
}

#[test]
fn an_answer_to_a_dropped_yield_goes_with_it() {
    for to in ["yield", "wait", "delegate"] {
        let mut sent = pin!(duplex_gen_fn(async |mut co: Talk<'_>| moves_on(&mut co, to).await));
        assert_eq!(run(sent.next()), Some(1));
        assert_eq!(run(sent.send(5)), Ok(State::Yielded(2)), "{to}");
        assert_eq!(run(sent.resume()), State::Complete(Ok(0)), "{to}");
        let mut thrown = pin!(duplex_gen_fn(async |mut co: Talk<'_>| moves_on(&mut co, to).await));
        assert_eq!(run(thrown.next()), Some(1));
        assert_eq!(run(thrown.throw("ouch")), Ok(State::Yielded(2)), "{to}");
        assert_eq!(run(thrown.throw("again")), Ok(State::Complete(Err("again"))), "{to}");
    }
}
