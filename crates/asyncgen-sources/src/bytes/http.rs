//! The body of a response.

use std::io;

use bytes::Bytes;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};

use crate::http::{Answer, Get, innermost, parse};
use crate::origin::Reach;
use crate::progress::Shared;
use crate::retry::{RETRIES, Retry};
use crate::{Error, ErrorKind, Place};

/// The pieces of a body, as they arrive.
#[derive(Debug)]
pub(crate) struct HttpChunks {
    response: reqwest::Response,
}

impl HttpChunks {
    /// Asks for `url`; `place` is where errors are.
    pub(crate) async fn open(url: &str, place: &Place, shared: &Shared) -> Result<Self, Error> {
        let url = parse(url).map_err(|kind| Error::new(kind, place.clone()))?;
        let headers = HeaderMap::new();
        let get = Get { base: &url, url: &url, headers: &headers, reach: Reach::Anywhere, place };
        let mut retry = Retry::new(RETRIES);
        loop {
            match get.send(retry.attempts()).await {
                Ok(answer) => return Self::new(answer).map_err(|kind| get.error(kind, &url)),
                Err(failure) => retry.wait(failure, shared).await?,
            }
        }
    }

    /// The body of `answer`.
    pub(crate) fn new(answer: Answer) -> Result<Self, ErrorKind> {
        let encoding = answer.response.headers().get(CONTENT_ENCODING);
        let encoding = encoding.map(|value| String::from_utf8_lossy(value.as_bytes()));
        match encoding.as_deref() {
            // Gzip is seen by its magic bytes, wherever it comes from.
            None | Some("" | "identity" | "gzip" | "x-gzip") => {
                Ok(Self { response: answer.response })
            }
            Some(other) => Err(ErrorKind::Compression(io::Error::new(
                io::ErrorKind::Unsupported,
                format!("the server sent Content-Encoding {other}, which was not asked for"),
            ))),
        }
    }

    /// The length of the whole body, where the server says it.
    pub(crate) fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// The next bytes.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            match self.response.chunk().await {
                Ok(Some(piece)) if piece.is_empty() => {}
                Ok(piece) => return Ok(piece),
                Err(error) => return Err(io::Error::other(innermost(error))),
            }
        }
    }
}
