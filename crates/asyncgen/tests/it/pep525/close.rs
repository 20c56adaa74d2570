//! `close`: where the body is, what it cleans up, and what it may not do then.

use super::*;

#[test]
fn close_of_an_unstarted_one_drops_it_unrun() {
    let held = Rc::new(());
    let captured = Rc::clone(&held);
    let ran = Cell::new(false);
    let mut unstarted = pin!(gen_fn(async |mut co| {
        ran.set(true);
        co.yield_(1).await;
        drop(captured);
    }));
    assert_eq!(run(unstarted.close()), Ok(None));
    assert_eq!((Rc::strong_count(&held), ran.get()), (1, false));
    assert_eq!(run(unstarted.next()), None);
    assert_eq!(run(unstarted.resume()), State::Closed);
}

#[test]
fn close_at_a_yield_drops_the_body_and_cleans_up() {
    let log = Log::default();
    let mut numbers = pin!(gen_fn(async |mut co| cleans_up(&mut co, &log).await));
    assert_eq!(run(numbers.next()), Some(1));
    assert_eq!(run(numbers.close()), Ok(None));
    assert_eq!(log.take(), ["body dropped", "cleanup", "cleaned up"]);
    assert_eq!(run(numbers.close()), Ok(None), "twice is once");
    assert_eq!((run(numbers.next()), log.take().len()), (None, 0));
}

#[test]
fn close_at_an_inner_await_drops_what_is_awaited_first() {
    let log = Log::default();
    let mut numbers = pin!(gen_fn(async |mut co| cleans_up(&mut co, &log).await));
    assert_eq!(run(numbers.next()), Some(1));
    assert_eq!(cancelled_after(1, numbers.next()), None);
    assert_eq!(run(numbers.close()), Ok(None));
    assert_eq!(log.take(), ["body dropped", "cleanup", "cleaned up"]);
}

#[test]
fn close_of_a_finished_one_does_nothing() {
    let mut empty = pin!(gen_fn(async |_: Co<'_, u32>| "returned"));
    assert_eq!(run(empty.next()), None);
    assert_eq!(run(empty.close()), Ok(None));
    assert_eq!(empty.as_mut().take_return(), Some("returned"), "it is still to be had");
}

#[test]
fn a_close_given_up_half_way_goes_on_at_the_next_verb() {
    for verb in ["close", "next", "resume", "throw"] {
        let log = Log::default();
        let mut numbers = pin!(duplex_gen_fn(async |mut co: Talk<'_>| {
            let _held = log.at_drop("held dropped");
            co.finally(
                async |co| co.try_yield(1).await,
                async |_| {
                    waits(2).await;
                    log.push("cleaned up");
                },
            )
            .await
        }));
        assert_eq!(run(numbers.next()), Some(1));
        assert_eq!(cancelled_after(1, numbers.close()), None);
        assert_eq!(log.take().len(), 0);
        match verb {
            "close" => assert_eq!(run(numbers.close()), Ok(None)),
            "next" => assert_eq!(run(numbers.next()), None),
            "resume" => assert_eq!(run(numbers.resume()), State::Closed),
            _ => assert_eq!(run(numbers.throw("no")), Err("no")),
        }
        assert_eq!(log.take(), ["cleaned up", "held dropped"], "by {verb}");
        assert_eq!(run(numbers.resume()), State::Closed);
    }
}

#[test]
fn a_yield_after_close_is_an_error_with_the_item_and_its_place() {
    let made_at = line!() + 1;
    let mut stubborn = pin!(gen_fn(async |mut co| {
        co.finally(async |co| co.yield_(1).await, async |co| co.yield_(2).await).await;
    }));
    assert_eq!(run(stubborn.next()), Some(1));
    let ignored = run(stubborn.close()).unwrap_err();
    let site = ignored.site().expect("it is known");
    assert_eq!((ignored.generator().file(), ignored.generator().line()), (file!(), made_at));
    assert_eq!((site.file(), site.line()), (file!(), made_at + 1));
    let expected = format!(
        "the generator made at {} ignored `close`: it yielded at {site}",
        ignored.generator()
    );
    assert_eq!(ignored.to_string(), expected);
    assert_eq!(ignored.into_item(), 2);
    assert_eq!(run(stubborn.close()), Ok(None), "closed at that yield");
    assert_eq!(run(stubborn.resume()), State::Closed);
}

#[test]
fn after_an_ignored_close_it_goes_on() {
    let mut stubborn = pin!(gen_fn(async |mut co| {
        co.finally(
            async |co| co.yield_(1).await,
            async |co| {
                co.yield_(2).await;
                co.yield_(3).await;
            },
        )
        .await;
        co.yield_(4).await;
    }));
    assert_eq!(run(stubborn.next()), Some(1));
    assert_eq!(run(stubborn.close()).unwrap_err().into_item(), 2);
    assert_eq!(run(stubborn.next()), Some(3));
    assert_eq!(run(stubborn.next()), None, "the cleanup is over, and what is around it stops");
}

#[test]
fn an_error_of_a_cleanup_is_what_the_body_makes_of_it() {
    let failing = || {
        try_gen_fn(async |mut co: Co<'_, u32>| {
            let cleaned_up = Cell::new(Ok(()));
            co.finally(async |co| co.yield_(1).await, async |_| cleaned_up.set(Err("no"))).await;
            cleaned_up.get()
        })
    };
    let mut ended = pin!(failing());
    assert_eq!(run(ended.next()), Some(Ok(1)));
    assert_eq!(run(ended.next()), Some(Err("no")));
    assert_eq!(run(ended.next()), None);
    let mut closed = pin!(failing());
    assert_eq!(run(closed.next()), Some(Ok(1)));
    assert_eq!(run(closed.close()), Ok(None), "nobody is left to make anything of it");
}

