//! `throw`: where the body is, and who gets the error.

use super::*;

#[test]
fn a_thrown_error_is_caught_at_the_yield() {
    let mut patient = pin!(duplex_gen_fn(async |mut co: Talk<'_>| {
        let caught = co.try_yield(1).await.unwrap_err();
        co.try_yield(2).await.map(|_| caught)
    }));
    assert_eq!(run(patient.next()), Some(1));
    assert_eq!(run(patient.throw("ouch")), Ok(State::Yielded(2)));
    assert_eq!(run(patient.resume()), State::Complete(Ok("ouch")));
}

#[test]
fn a_thrown_error_that_is_not_caught_leaves_the_body() {
    let mut talking = pin!(talking());
    assert_eq!(run(talking.next()), Some(1));
    assert_eq!(run(talking.throw("ouch")), Ok(State::Complete(Err("ouch"))));
    assert_eq!(run(talking.resume()), State::Closed);
}

#[test]
fn throw_into_an_unstarted_one_gives_it_back_and_drops_the_body() {
    let held = Rc::new(());
    let captured = Rc::clone(&held);
    let mut unstarted = pin!(duplex_gen_fn(async |mut co: Talk<'_>| {
        let left = talk(&mut co).await;
        drop(captured);
        left
    }));
    assert_eq!(run(unstarted.throw("ouch")), Err("ouch"));
    assert_eq!(Rc::strong_count(&held), 1);
    assert_eq!(run(unstarted.resume()), State::Closed);
}

#[test]
fn throw_into_a_finished_one_gives_it_back() {
    let mut talking = pin!(talking());
    run(talking.close()).unwrap();
    assert_eq!(run(talking.throw("ouch")), Err("ouch"));
    assert_eq!(run(talking.throw("again")), Err("again"));
}

#[test]
fn throw_at_an_inner_await_cleans_up_and_gives_it_back() {
    let log = Log::default();
    let mut waiting = pin!(duplex_gen_fn(async |mut co: Talk<'_>| {
        co.finally(
            async |co| talk(co).await,
            async |_| {
                waits(1).await;
                log.push("cleaned up");
            },
        )
        .await
    }));
    assert_eq!(run(waiting.next()), Some(1));
    assert_eq!(cancelled_after(1, waiting.next()), None);
    assert_eq!(cancelled_after(1, waiting.throw("first")), None);
    assert_eq!(run(waiting.throw("second")), Err("second"));
    assert_eq!(log.take(), ["cleaned up"]);
    assert_eq!(run(waiting.resume()), State::Closed);
}
