//! The body of a response.

use std::io;

use bytes::Bytes;
use reqwest::header::CONTENT_ENCODING;

use crate::ErrorKind;
use crate::http::timeouts::Timeouts;
use crate::http::{Answer, innermost};

/// The pieces of a body, as they arrive.
#[derive(Debug)]
pub(crate) struct HttpChunks {
    answer: Answer,
}

impl HttpChunks {
    /// The body of `answer`.
    pub(crate) fn new(answer: Answer) -> Result<Self, ErrorKind> {
        let encodings = answer.response.headers().get_all(CONTENT_ENCODING);
        let encoding: Vec<_> =
            encodings.iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        match &*encoding.join(", ") {
            // Gzip is seen by its magic bytes, wherever it comes from.
            "" | "identity" | "gzip" | "x-gzip" => Ok(Self { answer }),
            other => Err(ErrorKind::Compression(io::Error::new(
                io::ErrorKind::Unsupported,
                format!("the server sent Content-Encoding {other}, which was not asked for"),
            ))),
        }
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
