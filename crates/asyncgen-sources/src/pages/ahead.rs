//! Pages that are asked for before their turn.
//!
//! Only where pages are counted can one be asked for that nobody has led to. What comes before its
//! turn waits for it, failures too: a page behind the last one, or behind one that failed, is never
//! heard of.

use std::collections::VecDeque;

use asyncgen_formats::Batch;
use tokio::task::JoinHandle;

use super::fetch::{Page, Reading};
use super::spot::Spot;
use crate::{Error, ErrorKind};

/// The pages under way, in the order of their turn.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    pages: VecDeque<(Spot, JoinHandle<Whole>)>,
}

/// A page that was read to its end, and the failure it may have ended with.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) batches: Vec<Batch>,
    pub(crate) page: Result<Page, Error>,
}

impl Ahead {
    /// How many are under way.
    pub(crate) fn len(&self) -> u64 {
        self.pages.len() as u64
    }

    /// Begins to read the page at `spot`, whose turn comes after those under way.
    pub(crate) fn begin(&mut self, spot: Spot, reading: Reading) {
        self.pages.push_back((spot, tokio::spawn(whole(reading))));
    }

    /// The page at `spot`, if it is under way. Those that were expected instead are given up.
    pub(crate) async fn take(&mut self, spot: &Spot) -> Option<Result<Whole, ErrorKind>> {
        if self.pages.front().is_some_and(|(front, _)| front != spot) {
            self.give_up();
        }
        let (_, task) = self.pages.pop_front()?;
        Some(task.await.map_err(|error| ErrorKind::Panicked(error.to_string())))
    }

    fn give_up(&mut self) {
        for (_, task) in self.pages.drain(..) {
            task.abort();
        }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.give_up();
    }
}

async fn whole(mut reading: Reading) -> Whole {
    let mut batches = Vec::new();
    loop {
        match reading.next().await {
            Ok(Some(batch)) => batches.push(batch),
            Ok(None) => {
                let page = reading.page().cloned().unwrap_or_default();
                return Whole { batches, page: Ok(page) };
            }
            Err(error) => return Whole { batches, page: Err(error) },
        }
    }
}
