//! Paged JSON APIs.

mod ahead;
mod by_page;
mod digest;
mod fetch;
mod marks;
mod next;
mod run;
mod shapes;
mod sign;
mod slot;
mod spot;
mod stop;
mod unique;
mod walk;
mod way;

use std::fmt;

use serde::de::DeserializeOwned;

use self::fetch::Check;
use crate::http::options::{Options, request_options};
use crate::http::redact::redact_text;
use crate::{Batches, Rows, Source};

pub(crate) use marks::{Marks, Position, walk_name};
pub use next::{Choice, Choose, Next, Onward, Seen};
pub use stop::{Repeat, Stop};

/// The longest item, and the most that may stand around the items of a page.
const MAX_ITEM: usize = 64 * 1024 * 1024;

/// The items of a paged JSON API; each is a record of one field, the JSON text of the item.
///
/// Building does no I/O. See [`Pages`] for the options. Pages are asked for one after the other,
/// only a few ahead of the consumer, and never from another origin (scheme, host and port) than
/// that of `url`, unless it is allowed by name: that is where the credentials go. Items are handed
/// out as their bytes arrive, so that memory is bounded whatever the length of a page.
///
/// ```no_run
/// use asyncgen_sources::{Auth, Next, async_for, pages};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// let items = pages("https://api.example.org/things")
///     .auth(Auth::Bearer("1234".to_owned()))
///     .param("per_page", "100")
///     .next(Next::Link)
///     .rows();
/// async_for!(for item in items {
///     println!("{:?}", item?.get(0));
/// });
/// # Ok(())
/// # }
/// ```
pub fn pages(url: &str) -> Pages {
    Pages {
        request: Options::new(url),
        next: Next::Auto,
        items: None,
        stop: Stop::default(),
        repeat: Repeat::Error,
        concurrency: 1,
        prefetch: None,
        max_item: MAX_ITEM,
        resume: None,
        debug_body: false,
        by_page: false,
        unique_by: None,
        shrink: None,
        check: Check::default(),
    }
}

/// How to read a paged API; made by [`pages`].
#[derive(Clone)]
#[must_use = "a source does nothing until it is polled"]
pub struct Pages {
    request: Options,
    next: Next,
    items: Option<String>,
    stop: Stop,
    repeat: Repeat,
    concurrency: u32,
    prefetch: Option<u32>,
    max_item: usize,
    resume: Option<String>,
    debug_body: bool,
    by_page: bool,
    unique_by: Option<String>,
    shrink: Option<String>,
    check: Check,
}

/// Shows where it leads and in which way, and no secret.
impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("url", &redact_text(&self.request.url))
            .field("next", &self.next)
            .field("items", &self.items)
            .field("auth", &self.request.auth)
            .finish_non_exhaustive()
    }
}

impl Pages {
    request_options!();

    /// How a page says where the next one is, [`Next::Auto`] unless set.
    pub fn next(mut self, next: Next) -> Self {
        self.next = next;
        self
    }

    /// Where the array of items is: a JSON pointer (`/data/items`), or a small path
    /// (`data.items`, `data.edges[*].node`). Unless set, the items are the page itself if it is an
    /// array, else its one member with an array that is known to hold items (`items`, `results`,
    /// `data`…).
    pub fn items(mut self, path: impl Into<String>) -> Self {
        self.items = Some(path.into());
        self
    }

    /// When the walk ends, besides where no page follows.
    pub fn stop(mut self, stop: Stop) -> Self {
        self.stop = stop;
        self
    }

    /// What a page that comes again means: an error, unless set.
    pub fn on_repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    /// How many pages are asked for at once, where they are counted by number or offset; one unless
    /// set. Their items come in order, and a failure after all items before it. Together they hold 32 MiB
    /// of items and of what stands around them at most before their turn, of more than 128 pages 256 KiB each, beside 8 MiB that
    /// are used again: one that is longer than its share is read on when its turn comes.
    pub fn concurrency(mut self, pages: u32) -> Self {
        self.concurrency = pages.max(1);
        self
    }

