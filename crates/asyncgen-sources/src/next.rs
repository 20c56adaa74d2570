//! Where the next page is.

use asyncgen_formats::{json, link_header};
use reqwest::header::{HeaderMap, LINK};

use crate::sign::Sign;

/// The members of a JSON object that are known to hold the URL of the next page, in this order.
/// Only these: a guess at a key that looks like one (`next_billing`) would go astray in silence.
const KNOWN: [&str; 4] = ["/next", "/next_url", "/links/next", "/@odata.nextLink"];

/// How a page says where the next one is.
///
/// ```
/// use asyncgen_sources::{Next, pages};
///
/// let url = "https://api.example.org/things";
/// pages(url).next(Next::Link);
/// pages(url).next(Next::Pointer("/paging/next_url".to_owned()));
/// pages(url).next(Next::Number { param: "page".to_owned(), first: 1 });
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Next {
    /// By its `Link` header, else by one of the members `next`, `next_url`, `links.next` and
    /// `@odata.nextLink` of its JSON object.
    ///
    /// A page with none of them is the last, unless it says that there are more: `has_more` is true;
    /// or, on the first page, a `total` or `count` is above the items read, or there is a `cursor`,
    /// `next_cursor`, `next_page` or `continuation`. Then it is an error, and one of the other ways
    /// must be chosen.
    #[default]
    Auto,
    /// By a `Link` header with `rel="next"` (RFC 8288).
    Link,
    /// By the URL at this JSON pointer (RFC 6901); absent, `null` or empty at the end.
    Pointer(String),
    /// It does not say: pages are asked for by number, until one is empty or is not found (404).
    Number {
        /// The query parameter of the number.
        param: String,
        /// The number of the first page.
        first: u64,
    },
}

impl Next {
    /// What says, where a page has no link to the next, that there is one all the same; `page` is
    /// its number.
    pub(crate) fn signs(
        &self,
        body: &str,
        page: u64,
    ) -> Result<Vec<Sign>, asyncgen_formats::Error> {
        if *self != Self::Auto {
            return Ok(Vec::new());
        }
        let mut signs = Sign::all(body)?;
        // A walk that has come by a link ends where there is none; a link that is null is an end.
        if page > 1 || has_ended_link(body)? {
            signs.retain(|sign| *sign == Sign::HasMore);
        }
        Ok(signs)
    }

    /// The link to the next page in this one, if there is one.
    pub(crate) fn link(
        &self,
        headers: &HeaderMap,
        body: &str,
    ) -> Result<Option<String>, asyncgen_formats::Error> {
        let in_header = || {
            let values = headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
            link_header::next(values).map(str::to_owned)
        };
        let in_body = |pointer: &str| Ok(json::text_at(body, pointer)?.map(Into::into));
        match self {
            Self::Link => Ok(in_header()),
            Self::Pointer(pointer) => in_body(pointer),
            Self::Number { .. } => Ok(None),
            Self::Auto => {
                let mut found = in_header();
                for pointer in KNOWN {
                    if found.is_some() {
                        break;
                    }
                    found = in_body(pointer)?;
                }
                Ok(found)
            }
        }
    }
}

/// Whether the place of a known link is there, and holds none.
fn has_ended_link(body: &str) -> Result<bool, asyncgen_formats::Error> {
    let members = json::members(body)?;
    let links = members.iter().find(|(key, _)| key == "links").map_or("null", |(_, links)| links);
    let links = json::members(links)?;
    let is_own =
        |(key, _): &(String, &str)| KNOWN.iter().any(|known| known.strip_prefix('/') == Some(key));
    Ok(members.iter().any(is_own) || links.iter().any(|(key, _)| key == "next"))
}
