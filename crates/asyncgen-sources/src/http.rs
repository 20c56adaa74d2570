//! Requests: redirects under one origin rule, and the errors of what comes back.

pub(crate) mod auth;
pub(crate) mod client;
pub(crate) mod options;
pub(crate) mod origin;
pub(crate) mod rate;
pub(crate) mod redact;
pub(crate) mod retry;
pub(crate) mod secret_names;
pub(crate) mod secrets;
pub(crate) mod timeouts;

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Method, Response, StatusCode};
use url::Url;

use self::auth::Keeper;
use self::client::Cause;
use self::origin::Reach;
use self::rate::Throttle;
use self::redact::redact;
use self::retry::{Again, Attempts, Failure, Retry, Thrift, again};
use self::secrets::Secrets;
use self::timeouts::{Patience, Timeouts, seconds};
use crate::bytes::Chunks;
use crate::bytes::http::HttpChunks;
use crate::compression::{Compression, Limits, Plain};
use crate::progress::Shared;
use crate::{Error, ErrorKind, Place, runtime};

/// The redirects followed for one request, as many as browsers of old did.
const MAX_REDIRECTS: usize = 10;

/// The URL that `text` is; what is none is a mistake of the caller.
pub(crate) fn parse(text: &str) -> Result<Url, ErrorKind> {
    let url = Url::parse(text).map_err(|error| {
        ErrorKind::Usage(match error {
            url::ParseError::RelativeUrlWithoutBase => {
                "not a URL: it begins with neither http:// nor https://".to_owned()
            }
            error => format!("not a URL that can be asked for: {error}"),
        })
    })?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        scheme => {
            Err(ErrorKind::Usage(format!("only http and https can be asked for, not {scheme}")))
        }
    }
}

/// What is asked, once or again.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// Those of this request alone.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    /// A status that is an answer as well as those of success.
    pub(crate) also: Option<StatusCode>,
}

impl Request {
    pub(crate) fn get(url: Url) -> Self {
        Self { method: Method::GET, url, headers: HeaderMap::new(), body: None, also: None }
    }
}

/// Who asks: what all requests of a source have in common.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The first URL of the source: its user info goes where the credentials go.
    pub(crate) base: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) auth: Keeper,
    pub(crate) reach: Reach,
    pub(crate) retry: Retry,
    pub(crate) thrift: Thrift,
    pub(crate) throttle: Throttle,
    pub(crate) timeouts: Timeouts,
    pub(crate) ca: Option<PathBuf>,
    /// How much bodies may decode to.
    pub(crate) limits: Limits,
    pub(crate) shared: Arc<Shared>,
}

/// The answer to a [`Request`].
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) response: Response,
    /// The URL that gave it, behind all redirects.
    pub(crate) url: Url,
    /// How much longer it is waited for.
    pub(crate) patience: Patience,
}

impl Caller {
    /// A caller with nothing but a URL, that may be led anywhere.
    pub(crate) fn plain(base: Url, shared: Arc<Shared>) -> Self {
        Self {
            headers: HeaderMap::new(),
            auth: Keeper::new(None, Secrets::default()),
            reach: Reach::anywhere(&base),
            retry: Retry::default(),
            thrift: Thrift::new(None),
            throttle: Throttle::new(None),
            timeouts: Timeouts::default(),
            ca: None,
            limits: Limits::default(),
            base,
            shared,
        }
    }

    /// The URL that `link`, found at `from`, leads to, if it may be asked for; without the credentials
    /// that a server gives back in it, since they are put in again when it is asked for.
    pub(crate) fn follow(&self, from: &Url, link: &str) -> Result<Url, ErrorKind> {
        let mut url = self.reach.follow(from, link)?;
        self.auth.secrets.strip(&mut url);
        Ok(url)
    }

