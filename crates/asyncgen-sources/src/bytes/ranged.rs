//! A body that goes on where its connection broke.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::{
    CONTENT_LENGTH, CONTENT_RANGE, HeaderMap, HeaderName, HeaderValue, IF_RANGE, RANGE,
};
use reqwest::{Method, StatusCode};

use super::Start;
use super::http::HttpChunks;
use super::version::Version;
use crate::compression::Coding;
use crate::http::retry::{Again, Attempts, Failure};
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
    /// Where the bytes are that come next, save those that come once more.
    read: u64,
    /// The bytes that come once more, from a server that sends all again.
    skip: u64,
    /// How often it broke since the last byte came.
    idle: u32,
    /// Whether a connection broke.
    broke: bool,
    /// All has come, though the connection broke before it said so.
    whole: bool,
}

/// A part of a version.
#[derive(Debug)]
struct Part {
    answer: Answer,
    version: Version,
    /// The bytes that come before it.
    skip: u64,
}

/// Why there is none.
#[derive(Debug)]
enum NoPart {
    /// It is not a part of the same.
    Changed(&'static str),
    /// The server has nothing behind that place, which is what these say.
    Nothing(HeaderMap),
    Failed(Error),
}

impl Ranged {
    /// Asks for the whole, or for what stands behind the bytes that `start` has.
    pub(crate) async fn open(
        caller: Arc<Caller>,
        request: Request,
        place: Place,
        start: Option<&Start>,
    ) -> Result<Self, Error> {
        let version = start.and_then(|start| start.version.as_ref());
        if let Some((start, version)) = start.filter(|start| start.offset > 0).zip(version) {
            return Self::open_behind(caller, request, place, (start.offset, version)).await;
        }
        let answer = caller.answer(&request, &mut caller.attempts(), &place).await?;
        let is_get = request.method == Method::GET;
        let now = Version::of(answer.response.headers(), length(&answer)).filter(|_| is_get);
        let is_it = |then| now.as_ref().is_some_and(|now: &Version| now.is_same(then));
        if !version.is_none_or(is_it) {
            return Err(Error::new(stale(OTHER), place));
        }
        let chunks = opened(answer, &place)?;
        let (read, skip) = (0, 0);
        Ok(Self {
            chunks,
            caller,
            request,
            place,
            version: now,
            read,
            skip,
            idle: 0,
            broke: false,
            whole: false,
        })
    }

    /// Asks for what stands behind `read` bytes of `version`. The byte before it is asked for as well: of nothing there
    /// is no part.
    async fn open_behind(
        caller: Arc<Caller>,
        request: Request,
        place: Place,
        (read, version): (u64, &Version),
    ) -> Result<Self, Error> {
        let mut attempts = caller.attempts();
        let part = ask(&caller, &request, version, read - 1, &mut attempts, &place).await;
        let Part { answer, version, skip } = part.map_err(|none| match none {
            NoPart::Changed(what) => Error::new(stale(what), place.clone()),
            NoPart::Nothing(_) => Error::new(stale(SHORTER), place.clone()),
            NoPart::Failed(error) => error,
        })?;
        let (chunks, version) = (opened(answer, &place)?, Some(version));
        let skip = skip + 1;
        Ok(Self {
            chunks,
            caller,
            request,
            place,
            version,
            read,
            skip,
            idle: 0,
            broke: false,
            whole: false,
        })
    }

    /// The length of the whole body, where the server says it.
    pub(crate) fn length(&self) -> Option<u64> {
        let of_version = self.version.as_ref().and_then(|version| version.length);
        of_version.or_else(|| self.chunks.length().filter(|_| self.read == 0))
    }

    /// What proves that it is the same, where it can be gone on with.
    pub(crate) fn version(&self) -> Option<&Version> {
        self.version.as_ref()
    }

    /// How the body is packed, where its first bytes do not tell.
    pub(crate) fn coding(&self) -> Option<Coding> {
        self.chunks.coding()
    }

    /// The next bytes.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        while !self.whole {
            match self.chunks.next().await {
                Ok(None) if self.skip > 0 => return Err(self.changed(SHORTER)),
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
        self.broke = true;
        let part = ask(&caller, &self.request, &version, self.read, &mut attempts, &self.place);
        let Part { answer, version, skip } = match part.await {
            Ok(part) => part,
            Err(NoPart::Changed(what)) => return Err(self.changed(what)),
            Err(NoPart::Nothing(headers)) => return self.no_more(&version, &headers),
            Err(NoPart::Failed(error)) => return Err(error),
        };
        (self.version, self.skip) = (Some(version), skip);
        self.chunks = opened(answer, &self.place)?;
        Ok(())
    }

    /// The server has nothing behind the bytes that have come: they are all, if it says so.
    fn no_more(&mut self, version: &Version, headers: &HeaderMap) -> Result<(), Error> {
        let total = header(headers, CONTENT_RANGE).and_then(|range| range.strip_prefix("bytes */"));
        let total = total.and_then(|total| total.trim().parse::<u64>().ok());
        if version.length.is_some() || total.is_some_and(|total| total < self.read) {
            return Err(self.changed(SHORTER));
        }
        if !version.is_not_denied(headers, None) {
            return Err(self.changed(OTHER));
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

    fn changed(&self, what: &'static str) -> Error {
        self.error(if self.broke {
            let message = format!("the connection broke, and when the rest was asked for, {what}");
            ErrorKind::Stale { message }
        } else {
            stale(what)
        })
    }

    /// An error behind the bytes that have come.
    fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind, Place { offset: Some(self.read), ..self.place.clone() })
    }
}

/// Asks for what stands behind `read` bytes of `version`.
async fn ask(
    caller: &Caller,
    request: &Request,
    version: &Version,
    read: u64,
    attempts: &mut Attempts<'_>,
    place: &Place,
) -> Result<Part, NoPart> {
    let mut request = request.clone();
    let range = HeaderValue::try_from(format!("bytes={read}-"));
    request.headers.extend(range.ok().map(|range| (RANGE, range)));
    request.headers.insert(IF_RANGE, version.validator.clone());
    request.also = Some(StatusCode::RANGE_NOT_SATISFIABLE);
    let answer = caller.answer(&request, attempts, place).await.map_err(NoPart::Failed)?;
    let headers = answer.response.headers();
    if answer.response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
        return Err(NoPart::Nothing(headers.clone()));
    }
    if answer.response.status() != StatusCode::PARTIAL_CONTENT {
        let now = Version::of(headers, length(&answer));
        return match now.filter(|now| now.is_same(version)) {
            Some(version) => Ok(Part { answer, version, skip: read }),
            None => Err(NoPart::Changed(OTHER)),
        };
    }
    let said = content_range(headers);
    let (first, total) =
        said.ok_or(NoPart::Changed("the server does not say which part it sent"))?;
    let same = version.is_not_denied(headers, total);
    let length = version.length.or(total);
    if first != read || total.is_some_and(|total| length != Some(total)) || !same {
        return Err(NoPart::Changed("the server sent a part of something else"));
    }
    if length.is_none() {
        return Err(NoPart::Changed("the server does not say how much there is"));
    }
    // A part may be of less than was asked for (RFC 9110, 15.3.7).
    let version = Version { length, ..version.clone() };
    Ok(Part { answer, version, skip: 0 })
}

/// What another version is called, and one that has become shorter.
const OTHER: &str = "it is another version now";
const SHORTER: &str = "it is shorter now";

fn stale(what: &str) -> ErrorKind {
    ErrorKind::Stale { message: what.to_owned() }
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
