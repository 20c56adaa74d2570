//! The clients of a runtime, with their connections.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::{Client, ClientBuilder, redirect};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::BuilderVerifierExt;
use url::{Host, Url};

/// How long a connection is kept for the next request, and how many of them for one host: enough
/// for the pages that are asked for at once, and no more descriptors than that.
const KEEP_IDLE: Duration = Duration::from_secs(15);
const KEEP_PER_HOST: usize = 8;

const USER_AGENT: &str = concat!("asyncgen/", env!("CARGO_PKG_VERSION"));

pub(crate) type Cause = Box<dyn StdError + Send + Sync>;

/// The clients of a runtime, shared by all sources; each is made when first needed. Reading the
/// system's certificates takes a while and fails where there are none, so plain http does without.
#[derive(Debug, Default)]
pub(crate) struct Clients(Mutex<HashMap<Key, Client>>);

/// What two requests must have in common to share a client.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    kind: Kind,
    /// Asks no proxy: one that the environment names cannot reach this machine's own servers.
    loopback: bool,
    connect: Duration,
    ca: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Http,
    Https,
}

impl Clients {
    /// The client for `url`, which gives up on a connection after `connect`, and trusts the
    /// certificates in the file `ca` in place of the system's.
    pub(crate) fn client(
        &self,
        url: &Url,
        connect: Duration,
        ca: Option<&Path>,
    ) -> Result<Client, Cause> {
        let kind = if url.scheme() == "https" { Kind::Https } else { Kind::Http };
        let ca = ca.filter(|_| kind == Kind::Https).map(Path::to_owned);
        let key = Key { kind, loopback: is_loopback(url), connect, ca };
        // No thread of another process ever takes this lock, so a fork cannot leave it locked.
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let client = key.client()?;
        clients.insert(key, client.clone());
        Ok(client)
    }
}

impl Key {
    fn client(&self) -> Result<Client, Cause> {
        let tls = match (&self.kind, &self.ca) {
            (Kind::Https, Some(ca)) => trusting(ca)?,
            (Kind::Https, None) => verifying()?,
            (Kind::Http, _) => trusting_nobody()?,
        };
        let builder = builder(tls).connect_timeout(self.connect);
        let builder = if self.loopback { builder.no_proxy() } else { builder };
        Ok(builder.build()?)
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
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

fn trusting(ca: &Path) -> Result<ClientConfig, Cause> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca)? {
        roots.add(certificate?)?;
    }
    if roots.is_empty() {
        return Err(format!("there is no certificate in {}", ca.display()).into());
    }
    Ok(tls()?.with_root_certificates(roots).with_no_client_auth())
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
        .pool_idle_timeout(KEEP_IDLE)
        .pool_max_idle_per_host(KEEP_PER_HOST)
}
