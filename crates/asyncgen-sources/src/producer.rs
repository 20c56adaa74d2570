//! The producer's end of a source: drives a generator and sends what it yields.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;

use asyncgen::Generator;
use asyncgen_formats::Batch;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::{Error, ErrorKind, Place, Summary};

/// What goes through the channel: batches, then the end, once.
pub(crate) enum Message {
    Batch(Batch),
    End(Result<Summary, Error>),
}

/// Runs `generator` to its end and sends all it gives; a panic of it is an error at `place`.
///
/// Sending waits for room, and so does the generator.
pub(crate) async fn produce<G>(generator: G, queue: mpsc::Sender<Message>, place: Place)
where
    G: Generator<Item = Result<Batch, Error>, Return = Result<Summary, Error>>,
{
    let mut generator = pin!(generator);
    let end = loop {
        match next(generator.as_mut()).await {
            Ok(Some(Ok(batch))) => {
                if queue.send(Message::Batch(batch)).await.is_err() {
                    return;
                }
            }
            Ok(Some(Err(error))) => break Err(error),
            Ok(None) => {
                break generator.as_mut().take_return().unwrap_or_else(|| {
                    let message = "the producer ended without a summary".to_owned();
                    Err(Error::new(ErrorKind::Panicked(message), place))
                });
            }
            Err(panic) => {
                let message = panic_message(panic.as_ref());
                break Err(Error::new(ErrorKind::Panicked(message), place));
            }
        }
    };
    // Fails when the consumer is gone, who then does not want to know.
    let _ = queue.send(Message::End(end)).await;
}

/// The next item, or what the generator panicked with; it is not polled after that.
async fn next<G: Generator>(
    mut generator: Pin<&mut G>,
) -> Result<Option<G::Item>, Box<dyn Any + Send>> {
    poll_fn(|cx| {
        let poll = catch_unwind(AssertUnwindSafe(|| generator.as_mut().poll_next(cx)));
        match poll {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
        .to_owned()
}

/// A producer that has been started, as its consumer holds it. Dropping it stops the producer.
#[derive(Debug)]
pub(crate) struct Running {
    /// The process that the producer runs in.
    process: u32,
    /// Always there, except while dropping.
    ends: Option<(mpsc::Receiver<Message>, AbortHandle)>,
}

impl Running {
    pub(crate) fn new(queue: mpsc::Receiver<Message>, task: AbortHandle) -> Self {
        Self { process: std::process::id(), ends: Some((queue, task)) }
    }

    /// What the producer sends; `None` in a process forked from the producer's.
    pub(crate) fn queue(&mut self) -> Option<&mut mpsc::Receiver<Message>> {
        let here = self.process == std::process::id();
        self.ends.as_mut().filter(|_| here).map(|(queue, _)| queue)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some((queue, task)) = self.ends.take() else { return };
        if self.process == std::process::id() {
            task.abort();
        } else {
            // Both ends take locks that a thread of the parent may have held during the fork.
            std::mem::forget((queue, task));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use asyncgen::try_stream;

    use super::*;

    fn run<G>(generator: G) -> Vec<Message>
    where
        G: Generator<Item = Result<Batch, Error>, Return = Result<Summary, Error>>,
    {
        let (sender, mut receiver) = mpsc::channel(8);
        let place = Place::of(Arc::from("t"));
        pollster::block_on(produce(generator, sender, place));
        std::iter::from_fn(|| receiver.try_recv().ok()).collect()
    }

    #[test]
    fn a_panic_is_the_last_word() {
        let messages = run(try_stream!(async move {
            yield Batch::default();
            assert!(std::hint::black_box(false), "out of cheese");
            Ok(Summary::default())
        }));
        let [Message::Batch(_), Message::End(Err(error))] = &messages[..] else {
            unreachable!("{} messages", messages.len())
        };
        assert!(matches!(error.kind(), ErrorKind::Panicked(_)));
        assert_eq!(error.to_string(), "t: a bug in asyncgen, please report: out of cheese");
    }

    #[test]
    fn a_return_value_is_the_last_word() {
        let summary = Summary { records: 7, ..Summary::default() };
        let messages = run(try_stream!(async move {
            yield Batch::default();
            Ok(summary)
        }));
        assert!(
            matches!(messages[..], [Message::Batch(_), Message::End(Ok(found))] if found == summary)
        );
    }
}
