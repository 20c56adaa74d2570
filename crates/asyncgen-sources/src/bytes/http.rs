//! The body of a response.

use std::io;

use bytes::Bytes;
use reqwest::header::CONTENT_ENCODING;

use crate::ErrorKind;
use crate::compression::Coding;
use crate::http::timeouts::Timeouts;
use crate::http::{Answer, innermost};

/// The pieces of a body, as they arrive.
#[derive(Debug)]
pub(crate) struct HttpChunks {
    answer: Answer,
    coding: Option<Coding>,
}

impl HttpChunks {
    /// The body of `answer`.
    pub(crate) fn new(answer: Answer) -> Result<Self, ErrorKind> {
        let encodings = answer.response.headers().get_all(CONTENT_ENCODING);
        let encoding: Vec<_> =
            encodings.iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        let encoding = encoding.join(", ").to_ascii_lowercase();
        let coding = match encoding.trim() {
            // These are seen by their magic bytes, wherever they come from.
            "" | "identity" | "gzip" | "x-gzip" | "zstd" => None,
            "deflate" => Some(Coding::Deflate),
            "br" => Some(Coding::Brotli),
            other => {
                let message = if other.contains(',') {
                    format!(
                        "the server has encoded the body more than once, {other}: one is undone"
                    )
                } else {
                    format!("the server sent Content-Encoding {other}, which was not asked for")
                };
                let error = io::Error::new(io::ErrorKind::Unsupported, message);
                return Err(ErrorKind::Compression(error));
            }
        };
        Ok(Self { answer, coding })
    }

    /// How the body is packed, where its first bytes do not tell.
    pub(crate) fn coding(&self) -> Option<Coding> {
        self.coding
    }

    /// The length of the whole body, where the server says it.
    pub(crate) fn length(&self) -> Option<u64> {
        self.answer.response.content_length()
    }

    /// The next bytes.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let Answer { response, patience, .. } = &mut self.answer;
        loop {
            let size = |piece: &reqwest::Result<Option<Bytes>>| {
                piece.as_ref().ok().and_then(Option::as_ref).map_or(0, Bytes::len)
            };
            match patience.wait(response.chunk(), size).await? {
                Ok(Some(piece)) if piece.is_empty() => {}
                Ok(piece) => return Ok(piece),
                Err(error) => return Err(io::Error::other(innermost(error, &Timeouts::default()))),
            }
        }
    }
}
