//! A body that goes on where its connection broke.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::{
    CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_RANGE,
    LAST_MODIFIED, RANGE,
};
use reqwest::{Method, StatusCode};

use super::http::HttpChunks;
use crate::compression::Coding;
use crate::http::retry::{Again, Failure};
use crate::http::{Answer, Caller, Request, error};
use crate::{Error, ErrorKind, Place};

/// The body of what is at a URL. Where its connection breaks, the rest is asked for (RFC 9110, 14), if the server
/// has said what proves that it is the rest of the same.
#[derive(Debug)]
pub(crate) struct Ranged {
    chunks: HttpChunks,
    caller: Arc<Caller>,
    request: Request,
    place: Place,
    version: Option<Version>,
    /// The bytes that have come.
    read: u64,
    /// The bytes that come once more, from a server that sends all again.
    skip: u64,
    /// How often it broke since the last byte came.
    idle: u32,
    /// All has come, though the connection broke before it said so.
    whole: bool,
}

/// What proves that two answers are of the same bytes.
#[derive(Debug, Clone)]
struct Version {
    /// A strong entity tag, or else the time of the last change.
    validator: HeaderValue,
    is_tag: bool,
    /// The length of the whole, where it is said.
    length: Option<u64>,
}

impl Version {
    fn of(headers: &HeaderMap, length: Option<u64>) -> Option<Self> {
        let tag = headers.get(ETAG).filter(|tag| tag.as_bytes().starts_with(b"\""));
        let validator = tag.or(headers.get(LAST_MODIFIED))?.clone();
        Some(Self { validator, is_tag: tag.is_some(), length })
    }

    /// Whether an answer that need not repeat what proves it says nothing else: the server has compared it.
    fn is_not_denied(&self, headers: &HeaderMap, length: Option<u64>) -> bool {
        let now = Self::of(headers, length.or(self.length));
        now.is_none_or(|now| now.is_tag != self.is_tag || now.is_same(self))
    }

    fn is_same(&self, other: &Self) -> bool {
        let lengths = self.length.zip(other.length);
        let same_length = lengths.is_none_or(|(one, another)| one == another);
        (&self.validator, self.is_tag) == (&other.validator, other.is_tag) && same_length
    }
}

impl Ranged {
    /// Asks for the whole.
    pub(crate) async fn open(
        caller: Arc<Caller>,
        request: Request,
        place: Place,
    ) -> Result<Self, Error> {
        let answer = caller.answer(&request, &mut caller.attempts(), &place).await?;
        let is_get = request.method == Method::GET;
        let version = Version::of(answer.response.headers(), length(&answer)).filter(|_| is_get);
        let chunks = opened(answer, &place)?;
        Ok(Self {
            chunks,
            caller,
            request,
            place,
            version,
            read: 0,
            skip: 0,
            idle: 0,
            whole: false,
        })
    }

    /// The length of the whole body, where the server says it.
    pub(crate) fn length(&self) -> Option<u64> {
        self.chunks.length()
    }

    /// How the body is packed, where its first bytes do not tell.
    pub(crate) fn coding(&self) -> Option<Coding> {
        self.chunks.coding()
    }

