//! One page: asked for until it is there or hope is lost, its items handed out as they arrive.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use asyncgen_formats::json::{ItemsDecoder, Path, text_at};
use asyncgen_formats::{Batch, Pool};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;
use tokio::sync::Semaphore;
use url::Url;

use super::digest::Digest;
use super::slot::Slot;
use super::spot::Spot;
use crate::bytes::CHUNK;
use crate::compression::Plain;
use crate::http::redact::redact;
use crate::http::retry::{Failure, may_pass};
use crate::http::{Caller, Request, content_type, error};
use crate::{Error, ErrorKind, Place};

/// The bytes of items that are kept back until the page is whole: a page of usual size that breaks
/// off is asked for again before anybody has seen of it. With more, the first item of a long body
/// comes later, and more of it is in memory.
pub(crate) const HELD: usize = 128 * 1024;

/// How many batches are kept to be used again, of at most two chunks each, 8 MiB in all: for eight pages at once, one that
/// is read and one that is taken of each.
const SPARE: usize = 16;

/// How the items of a page are read.
#[derive(Clone)]
pub(crate) struct Reader {
    /// Where the items are.
    pub(crate) items: Vec<Path>,
    /// The longest item.
    pub(crate) max_item: usize,
    /// Whether the body is kept as a whole, for who chooses the next page by it.
    pub(crate) keep: bool,
    /// The most bytes of items that are kept back.
    pub(crate) held: usize,
    /// Whether the connections in the body are looked for, where the first page tells the way.
    pub(crate) connections: bool,
    /// Where the size of a page stands in a request, if it may be asked for with a smaller one.
    pub(crate) shrink: Option<Slot>,
    /// Where in a page the cursor stands.
    pub(crate) cursor: Option<Path>,
    /// Whether errors show the line of the body that they are about.
    pub(crate) debug_body: bool,
    pub(crate) check: Check,
    /// Where batches go that were taken: one thread makes them and another drops them, and where each gave its memory back,
    /// the two would wait for each other.
    pool: Pool,
}

/// Who finds out whether an item is JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Check {
    /// Who reads the page.
    #[default]
    Reader,
    /// Who takes the items: it parses all of each.
    Taker,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("items", &self.items).finish_non_exhaustive()
    }
}

impl Reader {
    pub(crate) fn new(items: Vec<Path>, max_item: usize) -> Self {
        Self {
            items,
            max_item,
            keep: false,
            held: HELD,
            connections: false,
            shrink: None,
            cursor: None,
            debug_body: false,
            check: Check::Reader,
            pool: Pool::new(SPARE, 2 * CHUNK),
        }
    }
}

/// A page that has been read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    pub(crate) spot: Option<Spot>,
    /// The URL that gave it, behind all redirects.
    pub(crate) url: Option<Url>,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The body without its items.
    pub(crate) doc: Value,
    /// The number that is the cursor, as it is written where `doc` has another: one of many digits.
    pub(crate) written: Option<String>,
    /// The body as a whole, if it was to be kept.
    pub(crate) raw: Option<String>,
    pub(crate) items: u64,
    /// The hash of its items.
    pub(crate) hash: u64,
    /// The size that it was asked for with, if that had to shrink.
    pub(crate) size: Option<u64>,
    /// The server says that there is no content.
    pub(crate) no_content: bool,
}

/// A page that is being read.
///
/// | `open` | `done` | what it is |
/// |---|---|---|
/// | none | none | to be asked for, for the first time or again |
/// | some | none | its body comes |
/// | none | some | whole, or failed: what is `ready` of its batches is all there is |
#[derive(Debug)]
pub(crate) struct Reading {
    caller: Arc<Caller>,
    reader: Reader,
    request: Request,
    spot: Spot,
    place: Place,
    /// The items before this page.
    before: u64,
    attempts: u32,
    /// The bytes that were decoded since others had their turn.
    worked: usize,
    /// The size that it is asked for with, if that had to shrink.
    size: Option<u64>,
    /// Whether a body of it has come, if only a part: then it is not behind the last page.
    begun: bool,
    open: Option<Open>,
    batches: VecDeque<Batch>,
    /// How many of them may be handed out: all or none.
    ready: usize,
    /// The bytes of those that are kept back.
    held_bytes: usize,
    /// The items handed out before the page was whole, and their hash.
    handed: u64,
    hash: Digest,
    done: Option<Result<Page, Error>>,
    /// Closed when its turn comes, of one that is read before it.
    turn: Option<Arc<Semaphore>>,
}

