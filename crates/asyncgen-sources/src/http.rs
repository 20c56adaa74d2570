//! Requests: redirects under one origin rule, and the errors of what comes back.

use std::error::Error as StdError;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Client, ClientBuilder, Response, StatusCode, redirect};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::BuilderVerifierExt;
use url::{Host, Url};

use crate::origin::{Origin, Reach, follow};
use crate::redact::redact;
use crate::retry::{Again, Failure, again};
use crate::{Error, ErrorKind, Place, runtime};

/// The redirects followed for one request, as many as browsers of old did.
const MAX_REDIRECTS: usize = 10;

/// How long to wait for a connection. Longer only delays the error: a server that is there
/// answers within a few round trips.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a server may be silent. Some take half a minute for a first page; a connection that
/// is dead without a word must not hang the program for ever.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a connection is kept for the next request, and how many of them for one host: enough
/// for pages that are asked for one after the other, and no more descriptors than that.
const KEEP_IDLE: Duration = Duration::from_secs(15);
const KEEP_PER_HOST: usize = 2;

const USER_AGENT: &str = concat!("asyncgen/", env!("CARGO_PKG_VERSION"));

/// The clients of a runtime, with their connections; each is made when first needed. Reading the
/// system's certificates takes a while and fails where there are none, so plain http does without.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    http: OnceLock<Client>,
    https: OnceLock<Client>,
    /// Asks no proxy: one that the environment names cannot reach this machine's own servers.
    loopback: OnceLock<Client>,
}

type Cause = Box<dyn StdError + Send + Sync>;

impl Clients {
    fn for_url(&self, url: &Url) -> Result<&Client, Cause> {
        type Make = fn() -> Result<Client, Cause>;
        let (client, make): (_, Make) = match (url.scheme(), is_loopback(url)) {
            ("https", _) => (&self.https, || Ok(builder(verifying()?).build()?)),
            (_, true) => (&self.loopback, || Ok(builder(trusting_nobody()?).no_proxy().build()?)),
            (_, false) => (&self.http, || Ok(builder(trusting_nobody()?).build()?)),
        };
        if let Some(client) = client.get() {
            return Ok(client);
        }
        let new = make()?;
        Ok(client.get_or_init(|| new))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn verifying() -> Result<ClientConfig, Cause> {
    Ok(tls()?.with_platform_verifier()?.with_no_client_auth())
}

fn trusting_nobody() -> Result<ClientConfig, Cause> {
    Ok(tls()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

fn tls() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()
}

fn builder(mut tls: ClientConfig) -> ClientBuilder {
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(USER_AGENT)
        // We follow them ourselves, and ask again ourselves.
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(IDLE_TIMEOUT)
        .pool_idle_timeout(KEEP_IDLE)
        .pool_max_idle_per_host(KEEP_PER_HOST)
}

/// The URL that `text` is; what is none is a mistake of the caller.
pub(crate) fn parse(text: &str) -> Result<Url, ErrorKind> {
    Url::parse(text).map_err(|error| {
        ErrorKind::Usage(match error {
            url::ParseError::RelativeUrlWithoutBase => {
                "not a URL: it begins with neither http:// nor https://".to_owned()
            }
            error => format!("not a URL that can be asked for: {error}"),
        })
    })
}

/// A GET request, to be made once or again.
#[derive(Debug)]
pub(crate) struct Get<'a> {
    /// The first URL of the source: its origin, and no other, gets its user info and the headers.
    pub(crate) base: &'a Url,
    pub(crate) url: &'a Url,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) reach: Reach,
    /// What is known of the place of an error, save the URL.
    pub(crate) place: &'a Place,
}

/// The answer to a [`Get`].
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) response: Response,
    /// The URL that gave it, behind all redirects.
    pub(crate) url: Url,
}

impl Get<'_> {
    /// Asks once, through all redirects; what is not a success is a failure.
    pub(crate) async fn send(&self, attempts: u32) -> Result<Answer, Failure> {
        let own = Origin::of(self.base);
        let mut url = self.url.clone();
        let mut trusted = Origin::of(&url) == own;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.ask(&url, trusted, attempts).await?;
            let status = response.status();
            let Some(location) = redirect_of(&response) else {
                if status.is_success() {
                    return Ok(Answer { response, url });
                }
                let kind = ErrorKind::Status { status: status.as_u16(), attempts };
                let again = again(status, response.headers());
                return Err(Failure { error: self.error(kind, &url), again });
            };
            let next = follow(&url, &location, &own, self.reach)
                .map_err(|kind| Failure::lasting(self.error(kind, &url)))?;
            // Who has left the origin once does not get the credentials back: another origin
            // chose where to go from there.
            trusted = trusted && Origin::of(&next) == own;
            url = next;
        }
        let reason = "there are more than 10 redirects";
        let kind = ErrorKind::BadLink { link: redact(&url), reason };
        Err(Failure::lasting(self.error(kind, self.url)))
    }

    async fn ask(&self, url: &Url, trusted: bool, attempts: u32) -> Result<Response, Failure> {
        let connect = |error: Cause| self.error(ErrorKind::Connect { error, attempts }, url);
        let clients =
            &runtime::current().map_err(|error| Failure::lasting(connect(error.into())))?.clients;
        let client = clients.for_url(url).map_err(|error| Failure::lasting(connect(error)))?;
        let mut target = url.clone();
        let mut headers = HeaderMap::new();
        if trusted {
            headers.clone_from(self.headers);
            // They fail for URLs that cannot have user info, and then there is none to set.
            let _ = target.set_username(self.base.username());
            let _ = target.set_password(self.base.password());
        }
        client.get(target).headers(headers).send().await.map_err(|error| {
            let again = if hopeless(&error) { Again::Never } else { Again::Soon };
            Failure { error: connect(innermost(error)), again }
        })
    }

    /// A failure of `kind` while asking for `url`.
    pub(crate) fn error(&self, kind: ErrorKind, url: &Url) -> Error {
        let url = Some(Arc::from(redact(url)));
        Error::new(kind, Place { url, ..self.place.clone() })
    }
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

/// Whether the same will happen again: the request is no request, or the certificate no good one.
fn hopeless(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if error.is::<rustls::Error>()
            || inner.is_some_and(<dyn StdError + Send + Sync>::is::<rustls::Error>)
        {
            return true;
        }
        cause = error.source();
    }
    error.is_builder()
}

/// What is at the bottom of an error of the client: the layers above say "error sending request"
/// and name the URL, with its secrets.
pub(crate) fn innermost(error: reqwest::Error) -> Cause {
    if error.is_timeout() {
        let message = if error.is_connect() {
            format!("no connection within {} seconds", CONNECT_TIMEOUT.as_secs())
        } else {
            format!("the server was silent for {} seconds", IDLE_TIMEOUT.as_secs())
        };
        return message.into();
    }
    let error = error.without_url();
    let mut cause: &dyn StdError = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string().into()
}
