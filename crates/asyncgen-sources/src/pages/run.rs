//! The walk over the pages, as a generator of their items.

use std::ops::Range;
use std::sync::Arc;

use asyncgen::try_stream;
use asyncgen_formats::Batch;
use asyncgen_formats::json::Path;
use tokio::sync::OwnedSemaphorePermit;
use url::Url;

use super::ahead::{Ahead, Early};
use super::by_page;
use super::fetch::{Check, Page, Reader, Reading};
use super::marks::{Mark, Position, walk_name};
use super::shapes::is_graphql;
use super::sign;
use super::spot::Spot;
use super::unique::Unique;
use super::walk::Walk;
use super::way::Way;
use super::{Next, Pages};
use crate::http::Caller;
use crate::http::options::Ready;
use crate::http::redact::{redact, redact_text};
use crate::producer::QUEUE;
use crate::progress::Shared;
use crate::{Batches, Error, ErrorKind, Place};

/// The items of `pages` in batches.
pub(crate) fn batches(pages: Pages) -> Batches {
    let name: Arc<str> = redact_text(&pages.request.url).into();
    let shared = Arc::new(Shared::new());
    if let Some(position) = &pages.resume {
        shared.set_start(position.clone());
    }
    if pages.unique_by.is_some() {
        shared.marks.look_back();
    }
    let room = room(&pages);
    let (source, told) = (Arc::clone(&name), Arc::clone(&shared));
    let generator = try_stream!(async move {
        let place = Place::of(source);
        let mut job = Job::new(pages, told).map_err(|kind| Error::new(kind, place.clone()))?;
        while let Some(spot) = job.walk.upcoming().cloned() {
            let place = Place { page: Some(job.walk.page()), ..place.clone() };
            let mut turn = job.turn(spot, &place).await?;
            let mut fresh = true;
            // A page that is not whole when its first items come is looked at when it is.
            let mut is_judged = false;
            loop {
                let batch = match turn.next().await {
                    Ok(batch) => batch,
                    Err(error)
                        if fresh && !turn.has_begun() && job.walk.is_past_the_end(&error) =>
                    {
                        return Ok(job.end());
                    }
                    Err(error) => return Err(error),
                };
                if fresh {
                    fresh = false;
                    is_judged = turn.page().is_some();
                    if job.is_repeated(&turn)? {
                        return Ok(job.end());
                    }
                    job.mark(&turn);
                }
                let Some(batch) = batch else { break };
                if job.by_page {
                    job.gather(batch, &turn)?;
                    continue;
                }
                for batch in job.pass(batch, &turn)? {
                    yield batch;
                }
                if job.has_enough() {
                    return Ok(job.end());
                }
            }
            if !is_judged && job.is_repeated(&turn)? {
                return Ok(job.end());
            }
            if let Some(page) = job.whole_page(&turn) {
                yield page;
                if job.has_enough() {
                    return Ok(job.end());
                }
            }
            job.go_on(&turn).await?;
        }
        Ok(job.end())
    });
    Batches::with_room(room, name, shared, generator)
}

/// The most batches that wait for the consumer, of pages that are asked for ahead anyway. Pages are short, and with more
/// of them ready neither side has to wake the other for each; but a batch may be a chunk long, and be in memory.
const ROOM: usize = 8;

/// How many batches may wait for the consumer: no more pages than are read before their turn.
fn room(pages: &Pages) -> usize {
    let is_counted = matches!(pages.next, Next::Number { .. } | Next::Offset { .. });
    let ahead = if is_counted { pages.ahead() } else { 0 };
    usize::try_from(ahead).unwrap_or(ROOM).clamp(QUEUE, ROOM)
}

