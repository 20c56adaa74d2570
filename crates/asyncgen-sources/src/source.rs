//! The consumer's end of a source: what it gives, and what is told of it meanwhile.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use asyncgen::{BoxGen, Generator, Next};
use asyncgen_formats::{Batch, Columns};
use futures_core::Stream;

use crate::progress::Shared;
use crate::rows::Each;
use crate::{Dialect, Error, Progress, Summary};

/// A source that gives `Y`: its records in [`Batches`](crate::Batches), or one by one as
/// [`Rows`](crate::Rows).
///
/// Nothing happens before the first poll. Then a task of the library's own runtime reads and
/// decodes, and waits when a few batches are ready: memory is bounded whatever the input, and any
/// executor, or none, can poll. Everything decoded before an error comes first, then the error,
/// once, then `None`.
///
/// Dropping it tells the producer to stop and returns at once, on any thread.
#[must_use = "a source does nothing until it is polled"]
pub struct Source<Y> {
    name: Arc<str>,
    shared: Arc<Shared>,
    items: Items<Y>,
    summary: Option<Summary>,
}

/// Where a source has what it gives.
pub(crate) enum Items<Y> {
    Generator(SourceGenerator<Y>),
    Each(Each<Y>),
}

/// A source as a generator: it yields `Y` or fails, and returns the summary.
pub type SourceGenerator<Y> = BoxGen<'static, Y, Result<Summary, Error>, Result<Y, Error>>;

impl<Y> Source<Y> {
    /// What `generator` gives, told of by `shared`.
    pub(crate) fn new(name: Arc<str>, shared: Arc<Shared>, generator: SourceGenerator<Y>) -> Self {
        Self { name, shared, items: Items::Generator(generator), summary: None }
    }

