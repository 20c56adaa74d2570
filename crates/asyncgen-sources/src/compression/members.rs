//! All members of a compressed stream, without I/O.

use std::fmt;
use std::io;

/// One member: what a format calls a stream, a frame or a member.
pub(super) trait Member: fmt::Debug + Send + Sync + Sized {
    /// What errors call the format.
    const NAME: &'static str;

    /// Whether a byte can be the first of a member.
    fn begins(byte: u8) -> bool;

    /// Whether zeros may follow the last member.
    const PADDED: bool;

    fn new() -> io::Result<Self>;

    /// Makes it fit for the next member.
    fn renew(&mut self) -> io::Result<()>;

    /// Decodes some of `input` into `output`.
    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Decoded;
}

/// What a call of [`Member::decode`] came to, also when it failed.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) used: usize,
    pub(super) filled: usize,
    /// Whether the member has ended.
    pub(super) result: io::Result<bool>,
}

/// Members one after the other.
#[derive(Debug)]
pub(super) struct Members<M> {
    member: M,
    state: State,
}

/// | from | to | when |
/// |---|---|---|
/// | `Between` | `Member` | a byte that can begin one |
/// | `Between` | `Padding` | a zero, where zeros may follow |
/// | `Member` | `Between` | the member's checksum is right |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Between,
    Member,
    Padding,
}

/// The same for each format.
pub(super) trait Undo: fmt::Debug + Send + Sync {
    /// Decodes some of `input` into `output`: how many bytes are used, and how many filled.
    fn undo(&mut self, input: &[u8], output: &mut [u8]) -> (usize, usize, io::Result<()>);

    /// Says that the input has ended.
    fn end(&self) -> io::Result<()>;
}

impl<M: Member> Members<M> {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { member: M::new()?, state: State::Member })
    }
}

impl<M: Member> Undo for Members<M> {
    fn undo(&mut self, input: &[u8], output: &mut [u8]) -> (usize, usize, io::Result<()>) {
        match (self.state, input.first()) {
            (State::Member, _) => {}
            (_, None) => return (0, 0, Ok(())),
            (State::Padding, Some(_)) => return (input.len(), 0, padding::<M>(input)),
            (State::Between, Some(0)) if M::PADDED => {
                self.state = State::Padding;
                return (input.len(), 0, padding::<M>(input));
            }
            (State::Between, Some(byte)) if M::begins(*byte) => {
                if let Err(error) = self.member.renew() {
                    return (0, 0, Err(error));
                }
                self.state = State::Member;
            }
            (State::Between, Some(_)) => return (0, 0, Err(garbage::<M>())),
        }
        let Decoded { used, filled, result } = self.member.decode(input, output);
        let result = result.map(|ended| {
            if ended {
                self.state = State::Between;
            }
        });
        (used, filled, result)
    }

    fn end(&self) -> io::Result<()> {
        if self.state == State::Member {
            let message = format!("the {} data end too early", M::NAME);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message));
        }
        Ok(())
    }
}

fn padding<M: Member>(input: &[u8]) -> io::Result<()> {
    if input.iter().all(|byte| *byte == 0) { Ok(()) } else { Err(garbage::<M>()) }
}

fn garbage<M: Member>() -> io::Error {
    let name = M::NAME;
    let message = format!("something that is not {name} follows the {name} data");
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// How far a counter went.
pub(super) fn counted(after: u64, before: u64) -> usize {
    usize::try_from(after - before).unwrap_or(0)
}

pub(super) fn invalid(message: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.into())
}
