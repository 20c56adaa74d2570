//! One page, asked for until it is there or hope is lost.

use std::sync::Arc;

use asyncgen_formats::Position;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use url::Url;

use crate::bytes::Chunks;
use crate::bytes::http::HttpChunks;
use crate::compression::{Compression, Limits, Plain};
use crate::http::Get;
use crate::progress::Shared;
use crate::redact::redact;
use crate::retry::{Again, Failure, Retry};
use crate::walk::Wrong;
use crate::{Error, ErrorKind, Place};

/// What is needed to ask for a page.
#[derive(Debug)]
pub(crate) struct Fetch<'a> {
    pub(crate) get: Get<'a>,
    pub(crate) retries: u32,
    pub(crate) max_body: usize,
    pub(crate) shared: &'a Arc<Shared>,
}

/// A page as it came.
#[derive(Debug)]
pub(crate) struct Page {
    /// The URL that gave it, behind all redirects.
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) content_type: String,
    /// None if the server says that there is no content (204).
    pub(crate) body: Option<String>,
}

impl Fetch<'_> {
    /// Asks for the page, and again after a failure that may pass; the body counts as part of it,
    /// since no item is handed out before the body is whole.
    pub(crate) async fn page(&self) -> Result<Page, Error> {
        let mut retry = Retry::new(self.retries);
        loop {
            match self.once(retry.attempts()).await {
                Ok(page) => return Ok(page),
                Err(failure) => retry.wait(failure, self.shared).await?,
            }
        }
    }

    async fn once(&self, attempts: u32) -> Result<Page, Failure> {
        let answer = self.get.send(attempts).await?;
        let url = answer.url.clone();
        let headers = answer.response.headers().clone();
        let content_type = headers
            .get(CONTENT_TYPE)
            .map_or_else(String::new, |value| String::from_utf8_lossy(value.as_bytes()).into());
        if answer.response.status() == StatusCode::NO_CONTENT {
            return Ok(Page { url, headers, content_type, body: None });
        }
        let place = Place { url: Some(redact(&url).into()), ..self.get.place.clone() };
        let chunks = HttpChunks::new(answer)
            .map_err(|kind| Failure::lasting(Error::new(kind, place.clone())))?;
        let chunks = Chunks::of_body(chunks, place, Arc::clone(self.shared));
        let body = self.body(Plain::new(chunks, Compression::Infer, Limits::default())).await?;
        let body = String::from_utf8(body)
            .map_err(|error| Failure::lasting(self.fault(not_utf8(&error), &content_type)))?;
        // RFC 8259 lets a reader pass over it.
        let body = match body.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => body,
        };
        Ok(Page { url, headers, content_type, body: Some(body) })
    }

    async fn body(&self, mut bytes: Plain) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        loop {
            let piece = bytes.next().await.map_err(|error| {
                let broken = matches!(error.kind(), ErrorKind::Read(_));
                Failure { error, again: if broken { Again::Soon } else { Again::Never } }
            })?;
            if piece.is_empty() {
                return Ok(body);
            }
            if body.len() + piece.len() > self.max_body {
                let kind = ErrorKind::TooLarge { limit: self.max_body };
                return Err(Failure::lasting(self.error(kind)));
            }
            body.extend_from_slice(piece);
        }
    }

    /// A fault in the JSON of the page, which may be no JSON at all.
    pub(crate) fn fault(&self, fault: asyncgen_formats::Error, content_type: &str) -> Error {
        use asyncgen_formats::ErrorKind::{InvalidUtf8, Json};
        let no_json = matches!(fault.kind(), Json { .. } | InvalidUtf8 { .. });
        if no_json && !content_type.to_ascii_lowercase().contains("json") {
            return self.error(ErrorKind::NotJson { content_type: content_type.to_owned() });
        }
        let source = self.get.place.source.clone().unwrap_or_default();
        Error::decode(fault, source).on_page(redact(self.get.url).into(), self.get.place.page)
    }

    /// What keeps the walk from going on behind this page.
    pub(crate) fn wrong(&self, wrong: Wrong, content_type: &str) -> Error {
        match wrong {
            Wrong::Fault(fault) => self.fault(fault, content_type),
            Wrong::Link(kind) => self.error(kind),
        }
    }

    /// A failure of `kind` with this page.
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        self.get.error(kind, self.get.url)
    }
}

/// The fault of a body that is not UTF-8, as the decoders say it.
fn not_utf8(error: &std::string::FromUtf8Error) -> asyncgen_formats::Error {
    let valid = error.utf8_error().valid_up_to();
    let (before, after) = error.as_bytes().split_at(valid);
    let before = String::from_utf8_lossy(before);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let position =
        Position { record: 0, line: before.matches('\n').count() as u64 + 1, offset: valid as u64 };
    let column = before[line_start..].chars().count() as u64 + 1;
    let kind =
        asyncgen_formats::ErrorKind::InvalidUtf8 { byte: after.first().copied().unwrap_or(0) };
    asyncgen_formats::Error::new(kind, position, column)
}
