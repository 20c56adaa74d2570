//! The blog's example: pages that take half a second each, processed as they come.

use asyncgen_sources::{async_for, pages};
use serde::Deserialize;

use super::{failed, say, server::Server};
use crate::failure::Failure;

/// How many pages the API has.
const PAGES: u64 = 3;

/// Streams the pages of an API on loopback. The server prints "Fetching" when a page is asked
/// for, this prints "Processing" when its item arrives: two threads, so the order of the lines is
/// the order of the events.
pub(super) async fn show() -> Result<(), Failure> {
    let server = Server::start(PAGES).map_err(failed("start a server on loopback"))?;
    async_for!(for item in pages(&server.url()).rows() {
        let item = item?;
        let Page { page, data } = serde_json::from_str(item.get(0).unwrap_or_default())
            .map_err(|error| failed("read an item")(error.into()))?;
        // As Python prints a dict.
        say(&format!("Processing: {{'page': {page}, 'data': '{data}'}}"))?;
    });
    Ok(())
}

/// What the API has to say.
#[derive(Deserialize)]
struct Page {
    page: u64,
    data: String,
}