    /// What is told of it meanwhile.
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The next of what it gives; `None` at the end.
    ///
    /// Cancel safety: it is taken only when it is returned, so dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Y, Error>> {
        Next::next(self).await
    }

    /// The name of the source: a path, `<bytes>`, `<stdin>`, or a URL without its secrets.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The name of the file that `position` is in: that of the source, where it is no list.
    pub fn file_name(&self, position: crate::Position) -> &Arc<str> {
        let files = self.shared.files.get();
        files.and_then(|files| files.get(position.file as usize)).unwrap_or(&self.name)
    }

    /// The names of the files that are read one after the other, where it is a list of them.
    pub fn files(&self) -> Option<&Arc<[Arc<str>]>> {
        self.shared.files.get()
    }

    /// The names of the columns, once they have been read.
    pub fn columns(&self) -> Option<&Columns> {
        self.shared.columns()
    }

    /// How a source of CSV is written, once that is known: as was said, or as was worked out. `None`
    /// for other sources.
    pub fn dialect(&self) -> Option<&Dialect> {
        self.shared.dialect()
    }

    /// How far the producer is.
    pub fn progress(&self) -> Progress {
        self.shared.progress()
    }

    /// Lets a source of pages give them in place of their items, as [`by_page`](crate::Pages::by_page)
    /// does; false when it has begun. For the crates of this workspace.
    #[doc(hidden)]
    pub fn give_pages(&self) -> bool {
        self.shared.give_pages()
    }

    /// The way through its pages that a source has chosen: `link: the Link header`. `None` for a
    /// source without pages, and before the first.
    pub fn plan(&self) -> Option<String> {
        self.shared.plan()
    }

    /// The position after so many records of a source of pages, to
    /// [`resume`](crate::Pages::resume) at; `None` where it is not known. Before the first record it is the one that the
    /// source was told to begin at, of [`sse`](crate::sse()) too.
    ///
    /// It is known from the first page on, for the records of the batches that were taken last. It
    /// is JSON and holds no secret: where the URL of a page does, it is refused.
    pub fn position_after(&self, records: u64) -> Option<Result<String, Error>> {
        let Some(position) = crate::pages::Position::after(&self.shared.marks, records) else {
            return self.shared.start().map(|start| Ok(start.to_owned()));
        };
        let walk = self.shared.walk()?;
        let refused = |message| {
            let place = crate::Place::of(Arc::clone(&self.name));
            Error::new(crate::ErrorKind::Usage(message), place)
        };
        Some(position.to_text(walk).map_err(refused))
    }

    /// The position behind the event with this `id`, the last field of an event of [`sse`](crate::sse()), to
    /// [`resume`](crate::Sse::resume) at; an error where the events have none. `None` of what is no source of events.
    ///
    /// It is JSON and holds no secret: an `id` that does is refused.
    pub fn position_of_event(&self, id: &str) -> Option<Result<String, Error>> {
        let secrets = self.shared.secrets.get()?;
        let position = crate::sse::place::to_text(self.shared.walk()?, id, secrets);
        Some(position.map_err(|message| {
            Error::new(crate::ErrorKind::Usage(message), crate::Place::of(Arc::clone(&self.name)))
        }))
    }

    /// The place it begins at: that of its first byte, or that where it was resumed.
    pub fn start(&self) -> crate::Position {
        self.shared.resumed.get().copied().unwrap_or_default()
    }

    /// `position` of a source of lines, CSV, NDJSON or chunks in a file, in bytes or at a URL as a text, to `resume` at; `None`
    /// where what is read cannot be read again (of a URL: where the server says neither a strong `ETag` nor when it was changed), before it was opened, and once 16 further files with records have
    /// been opened.
    ///
    /// It is JSON and holds no secret.
    pub fn token(&self, position: crate::Position) -> Option<Result<String, Error>> {
        let Some(origin) = self.shared.origins.of(position.file) else {
            let resumed = self.shared.resumed.get()?;
            let start = self.shared.start().filter(|_| *resumed == position);
            return start.map(|start| Ok(start.to_owned()));
        };
        let token = origin.token(position);
        Some(token.map_err(|error| {
            let place = crate::Place::of(Arc::clone(&self.name));
            Error::new(crate::ErrorKind::Read(error), place)
        }))
    }

    /// What the source came to; known once it has ended without an error.
    pub fn summary(&self) -> Option<&Summary> {
        self.summary.as_ref()
    }

    /// Stops the producer and drops what it has sent; from now on there is nothing but `None`.
    ///
    /// It signals and returns: what the producer holds is released by its own thread, soon after.
    pub fn close(&mut self) {
        let cx = &mut Context::from_waker(Waker::noop());
        let closed = match &mut self.items {
            Items::Generator(generator) => Pin::new(generator).poll_close(cx).map(drop),
            Items::Each(each) => each.poll_close(cx),
        };
        debug_assert!(closed.is_ready(), "there is no cleanup in it that could wait");
    }

    /// It as a generator, to delegate to: its return value is the summary. Of [`Rows`](crate::Rows) one is made, which
    /// costs each row a little more than the stream does.
    ///
    /// ```
    /// use asyncgen::{async_for, try_stream};
    /// use asyncgen_sources::{Error, Input, lines};
    ///
    /// # async fn example() -> Result<(), Error> {
    /// let mut both = try_stream!(async move {
    ///     let one = yield_all!(lines(Input::bytes("a\nb\n")).rows().into_generator())?;
    ///     let two = yield_all!(lines(Input::bytes("c\n")).rows().into_generator())?;
    ///     Ok::<_, Error>(one.records + two.records)
    /// })
    /// .boxed();
    /// async_for!(for row in &mut both {
    ///     println!("{:?}", row?.get(0));
    /// });
    /// assert_eq!(both.take_return().unwrap()?, 3);
    /// # Ok(())
    /// # }
    /// # pollster::block_on(example()).unwrap();
    /// ```
    pub fn into_generator(self) -> SourceGenerator<Y>
    where
        Y: Send + 'static,
    {
        self.items.into_generator()
    }
}

impl<Y> Items<Y> {
    fn into_generator(self) -> SourceGenerator<Y>
    where
        Y: Send + 'static,
    {
        match self {
            Self::Generator(generator) => generator,
            Self::Each(each) => each.into_generator(),
        }
    }

    fn take_return(&mut self) -> Option<Result<Summary, Error>> {
        match self {
            Self::Generator(generator) => generator.take_return(),
            Self::Each(each) => each.take_return(),
        }
    }
}

impl Source<Batch> {
    /// Gives what `body` makes of the generator, under the same name.
    pub(crate) fn map<Z>(self, body: impl FnOnce(SourceGenerator<Batch>) -> Items<Z>) -> Source<Z> {
        let Self { name, shared, items, summary } = self;
        Source { name, shared, items: body(items.into_generator()), summary }
    }
}

/// It passes the poll on, and keeps the summary at the end. The item
/// is looked at where it is: taken apart and put together again, as `ready!` does, it costs a row 7 ns
/// more (`cargo bench -p asyncgen-sources --bench rows`).
impl<Y> Stream for Source<Y> {
    type Item = Result<Y, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = match &mut self.items {
            Items::Generator(generator) => Pin::new(generator).poll_next(cx),
            Items::Each(each) => each.poll_next(cx),
        };
        if matches!(item, Poll::Ready(None)) {
            self.summary = self.summary.or(self.items.take_return().and_then(Result::ok));
        }
        item
    }
}

impl<Y> fmt::Debug for Source<Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .field("progress", &self.progress())
            .finish_non_exhaustive()
    }
}
