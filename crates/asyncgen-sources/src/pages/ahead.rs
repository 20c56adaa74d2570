//! Pages that are asked for before their turn.
//!
//! Only where pages are counted can one be asked for that nobody has led to. What comes before its
//! turn waits for it, failures too: a page behind the last one, or behind one that failed, is never
//! heard of.
//!
//! Each page has its own share of the memory. One whose share is full is not read on before its turn
//! comes and makes room; it takes none of the others' room, so the page whose turn it is always
//! goes on.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use asyncgen_formats::Batch;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::task::coop::unconstrained;
use url::Url;

use super::fetch::{HELD, Page, Reading};
use super::spot::Spot;
use crate::http::error;
use crate::{Error, ErrorKind, Place};

/// The bytes of items, and of what stands around them, that all pages together may hold before their turn. Less slows
/// down pages of some megabytes, which are read to their end else; more is memory that few pages need.
const AHEAD: usize = 32 * 1024 * 1024;

/// The pages under way, in the order of their turn.
#[derive(Debug)]
pub(crate) struct Ahead {
    pages: VecDeque<Early>,
    /// The bytes of items that a page may hold.
    share: usize,
    /// A place for each page that is asked for at once. They are given in the order of the pages, so
    /// that none waits for one behind it.
    places: Arc<Semaphore>,
}

/// A page that is read before its turn. Dropping it ends the reading.
#[derive(Debug)]
pub(crate) struct Early {
    spot: Spot,
    pieces: mpsc::UnboundedReceiver<Piece>,
    task: JoinHandle<()>,
    url: Url,
    place: Place,
    /// The items before it, and before what comes next of it: nobody knows before its turn.
    first: u64,
    before: u64,
    /// Whether a part of it has been there, of one that has failed.
    begun: bool,
    /// The page, once it is whole.
    page: Option<Page>,
    /// Closed when its turn comes.
    turn: Arc<Semaphore>,
}

/// What is told of a page, in this order: of a short one that it is whole, before its items.
#[derive(Debug)]
enum Piece {
    /// Items, and the room that they take until they are taken.
    Items(Box<Batch>, OwnedSemaphorePermit),
    Whole(Box<Page>),
    /// The failure, and whether a part of the page has been there.
    Failed(Error, bool),
}

impl Ahead {
    /// Room for `pages` pages, of which so many are asked for at once.
    pub(crate) fn new(pages: u64, at_once: u32) -> Self {
        let pages = usize::try_from(pages).unwrap_or(usize::MAX);
        let share = (AHEAD / pages.max(1)).max(2 * HELD);
        let places = Arc::new(Semaphore::new(at_once as usize));
        Self { pages: VecDeque::new(), share, places }
    }

    /// A place for a page that is asked for in its turn.
    pub(crate) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).acquire_owned().await.ok()
    }

    /// How many are under way.
    pub(crate) fn len(&self) -> u64 {
        self.pages.len() as u64
    }

    /// The bytes of items that a page keeps back until it is whole: half of its share, since as many
    /// may wait to be taken.
    pub(crate) fn held(&self) -> usize {
        self.share / 2
    }

    /// Begins to read the page at `spot`, whose turn comes after those under way, with no items before it for all that
    /// is known.
    pub(crate) fn begin(&mut self, spot: Spot, mut reading: Box<Reading>) {
        let (sender, pieces) = mpsc::unbounded_channel();
        let own_turn = Arc::new(Semaphore::new(0));
        reading.until(Arc::clone(&own_turn));
        let (url, place) = (reading.url().clone(), reading.place().clone());
        let (room, places) = (self.share / 2, Arc::clone(&self.places));
        // It stands in the queue from now on: tasks may begin in another order.
        let mut turn = Box::pin(unconstrained(places.acquire_owned()));
        let given = turn.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        // A task is moved several times before it runs, and this one has some kilobytes.
        let task = tokio::spawn(Box::pin(async move {
            let given = match given {
                Poll::Ready(given) => given,
                Poll::Pending => turn.await,
            };
            // Nobody closes it.
            if let Ok(_given) = given {
                read(reading, sender, room).await;
            }
        }));
        self.pages.push_back(Early {
            spot,
            pieces,
            task,
            url,
            place,
            first: 0,
            before: 0,
            begun: false,
            page: None,
            turn: own_turn,
        });
    }

    /// The page at `spot` with `before` items before it, if it is under way. Those that were expected
    /// instead are given up.
    pub(crate) fn take(&mut self, spot: &Spot, before: u64) -> Option<Early> {
        if self.pages.front().is_some_and(|front| front.spot != *spot) {
            self.pages.clear();
        }
        let mut early = self.pages.pop_front()?;
        (early.first, early.before) = (before, before);
        early.turn.close();
        Some(early)
    }
}

impl Early {
    /// The next items; `None` when the page is whole. A failure comes behind the items before it.
    pub(crate) async fn next(&mut self) -> Result<Option<Batch>, Error> {
        loop {
            match self.pieces.recv().await {
                Some(Piece::Items(mut batch, room)) => {
                    drop(room);
                    batch.number_from(self.before);
                    self.before += batch.len() as u64;
                    return Ok(Some(*batch));
                }
                Some(Piece::Whole(page)) => self.page = Some(*page),
                Some(Piece::Failed(error, begun)) => {
                    self.begun = begun;
                    return Err(error.behind(self.first));
                }
                None if self.page.is_some() => return Ok(None),
                None => {
                    let ended = (&mut self.task).await;
                    let why = ended.map_or_else(|error| error.to_string(), |()| String::new());
                    return Err(self.error(ErrorKind::Panicked(why)));
                }
            }
        }
    }

    /// Whether a part of it has been there, of one that has failed.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun
    }

    /// The URL that is asked.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// A failure of `kind` with this page.
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        error(kind, &self.url, &self.place)
    }

    /// The page, once it is whole.
    pub(crate) fn page(&self) -> Option<&Page> {
        self.page.as_ref()
    }
}

impl Drop for Early {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads a page, no more than `room` bytes of items before they are taken.
async fn read(mut reading: Box<Reading>, pieces: mpsc::UnboundedSender<Piece>, room: usize) {
    let limit = u32::try_from(room).unwrap_or(u32::MAX);
    let room = Arc::new(Semaphore::new(limit as usize));
    let mut is_told = false;
    loop {
        let next = reading.next().await;
        let page = reading.page().filter(|_| !is_told);
        if let Some(page) = page {
            is_told = true;
            // Nobody may be there to hear of it, now or below: then nobody wants to know.
            let _ = pieces.send(Piece::Whole(Box::new(page.clone())));
        }
        let piece = match next {
            Ok(Some(batch)) => {
                // A batch that is longer than the room waits until it is the only one.
                let size = u32::try_from(batch.size()).unwrap_or(u32::MAX).min(limit);
                let Ok(place) = Arc::clone(&room).acquire_many_owned(size).await else { return };
                Piece::Items(Box::new(batch), place)
            }
            Ok(None) => return,
            Err(error) => Piece::Failed(error, reading.has_begun()),
        };
        let is_last = matches!(piece, Piece::Failed(..));
        if pieces.send(piece).is_err() || is_last {
            return;
        }
    }
}
