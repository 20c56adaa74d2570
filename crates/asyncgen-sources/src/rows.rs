//! The records of a source, one by one.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use asyncgen_formats::{Batch, Row};
use futures_core::Stream;

use crate::{Batches, Error};

/// The records of a source as a stream of owned [`Row`]s, for any executor.
///
/// A row keeps the batch alive that it stands in; to go through much data without keeping it,
/// [`Batches`] costs less.
///
/// ```
/// use asyncgen_sources::{Input, csv};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// let mut rows = csv(Input::bytes("name,age\nAda,36\nAlan,41\n")).rows();
/// while let Some(row) = rows.next().await {
///     let row = row?;
///     println!("{:?} is {:?}", row.by_name("name"), row.by_name("age"));
/// }
/// # Ok(())
/// # }
/// # pollster::block_on(example()).unwrap();
/// ```
#[derive(Debug)]
#[must_use = "a source does nothing until it is polled"]
pub struct Rows {
    batches: Batches,
    batch: Arc<Batch>,
    given: usize,
}

impl Rows {
    pub(crate) fn new(batches: Batches) -> Self {
        Self { batches, batch: Arc::default(), given: 0 }
    }

    /// The next record; `None` at the end.
    ///
    /// Cancel safety: dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Row, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The batches that the rows come from, for progress, summary and columns. A batch taken out
    /// of it is missing among the rows.
    pub fn batches(&mut self) -> &mut Batches {
        &mut self.batches
    }
}

/// Written by hand, so that [`Rows::batches`] is within reach between two rows. A generator that
/// does the same is as fast (88 to 99 ns a row so, 94 to 124 ns by `try_stream!`, decoding
/// included, on a busy machine): speed is no reason.
impl Stream for Rows {
    type Item = Result<Row, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(row) = Row::new(Arc::clone(&self.batch), self.given) {
                self.given += 1;
                return Poll::Ready(Some(Ok(row)));
            }
            match ready!(Pin::new(&mut self.batches).poll_next(cx)) {
                Some(Ok(batch)) => {
                    self.batch = Arc::new(batch);
                    self.given = 0;
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}
