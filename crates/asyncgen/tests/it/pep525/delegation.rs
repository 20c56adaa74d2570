//! The verbs go to the innermost generator.

use super::*;

#[test]
fn an_ignored_close_handed_on_tells_the_inner_yield() {
    let inner = || {
        gen_fn(async |mut co| {
            co.finally(async |co| co.yield_(1).await, async |co| co.yield_(2).await).await;
        })
    };
    for how in ALL {
        let mut outer = pin!(gen_fn(async |mut co| delegate(&mut co, how, inner()).await));
        assert_eq!(run(outer.next()), Some(1));
        let ignored = run(outer.close()).unwrap_err();
        assert_eq!(ignored.site().map(std::panic::Location::file), Some(file!()), "{how:?}");
        assert_eq!(ignored.into_item(), 2);
        assert_eq!(run(outer.close()), Ok(None));
    }
}

#[test]
fn send_and_throw_reach_the_innermost() {
    for how in ALL {
        let mut outer = pin!(duplex_gen_fn(async |mut co: Talk<'_>| {
            let first = delegate(&mut co, how, talking()).await;
            let second = delegate(&mut co, how, talking()).await;
            (first, second)
        }));
        assert_eq!(run(outer.next()), Some(1));
        assert_eq!(cancelled_after(1, outer.send(5)), None, "{how:?}");
        assert_eq!(run(outer.next()), Some(5), "{how:?}");
        assert_eq!(run(outer.send(6)), Ok(State::Yielded(1)), "{how:?}");
        assert_eq!(run(outer.throw("ouch")), Ok(State::Complete((Ok(6), Err("ouch")))), "{how:?}");
    }
}

#[test]
fn close_reaches_the_innermost_first() {
    for how in ALL {
        for polls in [0, 1] {
            let log = Log::default();
            let mut outer = pin!(gen_fn(async |mut co| {
                co.finally(
                    async |co| {
                        let inner = gen_fn(async |mut co| cleans_up(&mut co, &log).await);
                        delegate(co, how, inner).await;
                    },
                    async |_| {
                        waits(1).await;
                        log.push("outer cleaned up");
                    },
                )
                .await;
            }));
            assert_eq!(run(outer.next()), Some(1));
            assert_eq!(cancelled_after(polls, outer.next()), None);
            assert_eq!(run(outer.close()), Ok(None));
            let expected = ["body dropped", "cleanup", "cleaned up", "outer cleaned up"];
            assert_eq!(log.take(), expected, "{how:?}, after {polls} polls");
        }
    }
}

#[test]
fn close_drops_a_stream_that_is_delegated_to() {
    let log = Log::default();
    for polls in [0, 1] {
        let mut outer = pin!(gen_fn(async |mut co| {
            co.finally(
                async |co| {
                    let held = log.at_drop("stream dropped");
                    let mut items = Some(1);
                    let one = futures_util::stream::poll_fn(move |_| {
                        let _ = &held;
                        items.take().map_or(Poll::Pending, |item| Poll::Ready(Some(item)))
                    });
                    co.yield_all(from_stream(one)).await;
                },
                async |_| log.push("cleaned up"),
            )
            .await;
        }));
        assert_eq!(run(outer.next()), Some(1));
        assert_eq!(cancelled_after(polls, outer.next()), None);
        assert_eq!(run(outer.close()), Ok(None));
        assert_eq!(log.take(), ["stream dropped", "cleaned up"]);
    }
}
