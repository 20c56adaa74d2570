//! Where the next page is.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;

use super::way::Way;
use crate::http::redact::redact_text;

/// How a page says where the next one is.
///
/// Where a value stands in a page is said by a JSON pointer (`/meta/next`), a small path
/// (`$.meta.next`, `meta.next`) or `header:Name`; where it goes in a request by the name of a query
/// parameter, by a path into the JSON of the body, which begins with `/` or `$`, or by
/// `header:Name`. The words for the end are nothing, `null`, `false`, `0`, an empty string and the
/// string `null`.
///
/// A text can be parsed as well, as the command takes it: `auto`, `link`, `header:NAME`, a path,
/// `cursor:TO=FROM`, `page[:TO[:FIRST]]`, `offset[:TO[:LIMIT[:SIZE]]]`, `relay:PATH[:TO]`.
///
/// ```
/// use asyncgen_sources::{Next, pages};
///
/// let url = "https://api.example.org/things";
/// pages(url).next(Next::Link);
/// pages(url).next(Next::Pointer("/paging/next_url".to_owned()));
/// pages(url).next(Next::Number { param: "page".to_owned(), first: 1 });
/// pages(url).next("cursor:cursor=/meta/next_cursor".parse()?);
/// pages(url).next(Next::by(async |page| {
///     // Its number, URL, status, headers and body are there to choose by.
///     Ok((page.number < 3).then(|| format!("?page={}", page.number + 1)))
/// }));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Next {
    /// By the first of the shapes that are known: the `Link` header; a URL at `next`, `next_url`,
    /// `@odata.nextLink`, `links.next`, `links.next.href`, `_links.next.href`, or at `next`,
    /// `next_url`, `next_link` or `next_page_url` of `pagination` or `meta`; `nextPageToken`, which
    /// goes to `pageToken`; `pageInfo` of a GraphQL connection.
    ///
    /// The first page chooses for all. A page with none of them is the last, unless it says that
    /// there are more: `has_more` is true; or, on the first page, a `total` or `count` is above the
    /// items read, or there is a `cursor`, `next_cursor`, `next_page` or `continuation`. Then it is
    /// an error, and one of the other ways must be chosen.
    #[default]
    Auto,
    /// By a `Link` header with `rel="next"` (RFC 8288).
    Link,
    /// By the URL at this path.
    Pointer(String),
    /// By the URL in this header.
    Header(String),
    /// By a cursor that stands in a page, and goes to the next request.
    Cursor {
        /// Where it stands.
        from: String,
        /// Where it goes.
        to: String,
    },
    /// It does not say: pages are asked for by number, until one is empty or is not found (404).
    Number {
        /// Where the number goes.
        param: String,
        /// The number of the first page.
        first: u64,
    },
    /// It does not say: pages are asked for by the number of items before them.
    Offset {
        /// Where that number goes.
        param: String,
        /// Where the size of a page goes.
        limit: String,
        /// The size to ask for; without one it is that of the first page.
        size: Option<u64>,
    },
    /// By the `pageInfo` of a GraphQL connection.
    Relay {
        /// The path of the connection in the answer: `data.repository.issues`.
        path: String,
        /// Where its `endCursor` goes: `/variables/after`.
        to: String,
    },
    /// By what a function makes of the page.
    By(Choose),
}

/// The function of [`Next::By`].
#[derive(Clone)]
pub struct Choose(pub(crate) Arc<dyn Fn(Seen) -> Choice + Send + Sync>);

/// What the function of [`Next::By`] comes to: where the next page is, or why it cannot say.
pub type Choice = Pin<Box<dyn Future<Output = Result<Onward, String>> + Send>>;

/// Where to go from a page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Onward {
    /// There are no more pages.
    End,
    /// To this URL; relative to that of the page.
    To(String),
    /// To the first URL, with these parameters.
    With(Vec<(String, String)>),
}

/// A page, for who chooses the next one.
#[derive(Clone)]
#[non_exhaustive]
pub struct Seen {
    /// The URL that gave it, as it is: it may hold secrets.
    pub url: String,
    /// Its number, counted from 1.
    pub number: u64,
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The items in it.
    pub items: u64,
    /// The body.
    pub body: String,
}

impl Next {
    /// By the URL that `choose` gives for a page; none at the end.
    pub fn by<F>(choose: impl Fn(Seen) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Option<String>, String>> + Send + 'static,
    {
        Self::chosen(move |page| {
            let chosen = choose(page);
            async { Ok(chosen.await?.map_or(Onward::End, Onward::To)) }
        })
    }

    /// Whether its places can be read: who parses a text has done so.
    pub fn check(&self) -> Result<(), String> {
        Way::of(self).map(drop)
    }

    /// By what `choose` makes of a page.
    pub fn chosen<F>(choose: impl Fn(Seen) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Onward, String>> + Send + 'static,
    {
        Self::By(Choose(Arc::new(move |page| Box::pin(choose(page)))))
    }
}

impl FromStr for Next {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, rest) = match text.split_once(':') {
            Some((word, rest)) => (word, Some(rest)),
            None => (text, None),
        };
        let mut parts = rest.into_iter().flat_map(|rest| rest.split(':'));
        let mut part = |default: &str| match parts.next() {
            Some("") | None => default.to_owned(),
            Some(part) => part.to_owned(),
        };
        let next = match (word, rest) {
            ("auto", None) => Self::Auto,
            ("link", None) => Self::Link,
            ("header", Some(name)) => return checked(Self::Header(name.to_owned())),
            ("cursor", Some(rest)) => {
                let (to, from) = rest
                    .split_once('=')
                    .ok_or("cursor:TO=FROM is needed, as in cursor:after=/end")?;
                return checked(Self::Cursor { from: from.to_owned(), to: to.to_owned() });
            }
            ("page", _) => {
                Self::Number { param: part("page"), first: number(&part("1"), "page number")? }
            }
            ("offset", _) => {
                let (param, limit, size) = (part("offset"), part("limit"), part(""));
                let size = match &*size {
                    "" => None,
                    size => Some(number(size, "page size")?),
                };
                Self::Offset { param, limit, size }
            }
            ("relay", Some(_)) => Self::Relay { path: part(""), to: part("/variables/after") },
            _ if text.starts_with(['/', '$']) => return checked(Self::Pointer(text.to_owned())),
            _ => {
                return Err("auto, link, a path such as /next or $.meta.next, header:NAME, \
                            cursor:TO=FROM, page[:TO[:FIRST]], offset[:TO[:LIMIT[:SIZE]]] or \
                            relay:PATH[:TO] is needed"
                    .to_owned());
            }
        };
        match parts.next() {
            None => checked(next),
            Some(_) => Err(format!("{text:?} has too many parts")),
        }
    }
}

/// Shows what no secret stands in.
impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen")
            .field("url", &redact_text(&self.url))
            .field("number", &self.number)
            .field("status", &self.status)
            .field("items", &self.items)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Choose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Choose(…)")
    }
}

fn checked(next: Next) -> Result<Next, String> {
    next.check().map(|()| next)
}

fn number(text: &str, what: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{text:?} is not a {what}"))
}