    /// How many pages are read before their turn, where they are counted: under way, or waiting for
    /// it; one less than are asked for at once unless set. As many again, eight batches at most, wait for the consumer.
    ///
    /// With more the server is asked on while one page is late or the consumer is slow. Where a page
    /// leads to the next, only that is known, and it is asked for while the consumer has the last one
    /// or two batches before it, whatever is set.
    pub fn prefetch(mut self, pages: u32) -> Self {
        self.prefetch = Some(pages);
        self
    }

    /// The most bytes of an item, and of what stands around the items of a page, 64 MiB unless set;
    /// more is an error.
    pub fn max_item(mut self, bytes: usize) -> Self {
        self.max_item = bytes;
        self
    }

    /// The most bytes that the compressed body of a page may decode to; more is an error. Not bounded
    /// unless set, as items are handed out as they come.
    pub fn max_decoded(mut self, bytes: impl Into<Option<u64>>) -> Self {
        self.request.limits.decoded = bytes.into();
        self
    }

    /// The most times its length that the compressed body of a page may decode to, looked at from 1
    /// MiB on; more is an error.
    pub fn max_ratio(mut self, ratio: impl Into<Option<u64>>) -> Self {
        self.request.limits.ratio = ratio.into();
        self
    }

    /// Goes on at a position of a source with the same URL and the same way through its pages; see
    /// [`position_after`](crate::Source::position_after).
    pub fn resume(mut self, position: impl Into<String>) -> Self {
        self.resume = Some(position.into());
        self
    }

    /// Whether errors show the line of a body that they are about, which may hold secrets; they do
    /// not unless set.
    pub fn debug_body(mut self, show: bool) -> Self {
        self.debug_body = show;
        self
    }

    /// The place in an item of what tells it from others, `id` or `/meta/id`: one that has been there
    /// is left out. The last million of them are known; of a walk that is resumed, those from its page
    /// on. An item with nothing there is an error.
    pub fn unique_by(mut self, path: impl Into<String>) -> Self {
        self.unique_by = Some(path.into());
        self
    }

    /// Where the number of items in a page stands in a request, `limit` or `/page/size`: when a page
    /// fails that may be too much at once, it is asked for with half of that, as are those behind it.
    ///
    /// So is one after a status 500, 502, 503, 504 or 408, and one that breaks off or does not come in
    /// time. It is refused at the first poll where pages have numbers, as with another size they would be
    /// others, and where the first request has no number there.
    pub fn shrink(mut self, place: impl Into<String>) -> Self {
        self.shrink = Some(place.into());
        self
    }

    /// Gives pages in place of items: each is a record of one field, the text of a JSON object with
    /// the members `number`, `status`, `url` (without its secrets), `headers` and `items`. A page is
    /// in memory as a whole.
    pub fn by_page(mut self) -> Self {
        self.by_page = true;
        self
    }

    /// How many pages are read before their turn.
    fn ahead(&self) -> u32 {
        self.prefetch.unwrap_or(self.concurrency - 1)
    }

    /// The items in batches, of one page each.
    pub fn batches(self) -> Batches {
        run::batches(self)
    }

    /// The items one by one.
    pub fn rows(self) -> Rows {
        Rows::of(self.batches())
    }

    /// The items as values of a type. One that is not as the type has it is an error that names the page, the item, its URL
    /// and the path to what is wrong in it, and ends the walk.
    ///
    /// ```no_run
    /// use asyncgen_sources::{async_for, pages};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Thing {
    ///     id: u64,
    ///     name: String,
    /// }
    ///
    /// # async fn example() -> Result<(), asyncgen_sources::Error> {
    /// async_for!(for thing in pages("https://api.example.org/things").typed::<Thing>() {
    ///     let Thing { id, name } = thing?;
    ///     println!("{id}: {name}");
    /// });
    /// # Ok(())
    /// # }
    /// ```
    pub fn typed<T: DeserializeOwned + Send + 'static>(mut self) -> Source<T> {
        self.check = Check::Taker;
        let debug_body = self.debug_body;
        self.batches().typed(0, debug_body)
    }
}
