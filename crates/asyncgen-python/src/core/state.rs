//! Where a source stands: what is open, taken, held and passed over.

use std::{
    mem,
    task::{Poll, Waker},
};

use asyncgen_sources::{Columns, Dialect, Position, Progress, Reject, Summary};

use super::Next;
use crate::{cursor::Cursor, fairness::Slice};

/// How many records that were passed over are kept.
const MOST_REJECTS: usize = 1000;

pub(super) struct State {
    pub(super) stage: Stage,
    pub(super) started: bool,
    pub(super) running: bool,
    pub(super) parked: Option<Waker>,
    pub(super) slice: Slice,
    pub(super) taken: u64,
    pub(super) last: Last,
    /// The records that were passed over, the first of them, where they are wanted.
    pub(super) rejects: Vec<Reject>,
    pub(super) collects: bool,
    /// Those that became nothing only here.
    pub(super) rejected: u64,
    /// The records that were taken and are not handed out yet, by where they begin.
    pub(super) held: Vec<Held>,
    pub(super) holds: u64,
}

pub(super) struct Held {
    pub(super) hold: u64,
    pub(super) position: Position,
    /// The position as a text, of events, and of others once the source was closed.
    pub(super) token: Option<Result<String, String>>,
}

impl Held {
    /// The position as a text, of the source that `cursor` is at.
    pub(super) fn token(&self, cursor: &Cursor) -> Option<Result<String, String>> {
        if cursor.of_events { self.token.clone() } else { cursor.token(self.position) }
    }
}

pub(super) enum Stage {
    Open(Box<Cursor>),
    /// Ended or failed, and records that came before are held: what their positions are made of is kept.
    Ended(Box<Cursor>),
    /// Ended or failed: nothing is held any more.
    Over,
    /// Closed before it was over.
    Closed,
}

/// What is still known after the end.
#[derive(Default)]
pub(super) struct Last {
    pub(super) position: Position,
    pub(super) progress: Option<Progress>,
    pub(super) columns: Option<Columns>,
    /// As the batches have it.
    pub(super) summary: Option<Summary>,
    pub(super) token: Option<Result<String, String>>,
    pub(super) plan: Option<String>,
    pub(super) dialect: Option<Dialect>,
}

impl State {
    pub(super) fn reject(&mut self, reject: Reject) {
        self.rejected += 1;
        if self.collects && self.rejects.len() < MOST_REJECTS {
            self.rejects.push(reject);
        }
    }

    /// What the source came to. Records may become nothing after its end, in a table that has gathered them.
    pub(super) fn summary(&self) -> Option<Summary> {
        let rejected = self.rejected;
        self.last.summary.map(|summary| Summary {
            records: summary.records - rejected,
            rejects: summary.rejects + rejected,
            ..summary
        })
    }

    /// The cursor, if a record can be taken from it with nothing to be done first.
    #[inline]
    pub(super) fn ready(
        &mut self,
        may_serve: impl FnOnce(&mut Slice) -> bool,
    ) -> Option<&mut Cursor> {
        let Stage::Open(cursor) = &mut self.stage else { return None };
        (!self.running && cursor.has_record() && may_serve(&mut self.slice)).then_some(cursor)
    }

    pub(super) fn next(&mut self, waker: &Waker) -> Next {
        let Stage::Open(cursor) = &mut self.stage else { return Next::End(None) };
        loop {
            if let Some(taken) = cursor.take() {
                self.taken += 1;
                return Next::Record(taken);
            }
            let polled = cursor.poll_batch(waker, &mut self.rejects);
            self.rejects.truncate(if self.collects { MOST_REJECTS } else { 0 });
            match polled {
                Poll::Pending => return Next::Pending,
                Poll::Ready(Ok(true)) => {}
                Poll::Ready(Ok(false)) => {
                    self.last.summary = cursor.summary().copied();
                    self.end();
                    return Next::End(self.summary());
                }
                Poll::Ready(Err(error)) => {
                    self.end();
                    return Next::Failed(error);
                }
            }
        }
    }

    /// Nothing comes any more.
    fn end(&mut self) {
        if self.held.is_empty() {
            self.finish(Stage::Over);
        } else if let Stage::Open(cursor) = mem::replace(&mut self.stage, Stage::Over) {
            self.stage = Stage::Ended(cursor);
        }
    }

    /// What was held is handed out. Gives what is not needed any more.
    pub(super) fn release(&mut self, hold: u64) -> Option<Box<Cursor>> {
        self.held.retain(|held| held.hold != hold);
        let is_over = self.held.is_empty() && matches!(self.stage, Stage::Ended(_));
        if is_over { self.finish(Stage::Over) } else { None }
    }

    /// Goes to the last stage, `last`, and keeps what is still known then; nothing is done where one is reached. Gives
    /// what is not needed any more.
    pub(super) fn finish(&mut self, last: Stage) -> Option<Box<Cursor>> {
        let cursor = match mem::replace(&mut self.stage, last) {
            Stage::Open(cursor) | Stage::Ended(cursor) => cursor,
            reached => {
                self.stage = reached;
                return None;
            }
        };
        self.last.position = cursor.position();
        self.last.progress = Some(cursor.progress());
        self.last.columns = cursor.columns().cloned();
        self.last.token = cursor.token(cursor.position());
        for held in &mut self.held {
            held.token = held.token(&cursor);
        }
        self.last.plan = cursor.plan();
        self.last.dialect = cursor.dialect();
        Some(cursor)
    }

    pub(super) fn first_held(&self) -> Option<&Held> {
        self.held.iter().min_by_key(|held| held.position)
    }

    pub(super) fn cursor(&self) -> Option<&Cursor> {
        match &self.stage {
            Stage::Open(cursor) | Stage::Ended(cursor) => Some(cursor),
            Stage::Over | Stage::Closed => None,
        }
    }
}