/// What the walk is done with.
struct Job {
    caller: Arc<Caller>,
    walk: Walk,
    reader: Reader,
    ahead: Ahead,
    prefetch: u64,
    /// Items of the resumed page that were handed out before.
    skip: u64,
    /// How many items may still be handed out.
    left: u64,
    /// What tells items that come again.
    unique: Option<Unique>,
    /// The items on the pages before.
    before: u64,
    shared: Arc<Shared>,
    /// The way was not known before the first page.
    auto: bool,
    /// Pages are given in place of items; those of the page so far, and their bytes.
    by_page: bool,
    gathered: Vec<Batch>,
    gathered_bytes: usize,
}

/// The page whose turn it is.
enum Turn {
    /// One that is asked for in its turn, and its place among those that are asked for at once.
    Now {
        reading: Box<Reading>,
        _place: Option<OwnedSemaphorePermit>,
    },
    Early(Box<Early>),
}

impl Job {
    fn new(pages: Pages, shared: Arc<Shared>) -> Result<Self, ErrorKind> {
        let usage = ErrorKind::Usage;
        let prefetch = u64::from(pages.ahead());
        let Ready { caller, first, json: body } =
            pages.request.ready("application/json", &shared)?;
        let way = Way::of(&pages.next).map_err(|message| usage(format!("next: {message}")))?;
        let items = match &pages.items {
            Some(path) => {
                vec![Path::parse(path).map_err(|message| usage(format!("items: {message}")))?]
            }
            None => way.items().map_err(usage)?,
        };
        let by_page = pages.by_page || shared.gives_pages();
        let mut reader = Reader::new(items, pages.max_item);
        reader.debug_body = pages.debug_body;
        let is_looked_into = by_page || pages.unique_by.is_some();
        reader.check = if is_looked_into { Check::Reader } else { pages.check };
        reader.keep = matches!(pages.next, Next::By(_));
        reader.cursor = way.cursor();
        let auto = matches!(pages.next, Next::Auto);
        reader.connections = auto && pages.items.is_none() && is_graphql(body.as_ref());
        shared.set_plan(way.to_string());
        let walked = if by_page { format!("{way} by page") } else { way.to_string() };
        let walk_name = walk_name(&first.url, &walked, &caller.auth.secrets);
        let mut job = Self {
            walk: Walk::new(first, body, way, pages.stop.clone(), pages.repeat)
                .map_err(|message| usage(format!("stop: {message}")))?,
            reader,
            ahead: Ahead::new(prefetch + 1, pages.concurrency),
            prefetch,
            skip: 0,
            left: pages.stop.max_items.unwrap_or(u64::MAX),
            unique: pages
                .unique_by
                .as_deref()
                .map(Unique::by)
                .transpose()
                .map_err(|message| usage(format!("unique_by: {message}")))?,
            before: 0,
            auto,
            by_page,
            gathered: Vec::new(),
            gathered_bytes: 0,
            caller,
            shared,
        };
        if let Some(text) = &pages.shrink {
            let slot = job.walk.shrink(text);
            job.reader.shrink = Some(slot.map_err(|why| usage(format!("shrink: {why}")))?);
        }
        if let Some(text) = &pages.resume {
            job.resume(text, &walk_name).map_err(usage)?;
        }
        job.shared.set_walk(walk_name);
        Ok(job)
    }

    fn resume(&mut self, text: &str, walk_name: &str) -> Result<(), String> {
        let Position { mark, index } = Position::from_text(text, walk_name)?;
        if let Spot::Url(url) = &mark.spot
            && !self.caller.reach.trusts(url)
        {
            return Err("resume leads to another origin".to_owned());
        }
        if let Some(way) = mark.way {
            self.walk.choose(Way::of(&way.parse()?)?);
            self.chosen()?;
        }
        self.walk.resume(mark.spot, mark.page, mark.before, mark.step);
        (self.before, self.skip) = (mark.before, index);
        Ok(())
    }

