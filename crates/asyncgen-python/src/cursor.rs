//! A place in the stream of batches: what was handed out, what is next.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use asyncgen_sources::{
    Batch, Batches, Columns, Dialect, Error, Position, Progress, Reject, Summary,
};
use futures_core::Stream;

/// The field that has the id of an event.
const ID: usize = 2;

/// The batches of a source and the place in the current one.
pub(crate) struct Cursor {
    batches: Batches,
    batch: Arc<Batch>,
    /// One more reference to the batch, which a record takes and [`give_back`](Self::give_back) returns: to count one for
    /// each, and one for its schema, makes a list of three columns 8 % dearer.
    lent: Option<Arc<Batch>>,
    next: usize,
    /// Whether its records are events, which have an id in place of a position.
    pub(crate) of_events: bool,
    /// The id of the event before the batch.
    event: Option<String>,
}

/// A record to be made into an object.
#[derive(Clone)]
pub(crate) struct Taken {
    pub(crate) batch: Arc<Batch>,
    pub(crate) index: usize,
}

impl Cursor {
    pub(crate) fn new(batches: Batches, of_events: bool) -> Self {
        let batch = Arc::new(Batch::at(batches.start()));
        Self { batches, batch, lent: None, next: 0, of_events, event: None }
    }

    /// Whether the current batch has another record.
    pub(crate) fn has_record(&self) -> bool {
        self.next < self.batch.len()
    }

    /// The next record, if the current batch has one.
    pub(crate) fn take(&mut self) -> Option<Taken> {
        if !self.has_record() {
            return None;
        }
        let index = self.next;
        self.next += 1;
        let batch = self.lent.take().unwrap_or_else(|| Arc::clone(&self.batch));
        Some(Taken { batch, index })
    }

    /// Gives the batch of a taken record back, to be taken with the next one; that may be left out.
    #[inline]
    pub(crate) fn give_back(&mut self, taken: Taken) {
        if Arc::ptr_eq(&taken.batch, &self.batch) {
            self.lent = Some(taken.batch);
        }
    }

    /// Puts the record back that was taken last.
    pub(crate) fn put_back(&mut self) {
        self.next = self.next.saturating_sub(1);
    }

    /// What `make` makes of the next record, if the current batch has one; else nothing is taken.
    #[inline]
    pub(crate) fn take_as<T>(
        &mut self,
        make: impl FnOnce(&Arc<Batch>, usize) -> Option<T>,
    ) -> Option<T> {
        if !self.has_record() {
            return None;
        }
        let object = make(&self.batch, self.next)?;
        self.next += 1;
        Some(object)
    }

    /// Leaves out records of the current batch.
    pub(crate) fn skip(&mut self, count: usize) {
        self.next += count;
    }

    /// Goes on to the next batch that has a record: `Ok(false)` at the end. Adds the records that were
    /// passed over to `rejects`.
    ///
    /// Polled by hand, as a step of Python has a waker and no future. A generator of the records, polled
    /// for each, would cost a step 4 ns more (`cargo bench -p asyncgen-sources --bench rows`).
    pub(crate) fn poll_batch(
        &mut self,
        waker: &Waker,
        rejects: &mut Vec<Reject>,
    ) -> Poll<Result<bool, Error>> {
        loop {
            match Pin::new(&mut self.batches).poll_next(&mut Context::from_waker(waker)) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(Ok(false)),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
                Poll::Ready(Some(Ok(batch))) => {
                    let empty = batch.is_empty();
                    rejects.extend_from_slice(batch.rejects());
                    if self.of_events {
                        self.event = self.event_before(self.batch.len()).map(str::to_owned);
                    }
                    (self.batch, self.lent, self.next) = (Arc::new(batch), None, 0);
                    if !empty {
                        return Poll::Ready(Ok(true));
                    }
                }
            }
        }
    }

    /// The place after the last record handed out.
    pub(crate) fn position(&self) -> Position {
        self.batch.position(self.next)
    }

    /// A position as a text to resume at, or why it is refused; `None` where there is none. Of events it is one in the
    /// current batch.
    pub(crate) fn token(&self, position: Position) -> Option<Result<String, String>> {
        let token = if self.of_events {
            self.event_token(position)
        } else {
            self.batches.token(position).or_else(|| self.batches.position_after(position.record))
        };
        Some(token?.map_err(|error| error.message()))
    }

    /// The same of events: behind the last one there. None of those that have no id.
    fn event_token(&self, position: Position) -> Option<Result<String, Error>> {
        let index = position.record.checked_sub(self.batch.start().record)?;
        match self.event_before(usize::try_from(index).ok()?) {
            Some("") => None,
            Some(id) => self.batches.position_of_event(id),
            None => self.batches.position_after(0),
        }
    }

    /// The id of the event before the one at `index` of the batch; `None` before the first of all.
    fn event_before(&self, index: usize) -> Option<&str> {
        match index.checked_sub(1) {
            Some(before) => self.batch.get(before)?.get(ID),
            None => self.event.as_deref(),
        }
    }

    /// Asks for pages in place of their items; false when it is too late.
    pub(crate) fn give_pages(&self) -> bool {
        self.batches.give_pages()
    }

    pub(crate) fn plan(&self) -> Option<String> {
        self.batches.plan()
    }

    pub(crate) fn columns(&self) -> Option<&Columns> {
        self.batches.columns()
    }

    pub(crate) fn dialect(&self) -> Option<Dialect> {
        self.batches.dialect().copied()
    }

    pub(crate) fn progress(&self) -> Progress {
        self.batches.progress()
    }

    pub(crate) fn summary(&self) -> Option<&Summary> {
        self.batches.summary()
    }
}
