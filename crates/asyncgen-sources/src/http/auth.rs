//! What proves to a server who asks.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use tokio::sync::Mutex;
use url::Url;

use super::secrets::Secrets;

/// What proves to a server who asks. It goes to the origin of the first URL, and to the hosts that
/// are allowed by name, and nowhere else; it is in no error, log or position.
///
/// ```
/// use asyncgen_sources::{Auth, pages};
///
/// let url = "https://api.example.org/things";
/// pages(url).auth(Auth::Bearer("1234".to_owned()));
/// pages(url).auth(Auth::by(|| async {
///     // Ask for a token; it is asked for again, once, when the server answers 401.
///     Ok(vec![("Authorization".to_owned(), "Bearer 1234".to_owned())])
/// }));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum Auth {
    /// `Authorization: Bearer …`.
    Bearer(String),
    /// A name and a password (RFC 7617).
    Basic {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// A key in a header of its own.
    Header {
        /// The name of the header.
        name: String,
        /// The key.
        value: String,
    },
    /// A key in the query.
    Query {
        /// The name of the parameter.
        name: String,
        /// The key.
        value: String,
    },
    /// A key in a cookie.
    Cookie {
        /// The name of the cookie.
        name: String,
        /// The key.
        value: String,
    },
    /// Headers that a function gives: at the first request, and again, once, for a request that
    /// is answered 401.
    By(Fresh),
}

/// The function of [`Auth::By`].
pub type Fresh = Arc<dyn Fn() -> Credentials + Send + Sync>;

/// The headers that prove who asks, or why there are none.
pub type Credentials = Pin<Box<dyn Future<Output = Result<Vec<(String, String)>, String>> + Send>>;

impl Auth {
    /// What `fresh` gives when it is called.
    pub fn by<F>(fresh: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Vec<(String, String)>, String>> + Send + 'static,
    {
        Self::By(Arc::new(move || Box::pin(fresh())))
    }
}

/// Shows the kind and the names, and no secret.
impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bearer(_) => f.write_str("Bearer(***)"),
            Self::Basic { .. } => f.write_str("Basic(***)"),
            Self::Header { name, .. } => write!(f, "Header({name}: ***)"),
            Self::Query { name, .. } => write!(f, "Query({name}=***)"),
            Self::Cookie { name, .. } => write!(f, "Cookie({name}=***)"),
            Self::By(_) => f.write_str("By(…)"),
        }
    }
}

/// The credentials of a source, as its requests need them.
#[derive(Debug)]
pub(crate) struct Keeper {
    auth: Option<Auth>,
    current: Mutex<Current>,
    /// What no one else may hear of.
    pub(crate) secrets: Arc<Secrets>,
}

/// What a function gave last, and how often it was asked.
#[derive(Default)]
struct Current {
    headers: Vec<(HeaderName, HeaderValue)>,
    asked: u64,
}

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Current").field("asked", &self.asked).finish_non_exhaustive()
    }
}

impl Keeper {
    pub(crate) fn new(auth: Option<Auth>, secrets: Secrets) -> Self {
        Self { auth, current: Mutex::default(), secrets: Arc::new(secrets) }
    }

    /// Puts the credentials on a request; gives how often a function was asked for them. They are
    /// not those that were there when it had been asked `spent` times.
    pub(crate) async fn sign(
        &self,
        url: &mut Url,
        headers: &mut HeaderMap,
        spent: Option<u64>,
    ) -> Result<u64, String> {
        match &self.auth {
            None => {}
            Some(Auth::Bearer(token)) => {
                headers.insert(AUTHORIZATION, secret(&format!("Bearer {token}"))?);
            }
            Some(Auth::Basic { user, password }) => {
                url.set_username(user).map_err(|()| "the URL takes no user".to_owned())?;
                url.set_password(Some(password))
                    .map_err(|()| "the URL takes no password".to_owned())?;
            }
            Some(Auth::Header { name, value }) => {
                headers.insert(header_name(name)?, secret(value)?);
            }
            Some(Auth::Query { name, value }) => set_query(url, name, value),
            Some(Auth::Cookie { name, value }) => add_cookie(headers, name, value)?,
            Some(Auth::By(fresh)) => return self.fresh(fresh, headers, spent).await,
        }
        Ok(0)
    }

    /// Whether other credentials can be had than those of a request that was refused.
    pub(crate) fn can_refresh(&self) -> bool {
        matches!(self.auth, Some(Auth::By(_)))
    }

    async fn fresh(
        &self,
        fresh: &Fresh,
        headers: &mut HeaderMap,
        spent: Option<u64>,
    ) -> Result<u64, String> {
        // Held while it is asked: requests that were refused together ask once.
        let mut current = self.current.lock().await;
        if current.asked == 0 || spent == Some(current.asked) {
            let given = fresh().await?;
            current.headers = given
                .iter()
                .map(|(name, value)| Ok((header_name(name)?, secret(value)?)))
                .collect::<Result<_, String>>()?;
            for (name, value) in &given {
                self.secrets.add_header(name, value);
            }
            current.asked += 1;
        }
        for (name, value) in &current.headers {
            headers.insert(name, value.clone());
        }
        Ok(current.asked)
    }
}

/// `url` with `value` as its only parameter `name`.
pub(crate) fn set_query(url: &mut Url, name: &str, value: &str) {
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| key != name)
        .map(|(key, value)| (key.into(), value.into()))
        .collect();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair(name, value);
}

/// Adds a cookie to those that are there.
fn add_cookie(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), String> {
    // Its name is as that of a header (RFC 6265).
    HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| format!("{name:?} is no name of a cookie"))?;
    if value.bytes().any(|byte| !byte.is_ascii_graphic() || b"\",;\\".contains(&byte)) {
        return Err("a value that is a secret has a character that no cookie can".to_owned());
    }
    let others = headers.get(COOKIE).and_then(|others| others.to_str().ok());
    let cookies = others.map_or(String::new(), |others| format!("{others}; "));
    headers.insert(COOKIE, secret(&format!("{cookies}{name}={value}"))?);
    Ok(())
}

pub(crate) fn header_name(name: &str) -> Result<HeaderName, String> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| match name {
        "" => "the name of the header is empty".to_owned(),
        name => format!("{name:?} is no name of a header"),
    })
}

/// The value of a header that is not to be shown.
pub(crate) fn secret(value: &str) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| "a value that is a secret has a character that no header can".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}