    /// The page at `spot`, and those that may follow are asked for as well.
    async fn turn(&mut self, spot: Spot, place: &Place) -> Result<Turn, Error> {
        let taken = self.ahead.take(&spot, self.before);
        let at_once = match taken {
            Some(_) => None,
            None => self.ahead.place().await,
        };
        let mut next = 1 + self.ahead.len();
        while next <= self.prefetch {
            let Some(spot) = self.walk.ahead(next) else { break };
            let page = place.page.map(|page| page + next);
            let mut reader = self.reader.clone();
            reader.held = self.ahead.held();
            let place = Place { page, ..place.clone() };
            let reading = self.reading(reader, spot.clone(), place, 0)?;
            self.ahead.begin(spot, reading);
            next += 1;
        }
        Ok(match taken {
            None => {
                let mut reader = self.reader.clone();
                if self.walk.way().counts() && self.prefetch > 0 {
                    reader.held = self.ahead.held();
                }
                let reading = self.reading(reader, spot, place.clone(), self.before)?;
                Turn::Now { reading, _place: at_once }
            }
            Some(early) => Turn::Early(Box::new(early)),
        })
    }

    fn reading(
        &self,
        reader: Reader,
        spot: Spot,
        place: Place,
        before: u64,
    ) -> Result<Box<Reading>, Error> {
        let request = self
            .walk
            .request(&spot)
            .map_err(|message| Error::new(ErrorKind::Usage(message), place.clone()))?;
        let caller = Arc::clone(&self.caller);
        Ok(Box::new(Reading::new(caller, reader, request, spot, place, before)))
    }

    /// Whether the page is the one before once more.
    fn is_repeated(&mut self, turn: &Turn) -> Result<bool, Error> {
        let Some(page) = turn.page() else { return Ok(false) };
        self.walk.repeats(page.hash, page.items).map_err(|kind| turn.error(kind))
    }

    /// Remembers where the page begins.
    fn mark(&self, turn: &Turn) {
        let Some(spot) = self.walk.upcoming() else { return };
        let chosen = self.auto.then(|| self.walk.way().to_text()).flatten();
        self.shared.marks.add(Mark {
            before: self.before,
            page: self.walk.page(),
            url: redact(turn.url()).into(),
            spot: spot.clone(),
            step: self.walk.step().filter(|_| matches!(self.walk.way(), Way::Offset { .. })),
            way: chosen,
            secret: spot.secret(&self.caller.auth.secrets),
        });
        if let Some(total) = turn.page().and_then(|page| sign::total(&page.doc)) {
            self.shared.set_expected(total);
        }
    }

    /// What of a batch is handed out.
    fn pass(&mut self, batch: Batch, turn: &Turn) -> Result<Vec<Batch>, Error> {
        let skip = usize::try_from(self.skip).unwrap_or(usize::MAX).min(batch.len());
        self.skip -= skip as u64;
        let mut parts = self.fresh(batch, skip, turn)?;
        for batch in &mut parts {
            batch.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
            self.left -= batch.len() as u64;
            self.shared.add_records(batch.len());
        }
        parts.retain(|batch| !batch.is_empty());
        Ok(parts)
    }

    /// The parts of a batch, behind its first `skip` records, with the items that are new.
    fn fresh(&mut self, mut batch: Batch, skip: usize, turn: &Turn) -> Result<Vec<Batch>, Error> {
        // Those that were handed out before are known, too.
        let parts = self.unique.as_mut().map(|unique| unique.parts(&batch)).transpose();
        let parts = parts.map_err(|message| turn.error(ErrorKind::Walk { message }))?;
        let all_are_new =
            |parts: &Vec<Range<usize>>| matches!(&**parts, [all] if all.len() == batch.len());
        let Some(parts) = parts.filter(|parts| !all_are_new(parts)) else {
            batch.skip(skip);
            return Ok(vec![batch]);
        };
        let behind = parts.into_iter().map(|part| part.start.max(skip)..part.end);
        Ok(behind.filter(|part| !part.is_empty()).map(|part| batch.part(part)).collect())
    }

