//! The task that runs a generator off the consumer's thread, and the consumer's hold of it.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::pin;
use std::process;
use std::task::Poll;

use asyncgen::{Generator, async_for};
use asyncgen_formats::Batch;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle};

use crate::{Error, ErrorKind, Summary, runtime};

/// The batches that wait for the consumer. One would do for order and memory; two let the
/// producer decode while the consumer takes one. Each more costs a chunk of memory and wins
/// nothing, since the slower side sets the pace.
pub(crate) const QUEUE: usize = 2;

/// A task of the library's runtime that runs a generator, as its consumer holds it. Dropping it
/// stops the task.
#[derive(Debug)]
pub(crate) struct Producer {
    /// The process that the task runs in.
    process: u32,
    /// Always there, except while dropping.
    ends: Option<Ends>,
}

#[derive(Debug)]
struct Ends {
    queue: mpsc::Receiver<Batch>,
    /// How many batches are taken from the queue at a time: what makes room for more of them wakes the task once.
    at_once: usize,
    /// Those that were taken, the last one first.
    taken: Vec<Batch>,
    task: JoinHandle<Result<Summary, Error>>,
}

impl Producer {
    /// Starts the task; as many batches as `room` wait for the consumer.
    pub(crate) fn start<G>(generator: G, room: usize) -> Result<Self, ErrorKind>
    where
        G: Generator<Item = Result<Batch, Error>, Return = Result<Summary, Error>> + Send + 'static,
    {
        let runtime = runtime::current().map_err(ErrorKind::Open)?;
        let at_once = (room / 2).max(1);
        // Those that were taken wait too, except the one that the consumer has.
        let (sender, queue) = mpsc::channel(room + 1 - at_once);
        let task = runtime.tokio.spawn(produce(generator, sender));
        let ends = Ends { queue, at_once, taken: Vec::with_capacity(at_once), task };
        Ok(Self { process: process::id(), ends: Some(ends) })
    }

    /// The next batch; `None` when there are no more, and then comes the [`end`](Self::end).
    pub(crate) async fn next(&mut self) -> Result<Option<Batch>, ErrorKind> {
        let Some(Ends { queue, at_once, taken, .. }) = &mut self.ends else { return Ok(None) };
        here(self.process, async {
            if taken.is_empty() {
                queue.recv_many(taken, *at_once).await;
                taken.reverse();
            }
            taken.pop()
        })
        .await
    }

    /// How the generator ended; a panic of it is an error.
    pub(crate) async fn end(mut self) -> Result<Result<Summary, Error>, ErrorKind> {
        let Some(ends) = &mut self.ends else { return Err(ErrorKind::Forked) };
        here(self.process, &mut ends.task).await?.map_err(panicked)
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        let ends = self.ends.take();
        if self.process == process::id() {
            if let Some(Ends { task, .. }) = &ends {
                task.abort();
            }
        } else {
            // Both ends take locks that a thread of the parent may have held during the fork.
            mem::forget(ends);
        }
    }
}

/// Runs `generator` to its end and sends what it yields: sending waits for room, and so does the
/// generator.
async fn produce<G>(generator: G, queue: mpsc::Sender<Batch>) -> Result<Summary, Error>
where
    G: Generator<Item = Result<Batch, Error>, Return = Result<Summary, Error>>,
{
    let mut generator = pin!(generator);
    async_for!(for batch in generator.as_mut() {
        if queue.send(batch?).await.is_err() {
            // The consumer is gone, and nobody wants to know.
            break;
        }
    });
    generator.take_return().unwrap_or_else(|| Ok(Summary::default()))
}

/// Waits for `future`, but not in a process forked from `process`, where what it takes may be locked
/// for ever.
async fn here<F: Future>(process: u32, future: F) -> Result<F::Output, ErrorKind> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        if process == process::id() {
            future.as_mut().poll(cx).map(Ok)
        } else {
            Poll::Ready(Err(ErrorKind::Forked))
        }
    })
    .await
}

/// What a task that was not finished is told as.
pub(crate) fn panicked(error: JoinError) -> ErrorKind {
    ErrorKind::Panicked(match error.try_into_panic() {
        Ok(panic) => panic_message(panic.as_ref()),
        Err(error) => error.to_string(),
    })
}

pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use asyncgen::try_stream;

    use super::*;
    use crate::Batches;
    use crate::progress::Shared;

    /// The batches of `generator`, and how it ended.
    fn run<G>(generator: G) -> (usize, Result<Summary, Error>)
    where
        G: Generator<Item = Result<Batch, Error>, Return = Result<Summary, Error>> + Send + 'static,
    {
        let batches = Batches::of(Arc::from("t"), Arc::new(Shared::new()), generator);
        let mut batches = batches.into_generator();
        let mut count = 0;
        pollster::block_on(async {
            async_for!(for batch in &mut batches {
                match batch {
                    Ok(_) => count += 1,
                    Err(error) => return (count, Err(error)),
                }
            });
            (count, batches.take_return().unwrap())
        })
    }

    #[test]
    fn a_panic_is_the_last_word() {
        let (count, end) = run(try_stream!(async move {
            yield Batch::default();
            assert!(std::hint::black_box(false), "out of cheese");
            Ok(Summary::default())
        }));
        let error = end.unwrap_err();
        assert_eq!(count, 1);
        assert!(matches!(error.kind(), ErrorKind::Panicked(_)));
        assert_eq!(error.to_string(), "t: a bug in asyncgen, please report: out of cheese");
    }

    #[test]
    fn a_return_value_is_the_last_word() {
        let summary = Summary { records: 7, ..Summary::default() };
        let (count, end) = run(try_stream!(async move {
            yield Batch::default();
            Ok(summary)
        }));
        assert_eq!((count, end.unwrap()), (1, summary));
    }

    #[test]
    fn what_was_taken_is_not_for_a_forked_process() {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let generator = try_stream!(async move {
            for _ in 0..3 {
                yield Batch::default();
            }
            // The queue is full.
            let _ = sender.send(());
            yield Batch::default();
            Ok(Summary::default())
        });
        let mut producer = Producer::start(generator, 4).unwrap();
        pollster::block_on(async {
            receiver.await.unwrap();
            assert!(matches!(producer.next().await, Ok(Some(_))));
            producer.process = producer.process.wrapping_add(1);
            let next = producer.next().await;
            assert!(matches!(next, Err(ErrorKind::Forked)), "{next:?}");
        });
    }
}
