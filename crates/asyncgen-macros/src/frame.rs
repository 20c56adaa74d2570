//! The part of a body that a `return`, `break`, `continue` or `?` would leave.

use std::mem;

use crate::loops::{Jump, Loop};

/// The whole body of the generator, or the body of a `finally!` in it, which runs as a future of its
/// own: what leaves it is noted here, to be done after the cleanup.
#[derive(Default)]
pub(crate) struct Frame {
    /// The loops around the tokens being read, as far as they are in the frame.
    pub(crate) loops: Vec<Loop>,
    /// Whether a `?` leaves it.
    pub(crate) fails: bool,
    /// Whether a `return` leaves it.
    pub(crate) returns: bool,
    /// What leaves it for a loop outside.
    pub(crate) jumps: Vec<Jump>,
    /// `None` in the body of the generator itself.
    outer: Option<Box<Frame>>,
}

/// Where a jump goes.
pub(crate) enum Target {
    /// Into the same frame.
    Inside,
    /// Into one around it.
    Outside,
    /// Nowhere in the generator.
    Unknown,
}

impl Frame {
    /// Whether it is the body of a `finally!`.
    pub(crate) fn is_guarded(&self) -> bool {
        self.outer.is_some()
    }

    /// Opens a frame in this one.
    pub(crate) fn enter(&mut self) {
        let outer = mem::take(self);
        self.outer = Some(Box::new(outer));
    }

    /// Closes it, and gives it with what was noted.
    pub(crate) fn leave(&mut self) -> Self {
        let outer = self.outer.take().map(|outer| *outer).unwrap_or_default();
        mem::replace(self, outer)
    }

    pub(crate) fn target(&self, jump: &Jump) -> Target {
        if jump.leaves(&self.loops) {
            return Target::Inside;
        }
        let mut frame = self;
        while let Some(outer) = &frame.outer {
            if jump.leaves(&outer.loops) {
                return Target::Outside;
            }
            frame = outer;
        }
        Target::Unknown
    }

    /// The number of a jump that leaves the frame.
    pub(crate) fn number(&mut self, jump: Jump) -> u8 {
        let known = self.jumps.iter().position(|known| known.is_as(&jump));
        let number = known.unwrap_or_else(|| {
            self.jumps.push(jump);
            self.jumps.len() - 1
        });
        // More labels than this cannot be told apart, and nobody nests so many loops.
        u8::try_from(number).unwrap_or(u8::MAX)
    }
}