/// A body that comes.
#[derive(Debug)]
struct Open {
    page: Page,
    content_type: String,
    bytes: Plain,
    decoder: ItemsDecoder,
    raw: Vec<u8>,
    /// How many items are to be passed over, since they were handed out, and their hash so far.
    passed_over: u64,
    again: Digest,
    /// The hash of all items.
    all: Digest,
}

impl Reading {
    /// The page that `request` asks for, at `spot`, with `before` items on those before it.
    pub(crate) fn new(
        caller: Arc<Caller>,
        reader: Reader,
        request: Request,
        spot: Spot,
        place: Place,
        before: u64,
    ) -> Self {
        Self {
            caller,
            reader,
            request,
            spot,
            place,
            before,
            attempts: 1,
            worked: 0,
            size: None,
            begun: false,
            open: None,
            batches: VecDeque::new(),
            ready: 0,
            held_bytes: 0,
            handed: 0,
            hash: Digest::new(),
            done: None,
            turn: None,
        }
    }

    /// The next items; `None` when the page is whole. A failure comes behind the items before it.
    pub(crate) async fn next(&mut self) -> Result<Option<Batch>, Error> {
        loop {
            if self.ready > 0 {
                self.ready -= 1;
                return Ok(self.batches.pop_front());
            }
            if let Some(done) = &mut self.done {
                return match done {
                    Ok(_) => Ok(None),
                    Err(_) => std::mem::replace(done, Ok(Page::default())).map(|_| None),
                };
            }
            if let Err(failure) = self.advance().await {
                self.open = None;
                let mut attempts = self.caller.attempts();
                attempts.go_on(self.attempts);
                let too_much = may_be_too_much(&failure.error);
                match attempts.wait(failure).await {
                    Ok(()) => {
                        self.attempts += 1;
                        if too_much {
                            self.shrink();
                        }
                        self.batches.clear();
                        self.held_bytes = 0;
                    }
                    Err(error) => {
                        self.release();
                        self.done = Some(Err(error));
                    }
                }
            }
        }
    }