    /// The attempts at one request.
    pub(crate) fn attempts(&self) -> Attempts<'_> {
        Attempts::new(&self.retry, &self.thrift, &self.shared)
    }

    /// Asks once, through all redirects; what is not a success is a failure.
    ///
    /// A 401 is asked again, once, if other credentials can be had.
    pub(crate) async fn send(
        &self,
        request: &Request,
        attempts: u32,
        place: &Place,
    ) -> Result<Answer, Failure> {
        let mut spent = None;
        loop {
            let (answer, used) = self.through(request, attempts, place, spent).await?;
            let status = answer.response.status();
            if status.is_success() || request.also == Some(status) {
                return Ok(answer);
            }
            let fresh = used.filter(|_| spent.is_none() && self.auth.can_refresh());
            if status == StatusCode::UNAUTHORIZED && fresh.is_some() {
                spent = fresh;
                continue;
            }
            let kind = ErrorKind::Status { status: status.as_u16(), attempts };
            let again = again(&request.method, status, answer.response.headers(), &self.retry);
            return Err(Failure { error: error(kind, &answer.url, place), again });
        }
    }

    /// Asks, and again after a failure that may pass, as long as `attempts` are left.
    pub(crate) async fn answer(
        &self,
        request: &Request,
        attempts: &mut Attempts<'_>,
        place: &Place,
    ) -> Result<Answer, Error> {
        loop {
            match self.send(request, attempts.made(), place).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => attempts.wait(failure).await?,
            }
        }
    }

    /// The body of `answer` with compression undone.
    pub(crate) fn opened(&self, answer: Answer, place: &Place) -> Result<Plain, Error> {
        let place = Place { url: Some(redact(&answer.url).into()), ..place.clone() };
        let chunks = HttpChunks::new(answer).map_err(|kind| Error::new(kind, place.clone()))?;
        let chunks = Chunks::of_body(chunks, place, Arc::clone(&self.shared));
        Ok(Plain::new(chunks, Compression::Infer, self.limits))
    }

    /// Asks through all redirects; the answer, and which credentials it was asked with.
    async fn through(
        &self,
        request: &Request,
        attempts: u32,
        place: &Place,
        spent: Option<u64>,
    ) -> Result<(Answer, Option<u64>), Failure> {
        let asked = &request.url;
        let mut request = request.clone();
        let mut trusted = self.reach.trusts(&request.url);
        for _ in 0..=MAX_REDIRECTS {
            let mut patience = Patience::new(self.timeouts);
            let (response, used) =
                self.ask(&request, trusted, attempts, place, spent, &mut patience).await?;
            let Some(location) = redirect_of(&response) else {
                return Ok((Answer { response, url: request.url, patience }, used));
            };
            let next = self
                .reach
                .follow(&request.url, &location)
                .map_err(|kind| Failure::lasting(error(kind, &request.url, place)))?;
            // Who has left for where it is not known does not get the credentials back: another
            // origin chose where to go from there.
            trusted = trusted && self.reach.trusts(&next);
            request = redirected(request, response.status(), next, trusted);
        }
        let reason = "there are more than 10 redirects";
        let kind = ErrorKind::BadLink { link: redact(&request.url), reason };
        Err(Failure::lasting(error(kind, asked, place)))
    }

    async fn ask(
        &self,
        request: &Request,
        trusted: bool,
        attempts: u32,
        place: &Place,
        spent: Option<u64>,
        patience: &mut Patience,
    ) -> Result<(Response, Option<u64>), Failure> {
        let url = &request.url;
        let connect =
            |cause: Cause| error(ErrorKind::Connect { error: cause, attempts }, url, place);
        let lasting = |cause: Cause| Failure::lasting(connect(cause));
        let clients = &runtime::current().map_err(|error| lasting(error.into()))?.clients;
        let client =
            clients.client(url, self.timeouts.connect, self.ca.as_deref()).map_err(lasting)?;
        let (mut target, mut headers, mut used) = (url.clone(), HeaderMap::new(), None);
        if trusted {
            headers.clone_from(&self.headers);
            for (name, value) in &request.headers {
                headers.insert(name, value.clone());
            }
            // They fail for URLs that cannot have user info, and then there is none to set.
            let _ = target.set_username(self.base.username());
            let _ = target.set_password(self.base.password());
            let signed = self.auth.sign(&mut target, &mut headers, spent).await;
            used = Some(signed.map_err(|message| {
                Failure::lasting(error(ErrorKind::Auth { message }, url, place))
            })?);
        }
        self.throttle.pass(&self.shared).await;
        let mut outgoing = client.request(request.method.clone(), target).headers(headers);
        if let Some(body) = &request.body {
            outgoing = outgoing.body(body.clone());
        }
        let answered = patience.wait(outgoing.send(), |_| 0).await;
        let response = match answered {
            Err(slow) => return Err(self.broken(request, connect(slow.into()))),
            Ok(Err(cause)) if hopeless(&cause) => {
                return Err(lasting(innermost(cause, &self.timeouts)));
            }
            Ok(Err(cause)) => {
                let never_sent = cause.is_connect();
                let error = connect(innermost(cause, &self.timeouts));
                return Err(if never_sent {
                    Failure { error, again: Again::Soon }
                } else {
                    self.broken(request, error)
                });
            }
            Ok(Ok(response)) => response,
        };
        self.throttle.told(response.headers(), self.retry.longest_asked);
        Ok((response, used))
    }

    /// The failure of a request that may have been served, for all that is known.
    pub(crate) fn broken(&self, request: &Request, error: Error) -> Failure {
        let again = if self.retry.may_repeat(&request.method) { Again::Soon } else { Again::Never };
        Failure { error, again }
    }
}