    /// The next bytes.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        while !self.whole {
            match self.chunks.next().await {
                Ok(None) if self.skip > 0 => return Err(self.changed("it is shorter now")),
                Ok(None) if self.is_short() => {
                    let early = "a part of it came, and not all that was asked for";
                    self.go_on(io::Error::new(io::ErrorKind::UnexpectedEof, early)).await?;
                }
                Ok(None) => return Ok(None),
                Ok(Some(mut piece)) => {
                    let passed = usize::try_from(self.skip).unwrap_or(usize::MAX).min(piece.len());
                    self.skip -= passed as u64;
                    let piece = piece.split_off(passed);
                    if !piece.is_empty() {
                        self.read += piece.len() as u64;
                        self.idle = 0;
                        return Ok(Some(piece));
                    }
                }
                Err(cause) => self.go_on(cause).await?,
            }
        }
        Ok(None)
    }

    /// Asks for the rest, after the connection broke for the reason `cause`.
    async fn go_on(&mut self, cause: io::Error) -> Result<(), Error> {
        let broken = self.error(ErrorKind::Read(cause));
        let Some(version) = self.version.clone() else { return Err(broken) };
        let caller = Arc::clone(&self.caller);
        let mut attempts = caller.attempts();
        attempts.go_on(1 + self.idle);
        attempts.wait(Failure { error: broken, again: Again::Soon }).await?;
        self.idle += 1;
        let mut request = self.request.clone();
        let range = HeaderValue::try_from(format!("bytes={}-", self.read));
        request.headers.extend(range.ok().map(|range| (RANGE, range)));
        request.headers.insert(IF_RANGE, version.validator.clone());
        request.also = Some(StatusCode::RANGE_NOT_SATISFIABLE);
        let answer = self.caller.answer(&request, &mut attempts, &self.place).await?;
        let (status, headers) = (answer.response.status(), answer.response.headers());
        if status == StatusCode::RANGE_NOT_SATISFIABLE {
            return self.no_more(&version, headers);
        }
        self.skip = if status == StatusCode::PARTIAL_CONTENT {
            let (first, total) = content_range(headers)
                .ok_or_else(|| self.changed("the server does not say which part it sent"))?;
            let same = version.is_not_denied(headers, total);
            let length = version.length.or(total);
            if first != self.read || total.is_some_and(|total| length != Some(total)) || !same {
                return Err(self.changed("the server sent a part of something else"));
            }
            if length.is_none() {
                return Err(self.changed("the server does not say how much there is"));
            }
            // A part may be of less than was asked for (RFC 9110, 15.3.7).
            self.version = Some(Version { length, ..version });
            0
        } else if Version::of(headers, length(&answer)).is_some_and(|now| now.is_same(&version)) {
            self.read
        } else {
            return Err(self.changed("it is another version now"));
        };
        self.chunks = opened(answer, &self.place)?;
        Ok(())
    }

    /// The server has nothing behind the bytes that have come: they are all, if it says so.
    fn no_more(&mut self, version: &Version, headers: &HeaderMap) -> Result<(), Error> {
        let total = header(headers, CONTENT_RANGE).and_then(|range| range.strip_prefix("bytes */"));
        let total = total.and_then(|total| total.trim().parse::<u64>().ok());
        if version.length.is_some() || total.is_some_and(|total| total < self.read) {
            return Err(self.changed("it is shorter now"));
        }
        if !version.is_not_denied(headers, None) {
            return Err(self.changed("it is another version now"));
        }
        match total {
            Some(total) if total == self.read => {
                self.whole = true;
                Ok(())
            }
            Some(_) => Err(self.changed("the server would not send it")),
            None => {
                let early = "the connection broke before the end of the body, and the server has nothing \
                             behind what came, nor says that this is all";
                let error = io::Error::new(io::ErrorKind::UnexpectedEof, early);
                Err(self.error(ErrorKind::Read(error)))
            }
        }
    }

    /// Whether less has come than there is.
    fn is_short(&self) -> bool {
        let length = self.version.as_ref().and_then(|version| version.length);
        length.is_some_and(|length| self.read < length)
    }

    fn changed(&self, what: &str) -> Error {
        let message = format!("the connection broke, and when the rest was asked for, {what}");
        self.error(ErrorKind::Stale { message })
    }

    /// An error behind the bytes that have come.
    fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind, Place { offset: Some(self.read), ..self.place.clone() })
    }
}

fn opened(answer: Answer, place: &Place) -> Result<HttpChunks, Error> {
    let url = answer.url.clone();
    HttpChunks::new(answer).map_err(|kind| error(kind, &url, place))
}

/// The length that is said of the body.
fn length(answer: &Answer) -> Option<u64> {
    header(answer.response.headers(), CONTENT_LENGTH)?.parse().ok()
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}

/// The first byte of a part, and the length of the whole, where that is said: `bytes 7-99/100`, `bytes 7-99/*`.
fn content_range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let range = header(headers, CONTENT_RANGE)?.strip_prefix("bytes ")?;
    let (part, total) = range.split_once('/')?;
    let (first, _) = part.split_once('-')?;
    let total = if total.trim() == "*" { None } else { Some(total.trim().parse().ok()?) };
    Some((first.trim().parse().ok()?, total))
}
