//! Event streams.

pub(crate) mod place;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use asyncgen::try_stream;
use asyncgen_formats::{Batch, Decoder, SseDecoder};
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;

use crate::compression::Plain;
use crate::decode::MAX_RECORD;
use crate::http::options::{Options, Ready, request_options};
use crate::http::redact::redact_text;
use crate::http::retry::{Failure, Retry};
use crate::http::{Caller, Request, content_type, error};
use crate::pages::walk_name;
use crate::progress::Shared;
use crate::{Batches, Error, ErrorKind, Place, Rows, Source};

/// How long to wait before the stream is asked for again, unless the server says it. Browsers wait
/// for a few seconds; less hits a server that ends each stream after a while.
const RECONNECT: Duration = Duration::from_secs(1);

/// The least to wait, whatever the server says: one that ends each stream at once and asks for no pause
/// would be asked without end. It doubles with each stream that has no event, as the WHATWG allows.
const SHORTEST: Duration = Duration::from_millis(100);

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The events of a server, as the WHATWG has them: each is a record of three fields, `event`,
/// `data` and `id`.
///
/// Building does no I/O. See [`Sse`] for the options. When the stream breaks off or ends, it is
/// asked for again behind the last event, until the server answers 204; with a body, as APIs of
/// language models have it, it ends where it ends. What is said of credentials at
/// [`pages`](crate::pages) holds here too.
///
/// ```no_run
/// use asyncgen_sources::{async_for, sse};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// let events = sse("https://api.example.org/chat")
///     .header("Authorization", "Bearer 1234")
///     .json(r#"{"stream": true, "messages": []}"#)
///     .until("[DONE]")
///     .rows();
/// async_for!(for event in events {
///     println!("{:?}", event?.by_name("data"));
/// });
/// # Ok(())
/// # }
/// ```
pub fn sse(url: &str) -> Sse {
    Sse {
        request: Options::new(url),
        until: None,
        reconnect: None,
        last_event_id: String::new(),
        resume: None,
        max_event: MAX_RECORD,
    }
}

/// How to read an event stream; made by [`sse`].
#[derive(Clone)]
#[must_use = "a source does nothing until it is polled"]
pub struct Sse {
    request: Options,
    until: Option<String>,
    reconnect: Option<bool>,
    last_event_id: String,
    resume: Option<String>,
    max_event: usize,
}

/// Shows where it leads, and no secret.
impl fmt::Debug for Sse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = redact_text(&self.request.url);
        f.debug_struct("Sse").field("url", &url).finish_non_exhaustive()
    }
}

impl Sse {
    request_options!();

    /// The data of the event that ends the stream, which is not handed out: `[DONE]`. A stream that
    /// ends without it has been cut off: that is an error, if it is not asked for again.
    pub fn until(mut self, data: impl Into<String>) -> Self {
        self.until = Some(data.into());
        self
    }

    /// Whether a stream that has ended is asked for again, behind its last event; it is unless it
    /// was asked for with a body.
    pub fn reconnect(mut self, again: bool) -> Self {
        self.reconnect = Some(again);
        self
    }

    /// Goes on behind the event with this id. Together with [`resume`](Self::resume) it is an error.
    pub fn last_event_id(mut self, id: impl Into<String>) -> Self {
        self.last_event_id = id.into();
        self
    }

    /// Goes on at a position that [`Source::position_of_event`] gave of the same URL.
    pub fn resume(mut self, position: impl Into<Option<String>>) -> Self {
        self.resume = position.into();
        self
    }

    /// The most bytes an event may have, 16 MiB unless set; a longer one is an error.
    pub fn max_event(mut self, bytes: usize) -> Self {
        self.max_event = bytes;
        self
    }