    /// Keeps items until the page is whole.
    fn gather(&mut self, batch: Batch, turn: &Turn) -> Result<(), Error> {
        self.gathered_bytes += batch.size();
        if self.gathered_bytes > by_page::LARGEST {
            return Err(turn.error(ErrorKind::TooLarge { limit: by_page::LARGEST }));
        }
        let parts = self.fresh(batch, 0, turn)?;
        self.gathered.extend(parts);
        Ok(())
    }

    /// The page as one record, if that is what is given.
    fn whole_page(&mut self, turn: &Turn) -> Option<Batch> {
        let page = turn.page().filter(|_| self.by_page)?;
        let record = by_page::record(page, &self.gathered, self.walk.page(), self.before);
        let items: u64 = self.gathered.iter().map(|batch| batch.len() as u64).sum();
        self.gathered.clear();
        self.gathered_bytes = 0;
        // Whole pages, until there are as many items as are wanted.
        self.left = self.left.saturating_sub(items);
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        self.shared.add_records(1);
        Some(record)
    }

    fn has_enough(&self) -> bool {
        self.left == 0
    }

    /// Goes on from the page, which is whole.
    async fn go_on(&mut self, turn: &Turn) -> Result<(), Error> {
        let Some(page) = turn.page() else { return Ok(()) };
        if self.skip > 0 {
            return Err(turn.error(ErrorKind::Changed));
        }
        self.shared.add_page();
        self.before += if self.by_page { 1 } else { page.items };
        if let Some(total) = sign::total(&page.doc) {
            self.shared.set_expected(total);
        }
        let advanced = self.walk.advance(page, &self.caller).await;
        advanced.map_err(|kind| turn.error(kind))?;
        if self.auto {
            self.chosen().map_err(|message| turn.error(ErrorKind::Walk { message }))?;
        }
        self.walk.check_end().map_err(|kind| turn.error(kind))
    }

    /// Tells which way was chosen.
    fn chosen(&mut self) -> Result<(), String> {
        if self.reader.connections && matches!(self.walk.way(), Way::Relay { .. }) {
            self.reader.items = self.walk.way().items()?;
            self.reader.connections = false;
        }
        self.shared.set_plan(self.walk.plan());
        Ok(())
    }

    fn end(&self) -> crate::Summary {
        self.shared.summary()
    }
}

impl Turn {
    async fn next(&mut self) -> Result<Option<Batch>, Error> {
        match self {
            Self::Now { reading, .. } => reading.next().await,
            Self::Early(early) => early.next().await,
        }
    }

    fn page(&self) -> Option<&Page> {
        match self {
            Self::Now { reading, .. } => reading.page(),
            Self::Early(early) => early.page(),
        }
    }

    fn url(&self) -> &Url {
        match self {
            Self::Now { reading, .. } => reading.url(),
            Self::Early(early) => early.url(),
        }
    }

    fn has_begun(&self) -> bool {
        match self {
            Self::Now { reading, .. } => reading.has_begun(),
            Self::Early(early) => early.has_begun(),
        }
    }

    fn error(&self, kind: ErrorKind) -> Error {
        match self {
            Self::Now { reading, .. } => reading.error(kind),
            Self::Early(early) => early.error(kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages;

    #[test]
    fn what_waits_for_the_consumer_is_bounded() {
        let room = |next: &str, concurrency, prefetch: Option<u32>| {
            let pages = pages("http://h/").next(next.parse().unwrap()).concurrency(concurrency);
            room(&prefetch.map_or(pages.clone(), |count| pages.prefetch(count)))
        };
        assert_eq!(room("page", 1, None), 2);
        assert_eq!(room("page", 4, None), 3);
        assert_eq!(room("offset", 8, None), 7);
        assert_eq!(room("page", 100, None), 8);
        assert_eq!(room("page", 1, Some(20)), 8);
        // Where a page leads to the next, it is asked for while the consumer has the last ones before it.
        assert_eq!(room("link", 8, None), 2);
        assert_eq!(room("auto", 8, Some(20)), 2);
    }
}
