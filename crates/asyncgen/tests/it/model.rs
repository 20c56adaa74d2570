//! Random bodies under random consumers, against a machine with a stack that knows no futures.

mod machine;
mod program;

use std::pin::Pin;

use asyncgen::{Co, Generator, Next, State, duplex_gen_fn};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::drive::Log;
use machine::Machine;
use program::{Exit, How, Step, Token, Value, Verb};

/// What the consumer does, and after how many polls it gives up.
#[derive(Clone, Copy, Debug)]
struct Act {
    verb: Verb,
    polls: Option<u8>,
}

/// No future of a program is pending so often.
const TO_THE_END: u8 = 200;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let leaf = prop_oneof![
        4 => (0..100u32).prop_map(Step::Yield),
        3 => (0..3u8).prop_map(Step::Wait),
        2 => (0..100u32).prop_map(Step::Catch),
        1 => (0..3u8).prop_map(Step::WaitOrStop),
        1 => (0..100u32).prop_map(Step::Return),
    ];
    let how =
        prop_oneof![Just(How::ByValue), Just(How::Boxed), Just(How::Pinned), Just(How::Started)];
    let step = leaf.prop_recursive(4, 24, 4, move |step| {
        let part = prop::collection::vec(step, 0..4);
        prop_oneof![
            3 => (part.clone(), part.clone()).prop_map(|(body, cleanup)| Step::Finally(body, cleanup)),
            3 => (how.clone(), part.clone()).prop_map(|(how, body)| Step::Delegate(how, body)),
            1 => (1..3u8, part).prop_map(|(times, body)| Step::Loop(times, body)),
        ]
    });
    prop::collection::vec(step, 0..5)
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let verb = prop_oneof![
        4 => Just(Verb::Next),
        2 => Just(Verb::Resume),
        3 => (1..100u32).prop_map(Verb::Send),
        2 => (1..100u32).prop_map(Verb::Throw),
        2 => Just(Verb::Close),
    ];
    let polls = prop_oneof![2 => Just(None), 1 => (0..3u8).prop_map(Some)];
    prop::collection::vec((verb, polls).prop_map(|(verb, polls)| Act { verb, polls }), 0..12)
}

/// What the body and its consumer see of the generator.
fn observed(steps: &[Step], acts: &[Act]) -> Vec<String> {
    let log = Log::default();
    let root = Token::new(&log);
    let mut generator = Box::pin(duplex_gen_fn(async |mut co: Co<'_, Value, Value, Value>| {
        let _held = root;
        program::run(&mut co, steps, &log).await
    }));
    for act in acts {
        let polls = usize::from(act.polls.unwrap_or(TO_THE_END));
        let ended = observe(&mut generator, act.verb, polls);
        log.push(ended.unwrap_or_else(|| "pending".to_owned()));
    }
    log.push("dropped");
    drop(generator);
    log.take()
}

fn observe<G>(generator: &mut Pin<Box<G>>, verb: Verb, polls: usize) -> Option<String>
where
    G: Generator<
            Item = Value,
            Yield = Value,
            Return = Result<(), Exit>,
            Sent = Value,
            Thrown = Value,
        >,
{
    use crate::drive::cancelled_after;
    match verb {
        Verb::Next => cancelled_after(polls, generator.next()).map(|item| match item {
            Some(item) => format!("item {}", item.get()),
            None => format!("end {:?}", generator.as_mut().take_return()),
        }),
        Verb::Resume => cancelled_after(polls, generator.resume()).map(|state| show(&state)),
        Verb::Send(value) => {
            let sent = cancelled_after(polls, generator.send(Value::new(value)));
            sent.map(|sent| match sent {
                Ok(state) => show(&state),
                Err(error) => format!("{:?} {}", error.refusal(), error.into_value().get()),
            })
        }
        Verb::Throw(error) => {
            let thrown = cancelled_after(polls, generator.throw(Value::new(error)));
            thrown.map(|thrown| match thrown {
                Ok(state) => show(&state),
                Err(error) => format!("back {}", error.get()),
            })
        }
        Verb::Close => cancelled_after(polls, generator.close()).map(|closed| match closed {
            Ok(returned) => format!("closed {returned:?}"),
            Err(ignored) => format!("ignored {}", ignored.into_item().get()),
        }),
    }
}

fn show(state: &State<Value, Result<(), Exit>>) -> String {
    match state {
        State::Yielded(item) => format!("yielded {}", item.get()),
        State::Complete(returned) => format!("complete {returned:?}"),
        State::Closed => "closed".to_owned(),
    }
}

/// What the machine says that they see.
fn expected(steps: &[Step], acts: &[Act]) -> Vec<String> {
    let mut machine = Machine::new(steps);
    for act in acts {
        let polls = act.polls.unwrap_or(TO_THE_END);
        let ended = (0..polls).find_map(|poll| machine.poll(act.verb, poll == 0));
        machine.log.push(ended.unwrap_or_else(|| "pending".to_owned()));
    }
    machine.log.push("dropped".to_owned());
    machine.drop_all();
    machine.log
}

#[test]
fn it_does_what_the_machine_does() {
    let cases = match std::env::var_os("ASYNCGEN_SOAK") {
        _ if cfg!(miri) => 10,
        Some(_) => 200_000,
        None => 3_000,
    };
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let checked = TestRunner::new_with_rng(config, rng).run(&(steps(), acts()), |(steps, acts)| {
        prop_assert_eq!(observed(&steps, &acts), expected(&steps, &acts));
        prop_assert_eq!(Value::alive(), 0);
        Ok(())
    });
    if let Err(error) = checked {
        panic!("{error}");
    }
}
