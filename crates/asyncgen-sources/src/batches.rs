//! The consumer's end of a source.

use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use asyncgen::Generator;
use asyncgen_formats::{Batch, Columns};
use futures_core::Stream;
use tokio::sync::mpsc;

use crate::producer::{Message, Running, produce};
use crate::progress::Shared;
use crate::{Error, ErrorKind, Place, Progress, Summary, runtime};

/// The batches that wait for the consumer. One would do for order and memory; two let the
/// producer decode while the consumer takes one. Each more costs a chunk of memory and wins
/// nothing, since the slower side sets the pace.
const QUEUE: usize = 2;

/// The batches of a source, decoded off the consumer's thread.
///
/// Nothing happens before the first poll. Then a task of the library's own runtime reads and
/// decodes, and waits when a few batches are ready: memory is bounded whatever the input, and any
/// executor, or none, can poll. Everything decoded before an error comes first, then the error,
/// once, then `None`.
///
/// Dropping it tells the producer to stop and returns at once, on any thread.
///
/// ```
/// use asyncgen_sources::{Input, lines};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// let mut batches = lines(Input::bytes("one\ntwo\n")).batches();
/// while let Some(batch) = batches.next().await {
///     for record in &batch? {
///         println!("{}", record.get(0).unwrap_or_default());
///     }
/// }
/// assert_eq!(batches.summary().unwrap().records, 2);
/// # Ok(())
/// # }
/// # pollster::block_on(example()).unwrap();
/// ```
#[must_use = "a source does nothing until it is polled"]
pub struct Batches {
    name: Arc<str>,
    shared: Arc<Shared>,
    state: State,
    summary: Option<Summary>,
}

/// | from | to | when |
/// |---|---|---|
/// | `Idle` | `Running` | the first poll |
/// | `Idle` | `Done` | the runtime cannot be started; `close` |
/// | `Running` | `Done` | the end, an error, a fork, `close` |
enum State {
    Idle(Producer, mpsc::Receiver<Message>),
    Running(Running),
    Done,
}

/// The task that drives a generator and sends what it yields.
type Producer = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Batches {
    /// The consumer's end of `generator`, which counts with `shared`.
    pub(crate) fn new<G>(name: Arc<str>, shared: Arc<Shared>, generator: G) -> Self
    where
        G: Generator<Item = Result<Batch, Error>, Return = Result<Summary, Error>> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let place = Place::of(Arc::clone(&name));
        let producer = Box::pin(produce(generator, sender, place));
        let state = State::Idle(producer, receiver);
        Self { name, shared, state, summary: None }
    }

    /// The next batch; `None` at the end.
    ///
    /// Cancel safety: a batch is taken out of the queue only when it is returned, so dropping the
    /// future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Batch, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The name of the source: a path, `<bytes>`, `<stdin>`, or a URL without its secrets.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The names of the columns, once they have been read.
    pub fn columns(&self) -> Option<&Columns> {
        self.shared.columns()
    }

    /// How far the producer is.
    pub fn progress(&self) -> Progress {
        self.shared.progress()
    }

    /// What the source came to; known once it has ended without an error.
    pub fn summary(&self) -> Option<&Summary> {
        self.summary.as_ref()
    }

    /// Stops the producer and drops what it has sent; from now on there is nothing but `None`.
    ///
    /// It signals and returns: what the producer holds is released by its own thread, soon after.
    pub fn close(&mut self) {
        self.state = State::Done;
    }

    /// Starts the producer, unless it was started or closed.
    fn start(&mut self) -> Result<(), Error> {
        if !matches!(self.state, State::Idle(..)) {
            return Ok(());
        }
        let State::Idle(producer, queue) = mem::replace(&mut self.state, State::Done) else {
            return Ok(());
        };
        let runtime = runtime::current().map_err(|error| self.error(ErrorKind::Open(error)))?;
        let task = runtime.tokio.spawn(producer).abort_handle();
        self.state = State::Running(Running::new(queue, task));
        Ok(())
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind, Place::of(Arc::clone(&self.name)))
    }
}

/// Written by hand: it is the receiver of a channel, which generates nothing, and the figures, the
/// columns and `close` must stay within reach between two polls, which the body of a generator
/// would keep to itself. A batch costs one `poll_recv` and one look at the process id.
impl Stream for Batches {
    type Item = Result<Batch, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Err(error) = self.start() {
            return Poll::Ready(Some(Err(error)));
        }
        let State::Running(running) = &mut self.state else { return Poll::Ready(None) };
        let end = match running.queue() {
            None => Err(self.error(ErrorKind::Forked)),
            Some(queue) => match ready!(queue.poll_recv(cx)) {
                Some(Message::Batch(batch)) => return Poll::Ready(Some(Ok(batch))),
                Some(Message::End(end)) => end,
                None => Err(self.error(ErrorKind::Panicked("the producer vanished".to_owned()))),
            },
        };
        self.state = State::Done;
        match end {
            Ok(summary) => {
                self.summary = Some(summary);
                Poll::Ready(None)
            }
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }
}

impl fmt::Debug for Batches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches")
            .field("name", &self.name)
            .field("progress", &self.progress())
            .finish_non_exhaustive()
    }
}
