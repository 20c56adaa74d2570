//! Programs that are bodies: a tree of steps, and the future that runs one.

use std::cell::Cell;
use std::pin::{Pin, pin};
use std::task::Poll;

use asyncgen::{Co, Generator, State, duplex_gen_fn};

use crate::drive::Log;

#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Yields, and raises what is thrown.
    Yield(u32),
    /// Yields, and goes on when something is thrown.
    Catch(u32),
    /// Waits for so many polls.
    Wait(u8),
    /// The same, but hears of a stop.
    WaitOrStop(u8),
    /// Leaves the generator; the one that delegated to it goes on.
    Return(u32),
    Finally(Vec<Step>, Vec<Step>),
    Delegate(How, Vec<Step>),
    Loop(u8, Vec<Step>),
}

/// How the inner generator is given to `yield_all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    ByValue,
    Boxed,
    Pinned,
    /// By `&mut`, after one `resume`.
    Started,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Verb {
    Next,
    Resume,
    Send(u32),
    Throw(u32),
    Close,
}

/// How a part of a program is left before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Return(u32),
    Raise(u32),
}

/// A number that is counted.
#[derive(Debug)]
pub(super) struct Value(u32);

thread_local! {
    static ALIVE: Cell<i32> = const { Cell::new(0) };
}

impl Value {
    pub(super) fn new(number: u32) -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self(number)
    }

    pub(super) fn get(&self) -> u32 {
        self.0
    }

    pub(super) fn alive() -> i32 {
        ALIVE.get()
    }
}

impl Default for Value {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

/// Something that a part holds; it says when it is dropped.
pub(super) struct Token<'a> {
    log: &'a Log,
    _value: Value,
}

impl<'a> Token<'a> {
    pub(super) fn new(log: &'a Log) -> Self {
        Self { log, _value: Value::new(0) }
    }
}

impl Drop for Token<'_> {
    fn drop(&mut self) {
        self.log.push("token");
    }
}

/// Waits, and says when it is dropped before its end.
struct Wait<'a> {
    left: Option<u8>,
    log: &'a Log,
}

impl Future for Wait<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _cx: &mut std::task::Context<'_>) -> Poll<()> {
        self.left = self.left.and_then(|left| left.checked_sub(1));
        if self.left.is_some() { Poll::Pending } else { Poll::Ready(()) }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if self.left.is_some() {
            self.log.push("wait dropped");
        }
    }
}

type Handle<'co> = Co<'co, Value, Value, Value>;
type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Exit>> + 'a>>;

/// Runs a program as (a part of) a body.
pub(super) fn run<'a>(co: &'a mut Handle<'_>, steps: &'a [Step], log: &'a Log) -> Running<'a> {
    Box::pin(async move {
        for step in steps {
            run_step(co, step, log).await?;
        }
        Ok(())
    })
}

async fn run_step(co: &mut Handle<'_>, step: &Step, log: &Log) -> Result<(), Exit> {
    match step {
        Step::Yield(number) => match co.try_yield(Value::new(*number)).await {
            Ok(sent) => log.push(format!("sent {}", sent.get())),
            Err(error) => return Err(Exit::Raise(error.get())),
        },
        Step::Catch(number) => match co.try_yield(Value::new(*number)).await {
            Ok(sent) => log.push(format!("sent {}", sent.get())),
            Err(error) => log.push(format!("caught {}", error.get())),
        },
        Step::Wait(polls) => {
            Wait { left: Some(*polls), log }.await;
            log.push("waited");
        }
        Step::WaitOrStop(polls) => {
            let wait = Wait { left: Some(*polls), log };
            let stopped = tokio::select! {
                biased;
                () = co.stopped() => true,
                () = wait => false,
            };
            log.push(if stopped { "stopped" } else { "waited" });
        }
        Step::Return(number) => return Err(Exit::Return(*number)),
        Step::Finally(body, cleanup) => {
            let _held = Token::new(log);
            co.finally(
                async |co| run(co, body, log).await,
                async |co| {
                    log.push("cleanup");
                    let _ = run(co, cleanup, log).await;
                },
            )
            .await?;
        }
        Step::Delegate(how, body) => {
            let _held = Token::new(log);
            match delegate(co, *how, body, log).await {
                Ok(()) => log.push("inner ended"),
                Err(Exit::Return(number)) => log.push(format!("inner returned {number}")),
                Err(raised @ Exit::Raise(_)) => return Err(raised),
            }
        }
        Step::Loop(times, body) => {
            for _ in 0..*times {
                run(co, body, log).await?;
            }
        }
    }
    Ok(())
}

async fn delegate(co: &mut Handle<'_>, how: How, body: &[Step], log: &Log) -> Result<(), Exit> {
    let inner = duplex_gen_fn(async |mut co: Handle<'_>| run(&mut co, body, log).await);
    match how {
        How::ByValue => co.yield_all(inner).await,
        How::Boxed => co.yield_all(inner.boxed_local()).await,
        How::Pinned => co.yield_all(pin!(inner)).await,
        How::Started => {
            let mut inner = pin!(inner);
            match inner.resume().await {
                State::Yielded(item) => {
                    log.push(format!("first {}", item.get()));
                    co.yield_all(&mut inner).await
                }
                State::Complete(returned) => returned,
                State::Closed => unreachable!("nobody closed it"),
            }
        }
    }
}