/// A failure of `kind` while asking for `url`.
pub(crate) fn error(kind: ErrorKind, url: &Url, place: &Place) -> Error {
    Error::new(kind, Place { url: Some(Arc::from(redact(url))), ..place.clone() })
}

/// What a server says that its answer is, without the parameters of that: errors show it.
pub(crate) fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_owned()
}

fn redirect_of(response: &Response) -> Option<String> {
    match response.status() {
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::SEE_OTHER
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => {
            let location = response.headers().get(LOCATION)?;
            Some(String::from_utf8_lossy(location.as_bytes()).into_owned())
        }
        _ => None,
    }
}

/// The request to make of `next`: the same, or what browsers make of one with a body. A body may
/// hold a secret as well as a header, so it goes nowhere that is not trusted.
fn redirected(request: Request, status: StatusCode, next: Url, trusted: bool) -> Request {
    let keeps = matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
    let repeats = request.method == Method::GET || request.method == Method::HEAD;
    if repeats || (keeps && trusted) {
        return Request { url: next, ..request };
    }
    let mut headers = request.headers;
    headers.remove(CONTENT_TYPE);
    headers.remove(CONTENT_LENGTH);
    Request { method: Method::GET, url: next, headers, body: None, also: request.also }
}

/// Whether the same will happen again: the request is no request, or the certificate no good one.
fn hopeless(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if is_of_tls(error) {
            return true;
        }
        cause = error.source();
    }
    error.is_builder()
}

/// Whether TLS has refused. What an I/O error holds is not among its causes, but in it, and may hold
/// another.
fn is_of_tls(error: &(dyn StdError + 'static)) -> bool {
    let held = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>() || held.is_some_and(|held| is_of_tls(held))
}

/// What is at the bottom of an error of the client: the layers above say "error sending request"
/// and name the URL, with its secrets.
pub(crate) fn innermost(error: reqwest::Error, timeouts: &Timeouts) -> Cause {
    if error.is_timeout() {
        return format!("no connection within {}", seconds(timeouts.connect)).into();
    }
    let error = error.without_url();
    let mut cause: &dyn StdError = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string().into()
}
