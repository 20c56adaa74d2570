//! The oracle: runs a program step by step, with a stack of what it is in.

use super::program::{Exit, How, Step, Verb};

type Outcome = Result<(), Exit>;

/// What a program is in the middle of.
enum Frame<'p> {
    /// A part, and the next step of it.
    Steps(&'p [Step], usize),
    /// A loop, and how often it runs again.
    Loop(&'p [Step], u8),
    /// The body of a `Finally`, and its cleanup.
    Body(&'p [Step]),
    /// The cleanup of a `Finally`, and how its body was left: `None` if it was stopped.
    Cleanup(Option<Outcome>),
    Delegate(Delegate),
}

struct Delegate {
    /// It has a slot of its own.
    forwards: bool,
    /// Its first `resume` is awaited: to the consumer's stop it is like any other future.
    is_priming: bool,
    is_closing: bool,
}

/// Where the program stands.
#[derive(Clone, Copy)]
enum At {
    Step,
    Yield { catches: bool, answer: Result<u32, u32> },
    Wait { left: u8, hears: bool },
}

#[derive(PartialEq, Eq)]
enum Life {
    Unstarted,
    Running,
    Ended,
}

enum Polled {
    Pending,
    Yielded(u32),
    Complete(Outcome),
    Closed,
}

pub(super) struct Machine<'p> {
    pub(super) log: Vec<String>,
    program: &'p [Step],
    stack: Vec<Frame<'p>>,
    at: At,
    life: Life,
    /// The last poll gave an item.
    is_answerable: bool,
    is_closing: bool,
    /// The `throw` that runs found no `yield`.
    throw_closes: bool,
}

impl<'p> Machine<'p> {
    pub(super) fn new(program: &'p [Step]) -> Self {
        Self {
            log: Vec::new(),
            program,
            stack: Vec::new(),
            at: At::Step,
            life: Life::Unstarted,
            is_answerable: false,
            is_closing: false,
            throw_closes: false,
        }
    }

    /// One poll of a verb; what it gives if it is ready.
    pub(super) fn poll(&mut self, verb: Verb, is_first: bool) -> Option<String> {
        match verb {
            Verb::Next => match self.resume() {
                Polled::Pending => None,
                Polled::Yielded(item) => Some(format!("item {item}")),
                Polled::Complete(returned) => Some(format!("end {:?}", Some(returned))),
                Polled::Closed => Some("end None".to_owned()),
            },
            Verb::Send(value) if is_first => {
                if let Some(refusal) = self.refusal() {
                    return Some(format!("{refusal} {value}"));
                }
                self.answer(Ok(value));
                self.show_resumed()
            }
            Verb::Throw(error) => {
                if is_first {
                    self.throw_closes = self.refusal().is_some();
                    if !self.throw_closes {
                        self.answer(Err(error));
                    }
                }
                if self.throw_closes {
                    let Polled::Pending = self.close() else {
                        return Some(format!("back {error}"));
                    };
                    return None;
                }
                self.show_resumed()
            }
            Verb::Resume | Verb::Send(_) => self.show_resumed(),
            Verb::Close => match self.close() {
                Polled::Pending => None,
                Polled::Yielded(item) => Some(format!("ignored {item}")),
                Polled::Complete(returned) => Some(format!("closed {:?}", Some(returned))),
                Polled::Closed => Some("closed None".to_owned()),
            },
        }
    }

    fn show_resumed(&mut self) -> Option<String> {
        match self.resume() {
            Polled::Pending => None,
            Polled::Yielded(item) => Some(format!("yielded {item}")),
            Polled::Complete(returned) => Some(format!("complete {returned:?}")),
            Polled::Closed => Some("closed".to_owned()),
        }
    }

    fn refusal(&self) -> Option<&'static str> {
        match self.life {
            Life::Unstarted => Some("Unstarted"),
            Life::Ended => Some("Finished"),
            Life::Running => (!self.is_answerable).then_some("Waiting"),
        }
    }

    fn answer(&mut self, with: Result<u32, u32>) {
        let At::Yield { answer, .. } = &mut self.at else { unreachable!("it is at a yield") };
        *answer = with;
    }

    fn resume(&mut self) -> Polled {
        match self.life {
            Life::Ended => return Polled::Closed,
            Life::Running => {}
            Life::Unstarted => {
                self.life = Life::Running;
                self.stack.push(Frame::Steps(self.program, 0));
            }
        }
        let polled = self.run();
        self.told(polled)
    }

    fn close(&mut self) -> Polled {
        if self.life != Life::Running {
            self.drop_all();
            return Polled::Closed;
        }
        if self.is_closing {
            return self.resume();
        }
        let seen = self.stack.iter().position(Frame::is_priming);
        let is_heard_here = seen.is_none() && matches!(self.at, At::Wait { hears: true, .. });
        let visible = &self.stack[..seen.unwrap_or(self.stack.len())];
        if !is_heard_here && !visible.iter().any(Frame::hears) {
            self.drop_all();
            return Polled::Closed;
        }
        self.is_closing = true;
        self.leave_step();
        if is_heard_here {
            self.log.push("stopped".to_owned());
        } else {
            for _ in seen.unwrap_or(self.stack.len())..self.stack.len() {
                self.pop_unfinished();
            }
            if let Some(polled) = self.unwind() {
                return self.told(polled);
            }
        }
        for delegate in self.stack.iter_mut().filter_map(Frame::as_delegate) {
            delegate.is_closing = true;
        }
        self.resume()
    }

    fn told(&mut self, polled: Polled) -> Polled {
        self.is_answerable = matches!(polled, Polled::Yielded(_));
        self.is_closing &= !self.is_answerable;
        polled
    }

    /// Drops what there is, innermost first.
    pub(super) fn drop_all(&mut self) {
        self.leave_step();
        while !self.stack.is_empty() {
            self.pop_unfinished();
        }
        self.end();
    }

    fn end(&mut self) {
        if self.life != Life::Ended {
            self.life = Life::Ended;
            self.log.push("token".to_owned());
        }
    }

    fn leave_step(&mut self) {
        if let At::Wait { .. } = self.at {
            self.log.push("wait dropped".to_owned());
        }
        self.at = At::Step;
    }

    fn pop_unfinished(&mut self) {
        if let Some(Frame::Body(_) | Frame::Cleanup(_) | Frame::Delegate(_)) = self.stack.pop() {
            self.log.push("token".to_owned());
        }
    }

    fn run(&mut self) -> Polled {
        loop {
            match self.at {
                At::Yield { catches: true, answer: Err(error) } => {
                    self.log.push(format!("caught {error}"));
                }
                At::Yield { answer: Err(error), .. } => {
                    self.at = At::Step;
                    if let Some(polled) = self.finish(Err(Exit::Raise(error))) {
                        return polled;
                    }
                    continue;
                }
                At::Yield { answer: Ok(sent), .. } => self.log.push(format!("sent {sent}")),
                At::Wait { left: 0, .. } => self.log.push("waited".to_owned()),
                At::Wait { left, hears } => {
                    self.at = At::Wait { left: left - 1, hears };
                    return Polled::Pending;
                }
                At::Step => {}
            }
            self.at = At::Step;
            let Some(Frame::Steps(steps, next)) = self.stack.last_mut() else {
                unreachable!("a program is in a part");
            };
            *next += 1;
            let polled = match steps.get(*next - 1) {
                Some(step) => self.step(step),
                None => self.finish(Ok(())),
            };
            if let Some(polled) = polled {
                return polled;
            }
        }
    }

    fn step(&mut self, step: &'p Step) -> Option<Polled> {
        match step {
            Step::Yield(number) | Step::Catch(number) => {
                self.at = At::Yield { catches: matches!(step, Step::Catch(_)), answer: Ok(0) };
                return self.give(*number);
            }
            Step::Wait(polls) => self.at = At::Wait { left: *polls, hears: false },
            Step::WaitOrStop(polls) => self.at = At::Wait { left: *polls, hears: true },
            Step::Return(number) => return self.finish(Err(Exit::Return(*number))),
            Step::Finally(body, cleanup) => self.enter(Frame::Body(cleanup), body),
            Step::Delegate(how, body) => {
                let delegate = Delegate {
                    forwards: *how != How::ByValue,
                    is_priming: *how == How::Started,
                    is_closing: false,
                };
                self.enter(Frame::Delegate(delegate), body);
            }
            Step::Loop(times, body) => self.enter(Frame::Loop(body, times - 1), body),
        }
        None
    }

    fn enter(&mut self, frame: Frame<'p>, part: &'p [Step]) {
        self.stack.push(frame);
        self.stack.push(Frame::Steps(part, 0));
    }

    /// The item goes to the consumer, or to a body that resumes one of its own.
    fn give(&mut self, item: u32) -> Option<Polled> {
        for delegate in self.stack.iter_mut().rev().filter_map(Frame::as_delegate) {
            if delegate.is_priming {
                delegate.is_priming = false;
                self.log.push(format!("first {item}"));
                return None;
            }
            delegate.is_closing = false;
        }
        Some(Polled::Yielded(item))
    }

    /// The innermost part ends, and so does what ends with it.
    fn finish(&mut self, mut outcome: Outcome) -> Option<Polled> {
        self.stack.pop();
        loop {
            match self.stack.pop() {
                None => {
                    self.end();
                    return Some(Polled::Complete(outcome));
                }
                Some(part @ Frame::Steps(..)) => {
                    if outcome.is_ok() {
                        self.stack.push(part);
                        return None;
                    }
                }
                Some(Frame::Loop(body, again)) => {
                    if let (Ok(()), Some(again)) = (outcome, again.checked_sub(1)) {
                        self.enter(Frame::Loop(body, again), body);
                        return None;
                    }
                }
                Some(Frame::Body(cleanup)) => {
                    self.clean_up(cleanup, Some(outcome));
                    return None;
                }
                Some(Frame::Cleanup(left)) => {
                    self.log.push("token".to_owned());
                    match left {
                        Some(left) => outcome = left,
                        None => return self.unwind(),
                    }
                }
                Some(Frame::Delegate(delegate)) => {
                    if delegate.forwards && delegate.is_closing {
                        self.log.push("token".to_owned());
                        return self.unwind();
                    }
                    match outcome {
                        Ok(()) => self.log.push("inner ended".to_owned()),
                        Err(Exit::Return(number)) => {
                            self.log.push(format!("inner returned {number}"));
                            outcome = Ok(());
                        }
                        Err(Exit::Raise(_)) => {}
                    }
                    self.log.push("token".to_owned());
                }
            }
        }
    }

    fn clean_up(&mut self, cleanup: &'p [Step], left: Option<Outcome>) {
        self.log.push("cleanup".to_owned());
        self.enter(Frame::Cleanup(left), cleanup);
    }

    /// Leaves all up to the next cleanup.
    fn unwind(&mut self) -> Option<Polled> {
        while let Some(frame) = self.stack.last() {
            if let Frame::Body(cleanup) = *frame {
                self.stack.pop();
                // Again, if what was further in had ignored the stop.
                self.is_closing = true;
                self.clean_up(cleanup, None);
                return None;
            }
            self.pop_unfinished();
        }
        self.end();
        Some(Polled::Closed)
    }
}

impl Frame<'_> {
    fn as_delegate(&mut self) -> Option<&mut Delegate> {
        match self {
            Self::Delegate(delegate) => Some(delegate),
            _ => None,
        }
    }

    fn is_priming(&self) -> bool {
        matches!(self, Self::Delegate(delegate) if delegate.is_priming)
    }

    /// Whether a stop makes it do something.
    fn hears(&self) -> bool {
        match self {
            Self::Body(_) => true,
            Self::Delegate(delegate) => delegate.forwards,
            _ => false,
        }
    }
}
