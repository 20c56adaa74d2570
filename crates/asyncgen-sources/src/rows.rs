//! The records of a source, one by one.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use asyncgen::{BoxGen, Generator as _, try_stream};
use asyncgen_formats::{Batch, Row};
use futures_core::Stream as _;

use crate::source::Items;
use crate::{Batches, Error, Source, SourceGenerator, Summary};

/// The records of a source as owned [`Row`]s.
///
/// A row keeps the batch alive that it stands in; to go through much data without keeping it,
/// [`Batches`] costs less.
///
/// ```
/// use asyncgen_sources::{Input, async_for, csv};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// async_for!(for row in csv(Input::bytes("name,age\nAda,36\nAlan,41\n")).rows() {
///     let row = row?;
///     println!("{:?} is {:?}", row.by_name("name"), row.by_name("age"));
/// });
/// # Ok(())
/// # }
/// # pollster::block_on(example()).unwrap();
/// ```
pub type Rows = Source<Row>;

impl Rows {
    /// The records of `batches`.
    pub(crate) fn of(batches: Batches) -> Self {
        batches.map(|batches| {
            Items::Each(Each { batches, batch: None, next: 0, make: Row::new, is_over: false })
        })
    }
}

/// What each record of some batches is made into, one by one.
///
/// Polled by hand: it costs the consumer's thread 12 ns a row, and a generator, which has to be in a box, 16
/// (`cargo bench -p asyncgen-sources --bench rows`).
pub(crate) struct Each<Y> {
    batches: SourceGenerator<Batch>,
    batch: Option<Arc<Batch>>,
    /// The next record of the batch.
    next: usize,
    /// `None` behind the last one.
    make: fn(Arc<Batch>, usize) -> Option<Y>,
    /// Whether nothing comes any more.
    is_over: bool,
}

impl<Y> Each<Y> {
    #[inline]
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Y, Error>>> {
        loop {
            if let Some(batch) = &self.batch {
                if let Some(made) = (self.make)(Arc::clone(batch), self.next) {
                    self.next += 1;
                    return Poll::Ready(Some(Ok(made)));
                }
                // It is not kept while the next one is waited for.
                self.batch = None;
            }
            match ready!(Pin::new(&mut self.batches).poll_next(cx)) {
                Some(Ok(batch)) => (self.batch, self.next) = (Some(Arc::new(batch)), 0),
                last => {
                    self.is_over = true;
                    return Poll::Ready(last.and_then(Result::err).map(Err));
                }
            }
        }
    }

    /// Gives nothing any more, and closes the batches.
    pub(crate) fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        (self.batch, self.is_over) = (None, true);
        Pin::new(&mut self.batches).poll_close(cx).map(drop)
    }

    /// What the source came to, after its end.
    pub(crate) fn take_return(&mut self) -> Option<Result<Summary, Error>> {
        self.batches.take_return()
    }

    pub(crate) fn into_generator(mut self) -> SourceGenerator<Y>
    where
        Y: Send + 'static,
    {
        let is_over = self.is_over;
        let mut generator = BoxGen::new(try_stream!(async move {
            while let Some(item) = poll_fn(|cx| self.poll_next(cx)).await {
                yield item?;
            }
            self.take_return().unwrap_or_else(|| Ok(Summary::default()))
        }));
        if is_over {
            // As what is at its end it has no return value.
            let closed =
                Pin::new(&mut generator).poll_close(&mut Context::from_waker(Waker::noop()));
            debug_assert!(closed.is_ready(), "it has not begun");
        }
        generator
    }
}