    /// The events in batches, as they arrive.
    pub fn batches(self) -> Batches {
        let name: Arc<str> = redact_text(&self.request.url).into();
        let shared = Arc::new(Shared::new());
        if let Some(position) = &self.resume {
            shared.set_start(position.clone());
        }
        let told = Arc::clone(&shared);
        // Where it begins is known before it does.
        let events = Events::new(self, &told, Place::of(Arc::clone(&name)));
        let generator = try_stream!(async move {
            let mut events = events?;
            let mut attempts = 1;
            while let Some(mut stream) = events.open(&mut attempts).await? {
                loop {
                    match events.next(&mut stream).await {
                        Ok(Some(batch)) => {
                            told.add_records(batch.len());
                            if !batch.is_empty() {
                                // Who has sent something is there again.
                                (attempts, events.in_vain) = (1, 0);
                                yield batch;
                            }
                        }
                        Ok(None) => break,
                        Err(failure) => {
                            events.broken(failure, &mut attempts).await?;
                            break;
                        }
                    }
                    if events.done {
                        return Ok(told.summary());
                    }
                }
                if !events.reconnect {
                    break;
                }
                events.pause().await;
            }
            events.check_end()?;
            Ok(told.summary())
        });
        Batches::of(name, shared, generator)
    }

    /// The events one by one.
    pub fn rows(self) -> Rows {
        Rows::of(self.batches())
    }

    /// The data of the events, which are JSON, as values of a type, whatever the events are called. One that is not as the
    /// type has it is an error that names the event and the path to what is wrong in it, and ends the source.
    pub fn typed<T: DeserializeOwned + Send + 'static>(self) -> Source<T> {
        self.batches().typed(1, false)
    }
}

/// A stream of events, over all its connections.
struct Events {
    caller: Arc<Caller>,
    first: Request,
    decoder: SseDecoder,
    until: Option<String>,
    reconnect: bool,
    /// How many streams in a row had no event.
    in_vain: u32,
    /// The event that ends it has come.
    done: bool,
    /// What is wrong behind the events that were handed out.
    fault: Option<Error>,
    place: Place,
}

impl Events {
    fn new(sse: Sse, shared: &Arc<Shared>, place: Place) -> Result<Self, Error> {
        let ready = sse.request.ready("text/event-stream", shared);
        let Ready { caller, first, .. } = ready.map_err(|kind| Error::new(kind, place.clone()))?;
        shared.set_columns(SseDecoder::new(0).columns());
        let mut decoder = SseDecoder::new(sse.max_event);
        let walk = walk_name(&first.url, "sse", &caller.auth.secrets);
        let last = begin(sse.resume, sse.last_event_id, &walk);
        let last = last.map_err(|why| Error::new(ErrorKind::Usage(why), place.clone()))?;
        decoder.restart(&last);
        // One that holds a secret has no position.
        if let Ok(position) = place::to_text(&walk, &last, &caller.auth.secrets) {
            shared.set_start(position);
        }
        shared.secrets.get_or_init(|| Arc::clone(&caller.auth.secrets));
        shared.set_walk(walk);
        let reconnect = sse.reconnect.unwrap_or(first.method == Method::GET);
        let until = sse.until;
        let in_vain = 0;
        Ok(Self {
            caller,
            first,
            decoder,
            until,
            reconnect,
            in_vain,
            done: false,
            fault: None,
            place,
        })
    }

    /// Asks for the stream behind the last event; `None` if the server says that there is no more.
    async fn open(&mut self, made: &mut u32) -> Result<Option<Plain>, Error> {
        let mut request = self.first.clone();
        let id = self.decoder.last_event_id().to_owned();
        self.decoder.restart(&id);
        // Without it the server would begin anew, and all events come twice.
        let sent = sendable(&id)
            .map_err(|message| error(ErrorKind::Walk { message }, &request.url, &self.place))?;
        if let Some(id) = sent {
            request.headers.insert(LAST_EVENT_ID, id);
        }
        let mut attempts = self.caller.attempts();
        attempts.go_on(*made);
        let answer = self.caller.answer(&request, &mut attempts, &self.place).await?;
        *made = attempts.made();
        self.caller.thrift.earn();
        if answer.response.status() == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        let content_type = content_type(answer.response.headers());
        if !content_type.eq_ignore_ascii_case("text/event-stream") {
            return Err(error(ErrorKind::NotEvents { content_type }, &answer.url, &self.place));
        }
        self.caller.opened(answer, &self.place).map(Some)
    }

