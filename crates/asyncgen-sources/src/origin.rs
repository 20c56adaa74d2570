//! The one rule on where credentials may go.

use std::fmt;

use url::{Host, Url};

use crate::ErrorKind;
use crate::redact::{redact, without_credentials};

/// Scheme, host and port: what must be the same for credentials to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: String,
    host: Option<Host<String>>,
    port: Option<u16>,
}

impl Origin {
    pub(crate) fn of(url: &Url) -> Self {
        Self {
            scheme: url.scheme().to_owned(),
            host: url.host().map(|host| host.to_owned()),
            port: url.port_or_known_default(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme)?;
        if let Some(host) = &self.host {
            write!(f, "{host}")?;
        }
        match (self.scheme.as_str(), self.port) {
            ("http", Some(80)) | ("https", Some(443)) | (_, None) => Ok(()),
            (_, Some(port)) => write!(f, ":{port}"),
        }
    }
}

/// Where the links of a source may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Anywhere by http or https, but not from https to http; credentials stay behind.
    Anywhere,
    /// The origin it began with, and nowhere else.
    OwnOrigin,
}

/// The URL that `link`, a redirect or a next link found at `from`, leads to, if it may be asked
/// for by a source that began at `own`.
///
/// User info in a link is not ours, so it is dropped.
pub(crate) fn follow(from: &Url, link: &str, own: &Origin, reach: Reach) -> Result<Url, ErrorKind> {
    let bad = |link: String, reason| ErrorKind::BadLink { link, reason };
    let url = from.join(link).map_err(|_| bad("the link".to_owned(), "it is not a URL"))?;
    let url = without_credentials(&url);
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad(format!("{}:…", url.scheme()), "it is neither http nor https"));
    }
    let origin = Origin::of(&url);
    if reach == Reach::OwnOrigin && origin != *own {
        return Err(ErrorKind::CrossOrigin { to: origin.to_string() });
    }
    if from.scheme() == "https" && url.scheme() == "http" {
        return Err(bad(redact(&url), "it leads from https to http"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, link: &str, reach: Reach, expected: &str) {
        let from = Url::parse(from).unwrap();
        let found = match follow(&from, link, &Origin::of(&from), reach) {
            Ok(url) => url.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{from} -> {link}");
    }

    #[test]
    fn links_of_the_own_origin_are_followed() {
        let check = |link, expected| check("http://h/a/b?x=1", link, Reach::OwnOrigin, expected);
        check("?page=2", "http://h/a/b?page=2");
        check("/c", "http://h/c");
        check("c", "http://h/a/c");
        check("//h/c", "http://h/c");
        check("http://H:80/c", "http://h/c");
        check("http://me:pw@h/c", "http://h/c");
    }

    #[test]
    fn links_to_other_origins_are_not() {
        let check = |link, to: &str| {
            let expected = format!("refused to go to another origin, {to}");
            check("http://h/a", link, Reach::OwnOrigin, &expected);
        };
        check("//other/c", "http://other");
        check("http://h:8080/", "http://h:8080");
        check("https://h/", "https://h");
        check("http://h@other/", "http://other");
        check("http://h.other/", "http://h.other");
        check("http://127.0.0.1/", "http://127.0.0.1");
    }

    #[test]
    fn some_links_lead_nowhere() {
        let check = |from, link, expected| check(from, link, Reach::Anywhere, expected);
        check("http://h/a", "https://other/b", "https://other/b");
        let down = "cannot follow http://h/b: it leads from https to http";
        check("https://h/a", "http://h/b", down);
        let file = "cannot follow file:…: it is neither http nor https";
        check("http://h/a", "file:///etc/passwd", file);
        check("http://h/a", "http://[/", "cannot follow the link: it is not a URL");
    }
}
