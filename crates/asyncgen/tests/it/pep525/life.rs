//! Start, `send`, end, return value, errors, panics.

use super::*;

#[test]
fn the_first_send_is_refused() {
    let mut talking = pin!(talking());
    let error = run(talking.send(7)).unwrap_err();
    assert_eq!((error.refusal(), error.into_value()), (Refusal::Unstarted, 7));
    assert_eq!(run(talking.next()), Some(1), "the body has not run before");
}

#[test]
fn a_send_after_the_end_is_refused() {
    let mut talking = pin!(talking());
    run(talking.close()).unwrap();
    let error = run(talking.send(7)).unwrap_err();
    assert_eq!((error.refusal(), error.into_value()), (Refusal::Finished, 7));
}

#[test]
fn a_send_while_the_body_waits_is_refused_and_nothing_is_lost() {
    let mut talking = pin!(talking());
    assert_eq!(run(talking.next()), Some(1));
    assert_eq!(cancelled_after(1, talking.send(5)), None);
    let error = run(talking.send(6)).unwrap_err();
    assert_eq!((error.refusal(), error.into_value()), (Refusal::Waiting, 6));
    assert_eq!(run(talking.next()), Some(5), "what was sent first");
}

#[test]
fn a_send_that_is_not_polled_sends_nothing() {
    let mut talking = pin!(talking());
    assert_eq!(run(talking.next()), Some(1));
    assert_eq!(cancelled_after(0, talking.send(5)), None);
    assert_eq!(run(talking.send(6)), Ok(State::Yielded(6)));
}

#[test]
fn next_sends_the_default() {
    let mut echo = pin!(duplex_gen_fn(async |mut co: Co<'_, u32, u32>| {
        let mut heard = 9;
        loop {
            heard = co.yield_(heard).await;
        }
    }));
    assert_eq!(run(echo.next()), Some(9));
    assert_eq!(run(echo.send(5)), Ok(State::Yielded(5)));
    assert_eq!(run(echo.next()), Some(0));
}

#[test]
fn after_the_end_it_is_closed_for_ever() {
    let mut one = pin!(gen_fn(async |mut co| co.yield_(1).await));
    assert_eq!(run(one.next()), Some(1));
    for _ in 0..3 {
        assert_eq!(run(one.next()), None);
        assert_eq!(run(one.resume()), State::Closed);
        assert_eq!(run(one.close()), Ok(None));
    }
}

#[test]
fn the_return_value_comes_with_the_end() {
    let one = || {
        gen_fn(async |mut co| {
            co.yield_(1).await;
            "returned"
        })
    };
    let mut resumed = pin!(one());
    assert_eq!(run(resumed.resume()), State::Yielded(1));
    assert_eq!(run(resumed.resume()), State::Complete("returned"));
    assert_eq!(resumed.as_mut().take_return(), None);
    let mut streamed = pin!(one());
    assert_eq!(run(streamed.next()), Some(1));
    assert_eq!(streamed.as_mut().take_return(), None);
    assert_eq!(run(streamed.next()), None);
    assert_eq!(streamed.as_mut().take_return(), Some("returned"));
    assert_eq!(streamed.as_mut().take_return(), None);
}

#[test]
fn an_error_of_the_body_is_the_last_item() {
    let mut failing = pin!(try_gen_fn(async |mut co| {
        co.yield_("7".parse::<u32>()?).await;
        co.yield_("seven".parse()?).await;
        Ok::<(), std::num::ParseIntError>(())
    }));
    assert_eq!(run(failing.next()), Some(Ok(7)));
    assert_eq!(run(failing.next()).map(|item| item.is_err()), Some(true));
    assert_eq!(run(failing.next()), None);
    assert_eq!(failing.as_mut().take_return(), None);
}

#[test]
fn a_panic_goes_to_the_caller() {
    fn panics_when_called(_: Co<'_, u32>) -> std::future::Ready<()> {
        panic!("when called")
    }
    fn check<G: Generator<Item = u32, Return = (), Sent = ()>>(mut generator: Pin<&mut G>) {
        for _ in 0..2 {
            let panicked = catch_unwind(AssertUnwindSafe(|| run(generator.next())));
            assert!(!matches!(panicked, Ok(Some(_))), "it yields nothing");
        }
        assert!(matches!(run(generator.close()), Ok(None)));
        assert_eq!(run(generator.next()), None);
        assert!(run(generator.send(())).is_err());
    }
    check(pin!(gen_fn(panics_when_called)));
    check(pin!(gen_fn(async |co| {
        waits(1).await;
        panics_when_called(co).await;
    })));
}
