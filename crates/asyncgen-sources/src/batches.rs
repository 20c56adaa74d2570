//! The records of a source, many at once.

use std::sync::Arc;

use asyncgen::{BoxGen, Generator, try_stream};
use asyncgen_formats::Batch;

use crate::producer::{Producer, QUEUE};
use crate::progress::Shared;
use crate::{Error, Place, Source, Summary};

/// The batches of a source, decoded off the consumer's thread.
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
pub type Batches = Source<Batch>;

impl Batches {
    /// What `generator` yields on the library's runtime, which counts with `shared`.
    pub(crate) fn of<G>(name: Arc<str>, shared: Arc<Shared>, generator: G) -> Self
    where
        G: Generator<Item = Result<Batch, Error>, Return = Result<Summary, Error>> + Send + 'static,
    {
        Self::with_room(QUEUE, name, shared, generator)
    }

    /// The same, where as many batches as `room` may wait for the consumer.
    pub(crate) fn with_room<G>(
        room: usize,
        name: Arc<str>,
        shared: Arc<Shared>,
        generator: G,
    ) -> Self
    where
        G: Generator<Item = Result<Batch, Error>, Return = Result<Summary, Error>> + Send + 'static,
    {
        let place = Place::of(Arc::clone(&name));
        let received = try_stream!(async move {
            let at = |kind| Error::new(kind, place.clone());
            let mut producer = Producer::start(generator, room).map_err(at)?;
            while let Some(batch) = producer.next().await.map_err(at)? {
                yield batch;
            }
            producer.end().await.map_err(at)?
        });
        Self::new(name, shared, BoxGen::new(received))
    }
}
