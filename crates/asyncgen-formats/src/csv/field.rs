//! The open field of a CSV source.

use super::dialect::State;

/// The open field, where the bytes end. `start` is its first byte, `at` the first byte that is not
/// looked at yet, both counted from the beginning of the bytes that are pending.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) state: State,
    pub(super) start: usize,
    pub(super) at: usize,
    /// Whether there are escaped quotes in it.
    pub(super) escaped: bool,
    /// Whether there are line ends in it.
    pub(super) has_line_ends: bool,
    /// Whether it is neither plain text nor all in quotes, so that its text has to be put together.
    pub(super) mixed: bool,
}

impl Field {
    pub(super) fn starting(at: usize) -> Self {
        Self {
            state: State::Start,
            start: at,
            at,
            escaped: false,
            has_line_ends: false,
            mixed: false,
        }
    }

    /// Notes that there is nothing more to see before `end`.
    pub(super) fn read_to(&mut self, end: usize) {
        if self.state == State::Start && self.start < end {
            self.state = State::Plain;
        }
        self.at = end;
    }
}
