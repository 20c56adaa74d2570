//! A request whose answer is read as any other input.

use std::fmt;

use crate::http::options::{Options, request_options};
use crate::http::redact::redact_text;

/// A request of `url`: an [`Input`](crate::Input) that is asked for with a body, headers or
/// credentials, as APIs that stream their answers want it.
///
/// What is said of credentials at [`pages`](crate::pages) holds here too: they go to the origin of
/// `url`, and to hosts that are allowed by name. A plain URL, which may lead anywhere, needs none of
/// this.
///
/// ```no_run
/// use asyncgen_sources::{Auth, async_for, ndjson, request};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// let answer = request("https://api.example.org/query")
///     .auth(Auth::Bearer("1234".to_owned()))
///     .json(r#"{"sql": "SELECT 1"}"#);
/// async_for!(for row in ndjson(answer).rows() {
///     println!("{:?}", row?.get(0));
/// });
/// # Ok(())
/// # }
/// ```
pub fn request(url: &str) -> Request {
    Request { request: Options::new(url) }
}

/// What to ask for; made by [`request`].
#[derive(Clone)]
#[must_use = "it is asked when a source of it is polled"]
pub struct Request {
    pub(crate) request: Options,
}

impl Request {
    request_options!();
}

/// Shows where it leads, and no secret.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = redact_text(&self.request.url);
        f.debug_struct("Request").field("url", &url).finish_non_exhaustive()
    }
}
