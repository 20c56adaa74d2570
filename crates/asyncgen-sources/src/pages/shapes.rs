//! The shapes of pages that are known: how `auto` chooses its way.
//!
//! Only these, to the letter: a guess at a key that looks like one (`next_billing`) would go astray
//! in silence.

use asyncgen_formats::json::Path;
use asyncgen_formats::link_header;
use reqwest::header::{HeaderMap, LINK};
use serde_json::Value;

use super::slot::{From, Slot, ends};
use super::way::Way;

/// The places of a URL of the next page, in this order.
const URLS: [&str; 16] = [
    "/next",
    "/next_url",
    "/@odata.nextLink",
    "/links/next",
    "/links/next/href",
    "/_links/next",
    "/_links/next/href",
    "/pagination/next",
    "/pagination/next_url",
    "/pagination/next_link",
    "/pagination/next_page_url",
    "/pagination/next/href",
    "/meta/next",
    "/meta/next_url",
    "/meta/next_link",
    "/meta/next_page_url",
];

/// The places among them whose names say that they hold a URL; elsewhere it must look like one,
/// since `next` may as well be a token.
const HOLDS_A_URL: [&str; 5] =
    ["next_url", "@odata.nextLink", "href", "next_link", "next_page_url"];

/// How deep a connection of GraphQL is looked for.
const CONNECTION_DEPTH: usize = 6;

/// What a first page says of the way.
#[derive(Debug)]
pub(crate) enum Known {
    Way(Way),
    /// The place of a way is there, and says that there is no further page.
    End,
    Nothing,
}

/// The link in the header of a page.
pub(crate) fn link(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
    link_header::next(values).map(str::to_owned)
}

/// The way that a first page shows; `posts` says that the request has a JSON body.
pub(crate) fn known(headers: &HeaderMap, doc: &Value, posts: bool) -> Result<Known, String> {
    if link(headers).is_some() {
        return Ok(Known::Way(Way::Link));
    }
    let mut ended = false;
    for pointer in URLS {
        let Some(value) = doc.pointer(pointer) else { continue };
        let named = HOLDS_A_URL.iter().any(|name| pointer.ends_with(name));
        match value {
            Value::String(url) if !ends(value) && (named || looks_like_a_url(url)) => {
                return Ok(Known::Way(Way::Url(From::Path(Path::parse(pointer)?))));
            }
            value => ended |= ends(value),
        }
    }
    if let Some(token) = doc.get("nextPageToken") {
        if !ends(token) {
            let to = if posts { "/pageToken" } else { "pageToken" };
            let from = From::Path(Path::parse("/nextPageToken")?);
            return Ok(Known::Way(Way::Cursor { from, to: Slot::parse(to)? }));
        }
        ended = true;
    }
    Ok(if ended { Known::End } else { Known::Nothing })
}

/// Whether the request is one of GraphQL.
pub(crate) fn is_graphql(body: Option<&Value>) -> bool {
    body.is_some_and(|body| body.get("query").is_some_and(Value::is_string))
}

/// The way along the one connection in an answer of GraphQL that says where it goes on.
pub(crate) fn connection(doc: &Value) -> Result<Known, String> {
    let mut paths = Vec::new();
    find_connections(doc, &mut Vec::new(), &mut paths);
    match &*paths {
        [] => Ok(Known::Nothing),
        [path] => Ok(Known::Way(Way::Relay {
            path: Path::parse(path)?,
            to: Slot::parse("/variables/after")?,
        })),
        many => Err(format!(
            "there are several connections, {}: say with `next` which",
            many.join(", ")
        )),
    }
}

fn find_connections(value: &Value, names: &mut Vec<String>, found: &mut Vec<String>) {
    let Value::Object(members) = value else { return };
    let tells = |info: &Value| info.get("hasNextPage").is_some_and(Value::is_boolean);
    if members.get("pageInfo").is_some_and(tells) {
        found.push(format!("/{}", names.join("/")));
        return;
    }
    if names.len() < CONNECTION_DEPTH {
        for (name, member) in members {
            names.push(name.replace('~', "~0").replace('/', "~1"));
            find_connections(member, names, found);
            names.pop();
        }
    }
}

fn looks_like_a_url(text: &str) -> bool {
    ["http://", "https://", "/", "?"].iter().any(|start| text.starts_with(start))
}