#[test]
fn stopped_lets_the_body_end_by_itself() {
    let mut waiting = pin!(gen_fn(async |mut co| {
        co.yield_(1).await;
        tokio::select! {
            () = co.stopped() => {}
            () = pending() => {}
        }
        waits(2).await;
        "was stopped"
    }));
    assert_eq!(run(waiting.next()), Some(1));
    assert_eq!(cancelled_after(2, waiting.next()), None);
    assert_eq!(run(waiting.close()), Ok(Some("was stopped")));
    assert_eq!(run(waiting.resume()), State::Closed);
}

#[test]
fn a_stop_that_nobody_heard_takes_effect_at_the_next_wait() {
    let log = Log::default();
    let woken = Cell::new(false);
    let mut unheard = pin!(gen_fn(async |mut co| {
        co.finally(
            async |co| {
                co.yield_(1).await;
                tokio::select! {
                    biased;
                    () = poll_fn(|_| if woken.get() { Poll::Ready(()) } else { Poll::Pending }) => {}
                    () = co.stopped() => unreachable!("the other is first"),
                }
                log.push("went on");
            },
            async |_| {
                log.push("cleanup");
                waits(2).await;
                log.push("cleaned up");
            },
        )
        .await;
        log.push("not reached");
    }));
    assert_eq!(run(unheard.next()), Some(1));
    assert_eq!(cancelled_after(1, unheard.next()), None);
    woken.set(true);
    assert_eq!(run(unheard.close()), Ok(None));
    assert_eq!(log.take(), ["went on", "cleanup", "cleaned up"]);
}

#[test]
fn nested_cleanups_run_from_the_inside_out() {
    let ways: [(&str, &[&str]); 4] = [
        ("end", &["inner", "outer", "end"]),
        ("close", &["inner", "outer"]),
        ("throw", &["inner", "outer", "end"]),
        ("panic", &[]),
    ];
    for (way, expected) in ways {
        let log = Log::default();
        let mut nested = Box::pin(duplex_gen_fn(async |mut co: Talk<'_>| {
            let left = co
                .finally(
                    async |co| {
                        co.finally(
                            async |co| {
                                let heard = co.try_yield(1).await?;
                                assert_ne!(heard, 13, "bad luck");
                                Ok::<_, &'static str>(())
                            },
                            async |_| {
                                waits(1).await;
                                log.push("inner");
                            },
                        )
                        .await
                    },
                    async |_| {
                        waits(1).await;
                        log.push("outer");
                    },
                )
                .await;
            log.push("end");
            left
        }));
        assert_eq!(run(nested.next()), Some(1));
        match way {
            "end" => assert_eq!(run(nested.resume()), State::Complete(Ok(()))),
            "close" => assert_eq!(run(nested.close()), Ok(None)),
            "throw" => assert_eq!(run(nested.throw("no")), Ok(State::Complete(Err("no")))),
            _ => {
                let panicked = catch_unwind(AssertUnwindSafe(|| run(nested.send(13))));
                assert!(panicked.is_err());
                assert_eq!(run(nested.close()), Ok(None));
            }
        }
        assert_eq!(log.take(), expected, "{way}");
    }
}

#[test]
fn drop_runs_destructors_and_no_cleanup() {
    let log = Log::default();
    let mut numbers = Box::pin(gen_fn(async |mut co| {
        let _held = log.at_drop("held dropped");
        cleans_up(&mut co, &log).await;
    }));
    assert_eq!(run(numbers.next()), Some(1));
    drop(numbers);
    assert_eq!(log.take(), ["body dropped", "held dropped"]);
}