    /// The events that have come; `None` at the end of the connection.
    async fn next(&mut self, stream: &mut Plain) -> Result<Option<Batch>, Failure> {
        if let Some(fault) = self.fault.take() {
            return Err(Failure::lasting(fault));
        }
        let chunk = match stream.next().await {
            Ok(chunk) => chunk,
            Err(error) if matches!(error.kind(), ErrorKind::Read(_)) && self.reconnect => {
                return Err(self.caller.broken(&self.first, error));
            }
            Err(error) => return Err(Failure::lasting(error)),
        };
        if chunk.is_empty() {
            return Ok(None);
        }
        let mut batch = Batch::default();
        let decoded = self.decoder.decode(chunk, &mut batch);
        if let Some(until) = &self.until {
            let end = batch.iter().position(|event| event.get(1) == Some(until));
            if let Some(end) = end {
                batch.truncate(end);
                self.done = true;
                return Ok(Some(batch));
            }
        }
        if let Err(fault) = decoded {
            let source = self.place.source.clone().unwrap_or_default();
            self.fault = Some(Error::decode(fault, source));
        }
        Ok(Some(batch))
    }

    /// The connection has broken: returns when it is worth to ask again.
    async fn broken(&self, failure: Failure, made: &mut u32) -> Result<(), Error> {
        let mut attempts = self.caller.attempts();
        attempts.go_on(*made);
        attempts.wait(failure).await?;
        *made = attempts.made();
        Ok(())
    }

    /// Waits as long as the server wants, within limits.
    async fn pause(&mut self) {
        let asked = self.decoder.retry().map_or(RECONNECT, Duration::from_millis);
        let pause = pause(asked, self.in_vain, &self.caller.retry);
        self.in_vain += 1;
        tokio::time::sleep(pause).await;
    }

    /// Refuses to end before the event that ends it.
    fn check_end(&self) -> Result<(), Error> {
        match &self.until {
            Some(until) if !self.done => {
                let message = format!("the stream ended before the event {until:?}");
                let kind = std::io::ErrorKind::UnexpectedEof;
                let error = std::io::Error::new(kind, message);
                Err(Error::new(ErrorKind::Read(error), self.place.clone()))
            }
            _ => Ok(()),
        }
    }
}

/// The id of the event behind which the stream of `walk` begins, of what was said of that.
fn begin(resume: Option<String>, last_event_id: String, walk: &str) -> Result<String, String> {
    let last = match resume {
        Some(_) if !last_event_id.is_empty() => {
            return Err("resume and last_event_id both say where to go on".to_owned());
        }
        Some(text) => place::from_text(&text, walk)?,
        None => last_event_id,
    };
    sendable(&last)?;
    Ok(last)
}

/// The header that goes on behind the event `id`; none at the start.
fn sendable(id: &str) -> Result<Option<HeaderValue>, String> {
    let value = HeaderValue::from_bytes(id.as_bytes())
        .map_err(|_| "the id of the last event has a control character, which no header can")?;
    Ok((!id.is_empty()).then_some(value))
}

/// How long to wait where the server asks for `asked`, and so many streams in a row had no event.
fn pause(asked: Duration, in_vain: u32, retry: &Retry) -> Duration {
    let least = SHORTEST.saturating_mul(1 << in_vain.min(16)).min(retry.longest);
    asked.min(retry.longest_asked).max(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_has_a_floor_that_grows_and_a_ceiling() {
        let check = |asked: u64, in_vain: u32, expected: u64| {
            let found = pause(Duration::from_millis(asked), in_vain, &Retry::default());
            assert_eq!(found.as_millis(), u128::from(expected), "{asked} {in_vain}");
        };
        check(0, 0, 100);
        check(0, 1, 200);
        check(0, 6, 6_400);
        check(0, 7, 10_000);
        check(0, u32::MAX, 10_000);
        check(3_000, 0, 3_000);
        check(3_000, 6, 6_400);
        check(1_000_000_000, 0, 60_000);
    }
}