    /// Whether a part of it has been there.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun
    }

    /// The page, once it is whole.
    pub(crate) fn page(&self) -> Option<&Page> {
        self.done.as_ref()?.as_ref().ok()
    }

    /// Keeps what stands around the items no longer than what is kept of them, until `turn` is closed.
    pub(crate) fn until(&mut self, turn: Arc<Semaphore>) {
        self.turn = Some(turn);
    }

    /// The URL that is asked.
    pub(crate) fn url(&self) -> &Url {
        &self.request.url
    }

    /// Where its failures are.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// A failure of `kind` with this page.
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        error(kind, &self.request.url, &self.place)
    }

    /// Asks for half as many items from now on, unless some were handed out.
    fn shrink(&mut self) {
        let Some(slot) = self.reader.shrink.as_ref().filter(|_| self.handed == 0) else { return };
        let half = slot.number(&self.request).map_or(0, |size| size / 2);
        if half > 0 && slot.put(&mut self.request, None, &Value::from(half)).is_ok() {
            self.size = Some(half);
        }
    }

    /// Asks, or reads on.
    async fn advance(&mut self) -> Result<(), Failure> {
        let Some(open) = &mut self.open else { return self.ask().await };
        let around = open.decoder.around();
        if let Some(turn) = self.turn.as_ref().filter(|_| around > self.reader.held) {
            // There is never a place: what comes is the end of waiting.
            drop(turn.acquire().await);
        }
        let chunk = match open.bytes.next().await {
            Ok(chunk) => chunk,
            Err(error) if matches!(error.kind(), ErrorKind::Read(_)) => {
                return Err(self.caller.broken(&self.request, error));
            }
            Err(error) => return Err(Failure::lasting(error)),
        };
        if chunk.is_empty() {
            return self.finish().map_err(Failure::lasting);
        }
        if self.reader.keep || self.reader.connections {
            if open.raw.len() + chunk.len() > self.reader.max_item {
                let kind = ErrorKind::TooLarge { limit: self.reader.max_item };
                return Err(Failure::lasting(self.error(kind)));
            }
            open.raw.extend_from_slice(chunk);
        }
        if self.reader.connections {
            return Ok(());
        }
        let (length, mut batch) = (chunk.len(), self.reader.pool.take());
        let decoded = open.decoder.decode(chunk, &mut batch);
        let taken = self.take(batch);
        taken.map_err(Failure::lasting)?;
        decoded.map_err(|fault| Failure::lasting(self.fault(fault)))?;
        self.worked += length;
        if self.worked >= CHUNK {
            // Decoding is all work and no waiting: let the other tasks of the thread run.
            self.worked = 0;
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    async fn ask(&mut self) -> Result<(), Failure> {
        let answer = self.caller.send(&self.request, self.attempts, &self.place).await?;
        self.caller.thrift.earn();
        let (url, headers) = (answer.url.clone(), answer.response.headers().clone());
        let status = answer.response.status();
        let content_type = content_type(&headers);
        let page = Page {
            spot: Some(self.spot.clone()),
            url: Some(url),
            status: status.as_u16(),
            headers,
            size: self.size,
            no_content: status == StatusCode::NO_CONTENT,
            ..Page::default()
        };
        if page.no_content && self.begun {
            return Err(Failure::lasting(self.error(ErrorKind::Changed)));
        }
        if page.no_content {
            self.done = Some(Ok(page));
            return Ok(());
        }
        let bytes = self.caller.opened(answer, &self.place).map_err(Failure::lasting)?;
        self.open = Some(Open {
            page,
            content_type,
            bytes,
            decoder: self.decoder(),
            raw: Vec::new(),
            passed_over: 0,
            again: Digest::new(),
            all: Digest::new(),
        });
        self.begun = true;
        Ok(())
    }

    fn decoder(&self) -> ItemsDecoder {
        let Reader { items, max_item, check, .. } = &self.reader;
        let decoder = ItemsDecoder::new(items.clone(), *max_item, self.before);
        match check {
            Check::Reader => decoder,
            Check::Taker => decoder.unchecked(),
        }
    }

    /// Takes items that came, and hands them out when there are many.
    fn take(&mut self, mut batch: Batch) -> Result<(), Error> {
        let Some(open) = &mut self.open else { return Ok(()) };
        open.page.items += batch.len() as u64;
        hash(&batch, batch.len(), &mut open.all);
        let left = self.handed - open.passed_over;
        if left > 0 {
            let count = batch.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            hash(&batch, count, &mut open.again);
            open.passed_over += count as u64;
            if open.passed_over == self.handed && open.again != self.hash {
                return Err(self.error(ErrorKind::Changed));
            }
            batch.skip(count);
        }
        if !batch.is_empty() {
            self.held_bytes += batch.size();
            self.batches.push_back(batch);
        }
        let around = self.turn.as_ref().map_or(0, |_| open.decoder.around());
        if self.held_bytes + around > self.reader.held {
            debug_assert_eq!(self.ready, 0, "what may be handed out is, before more is read");
            for batch in &self.batches {
                hash(batch, batch.len(), &mut self.hash);
                self.handed += batch.len() as u64;
            }
            if let Some(open) = &mut self.open {
                open.passed_over = self.handed;
            }
            self.release();
            // Who has begun to hand out goes on with it.
            self.reader.held = self.reader.held.min(HELD);
        }
        Ok(())
    }

    fn release(&mut self) {
        self.ready = self.batches.len();
        self.held_bytes = 0;
    }

    /// The body has ended.
    fn finish(&mut self) -> Result<(), Error> {
        if self.reader.connections {
            self.find_connections()?;
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        if let Err(fault) = open.decoder.finish() {
            return Err(self.fault(fault));
        }
        if open.passed_over < self.handed {
            return Err(self.error(ErrorKind::Changed));
        }
        let doc = serde_json::from_str(open.decoder.outside());
        let Some(open) = self.open.take() else { return Ok(()) };
        let cursor = self.reader.cursor.as_ref();
        let written = cursor.and_then(|path| inexact(open.decoder.outside(), path));
        let doc = doc.map_err(|error| {
            self.error(ErrorKind::Walk { message: format!("what is around the items: {error}") })
        })?;
        let raw = self.reader.keep.then(|| String::from_utf8_lossy(&open.raw).into_owned());
        let mut page = Page { doc, written, raw, hash: open.all.value(), ..open.page };
        page.items = page.items.max(self.handed);
        self.release();
        self.done = Some(Ok(page));
        Ok(())
    }

    /// Decodes a body that was kept, once it is known where in it the items are.
    fn find_connections(&mut self) -> Result<(), Error> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let raw = std::mem::take(&mut open.raw);
        if let Ok(doc) = serde_json::from_slice::<Value>(&raw)
            && let super::shapes::Known::Way(way) = super::shapes::connection(&doc)
                .map_err(|message| self.error(ErrorKind::Walk { message }))?
        {
            self.reader.items =
                way.items().map_err(|message| self.error(ErrorKind::Walk { message }))?;
        }
        let mut decoder = self.decoder();
        let mut batch = Batch::default();
        let result = decoder.decode(&raw, &mut batch);
        if let Some(open) = &mut self.open {
            open.decoder = decoder;
            open.raw = raw;
        }
        self.take(batch)?;
        result.map_err(|fault| self.fault(fault))
    }

    /// A fault in the JSON of the page, which may be no JSON at all.
    fn fault(&self, fault: asyncgen_formats::Error) -> Error {
        use asyncgen_formats::ErrorKind::{InvalidUtf8, Json};
        let fault = if self.reader.debug_body { fault } else { fault.without_snippet() };
        let content_type = self.open.as_ref().map_or("", |open| &open.content_type);
        let no_json = matches!(fault.kind(), Json { .. } | InvalidUtf8 { .. });
        let is_none = self.open.as_ref().is_none_or(|open| open.page.items == 0);
        if no_json && is_none && !content_type.to_ascii_lowercase().contains("json") {
            let kind = ErrorKind::NotJson { content_type: content_type.to_owned() };
            return self.error(kind).showing(fault.snippet().cloned());
        }
        let source = self.place.source.clone().unwrap_or_default();
        Error::decode(fault, source).on_page(redact(&self.request.url).into(), self.place.page)
    }
}

/// The number at `path` of `text`, if a value of it would be written otherwise.
fn inexact(text: &str, path: &Path) -> Option<String> {
    let number = text_at(text, path)?;
    let value: serde_json::Number = serde_json::from_str(number).ok()?;
    (value.to_string() != number).then(|| number.to_owned())
}

/// Whether a page may have failed because it is too much at once.
fn may_be_too_much(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Status { status, .. } => may_pass(*status),
        ErrorKind::Connect { error, .. } => {
            let slow = |error: &std::io::Error| error.kind() == std::io::ErrorKind::TimedOut;
            error.downcast_ref().is_some_and(slow)
        }
        kind => matches!(kind, ErrorKind::Read(_)),
    }
}

/// Adds the first `count` items of `batch` to a digest.
fn hash(batch: &Batch, count: usize, digest: &mut Digest) {
    for index in 0..count {
        digest.add(batch.first(index).unwrap_or_default());
    }
}
