//! When a walk ends.

/// When a walk over pages ends, besides where no page follows.
///
/// ```
/// use asyncgen_sources::{Stop, pages};
///
/// let stop = Stop { max_pages: Some(10), ..Stop::default() };
/// pages("https://api.example.org/things").stop(stop);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stop {
    /// Whether an empty page is the last. Unless set it is where pages are counted, by number or
    /// offset, and is not where a page says what follows.
    pub empty: Option<bool>,
    /// The path of a boolean that is false on the last page.
    pub has_more: Option<String>,
    /// The path of the number of items on all pages: a counted walk ends when it has them.
    pub total: Option<String>,
    /// The statuses that mean that the page before was the last. Unless set, 404 where pages are
    /// counted.
    pub status: Option<Vec<u16>>,
    /// The most pages.
    pub max_pages: Option<u64>,
    /// The most items.
    pub max_items: Option<u64>,
}

/// What a page that comes again means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Repeat {
    /// An error: the walk would never end.
    #[default]
    Error,
    /// The end, as some APIs have it.
    Stop,
}
