//! The one rule on where credentials may go.

use std::fmt;

use url::{Host, Url};

use super::redact::{redact, without_credentials};
use crate::ErrorKind;

/// The schemes that an error names.
const SCHEMES: [&str; 7] = ["blob", "data", "file", "ftp", "javascript", "mailto", "ws"];

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

/// Where the links of a source may lead, and its credentials with them. For the crates of this workspace.
#[derive(Debug, Clone)]
pub struct Reach {
    own: Origin,
    others: Others,
}

/// The origins besides its own.
#[derive(Debug, Clone)]
enum Others {
    /// All, but credentials stay behind.
    Any,
    /// Those named, and they get the credentials too.
    Named(Vec<Origin>),
}

impl Reach {
    /// Anywhere by http or https; credentials go to the origin of `base` alone.
    pub fn anywhere(base: &Url) -> Self {
        Self { own: Origin::of(base), others: Others::Any }
    }

    /// The origin of `base`, and `hosts`: `host`, at the port of `base` or the usual one,
    /// `host:port`, or `https://host:port`.
    pub fn named(base: &Url, hosts: &[String]) -> Result<Self, String> {
        let own = Origin::of(base);
        let mut named = Vec::new();
        for host in hosts {
            let bad = || format!("{host:?} is no host: give a name, name:port or an origin");
            let whole = host.contains("://");
            let text = if whole { host.clone() } else { format!("{}://{host}", base.scheme()) };
            let url = Url::parse(&text).map_err(|_| bad())?;
            if url.host().is_none() || url.path() != "/" || url.query().is_some() {
                return Err(bad());
            }
            named.push(Origin::of(&url));
            if !whole && url.port().is_none() {
                named.push(Origin { port: own.port, ..Origin::of(&url) });
            }
        }
        Ok(Self { own, others: Others::Named(named) })
    }

    /// Whether credentials may be sent to `url`.
    pub fn trusts(&self, url: &Url) -> bool {
        let origin = Origin::of(url);
        let named = match &self.others {
            Others::Any => false,
            Others::Named(named) => named.contains(&origin),
        };
        origin == self.own || named
    }

    /// The URL that `link`, a redirect or a next link found at `from`, leads to, if it may be
    /// asked for.
    ///
    /// User info in a link is not ours, so it is dropped.
    pub fn follow(&self, from: &Url, link: &str) -> Result<Url, ErrorKind> {
        let bad = |link: String, reason| ErrorKind::BadLink { link, reason };
        // Parsers of URLs drop them, and who reads the link again may not.
        if link.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | b'\t' | 0)) {
            return Err(bad("the link".to_owned(), "it has a control character"));
        }
        let url = from.join(link).map_err(|_| bad("the link".to_owned(), "it is not a URL"))?;
        let mut url = without_credentials(&url);
        // No server is told of it.
        url.set_fragment(None);
        if !matches!(url.scheme(), "http" | "https") {
            // In `user:password@host` the user would be one.
            let known = SCHEMES.contains(&url.scheme());
            let shown = if known { format!("{}:…", url.scheme()) } else { "the link".to_owned() };
            return Err(bad(shown, "it is neither http nor https"));
        }
        if matches!(self.others, Others::Named(_)) && !self.trusts(&url) {
            return Err(ErrorKind::CrossOrigin { to: Origin::of(&url).to_string() });
        }
        if from.scheme() == "https" && url.scheme() == "http" {
            return Err(bad(redact(&url), "it leads from https to http"));
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, link: &str, reach: &dyn Fn(&Url) -> Reach, expected: &str) {
        let from = Url::parse(from).unwrap();
        let found = match reach(&from).follow(&from, link) {
            Ok(url) => url.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{from} -> {link}");
    }

    fn own(from: &Url) -> Reach {
        Reach::named(from, &[]).unwrap()
    }

    #[test]
    fn links_of_the_own_origin_are_followed() {
        let check = |link, expected| check("http://h/a/b?x=1", link, &own, expected);
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
            check("http://h/a", link, &own, &expected);
        };
        check("//other/c", "http://other");
        check("http://h:8080/", "http://h:8080");
        check("https://h/", "https://h");
        check("http://h@other/", "http://other");
        check("http://h.other/", "http://h.other");
        check("http://127.0.0.1/", "http://127.0.0.1");
        check("http:\\\\other/c", "http://other");
    }

    #[test]
    fn links_to_named_hosts_are_followed() {
        let named = |hosts: &[&str]| {
            let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
            move |from: &Url| Reach::named(from, &hosts).unwrap()
        };
        let refused = |to: &str| format!("refused to go to another origin, {to}");
        let hosts = named(&["b", "c:81", "https://d"]);
        check("http://a:8000/", "http://b:8000/x", &hosts, "http://b:8000/x");
        check("http://a:8000/", "http://b/x", &hosts, "http://b/x");
        check("http://a:8000/", "http://b:99/x", &hosts, &refused("http://b:99"));
        check("http://a:8000/", "http://c:81/x", &hosts, "http://c:81/x");
        check("http://a:8000/", "http://c/x", &hosts, &refused("http://c"));
        check("http://a:8000/", "https://d/x", &hosts, "https://d/x");
        check("http://a:8000/", "http://d/x", &hosts, &refused("http://d"));
        check("http://a:8000/", "http://x.b/", &hosts, &refused("http://x.b"));
        let down = named(&["http://b"]);
        let expected = "cannot follow http://b/: it leads from https to http";
        check("https://a/", "http://b/", &down, expected);
        let base = Url::parse("http://a/").unwrap();
        for bad in ["", "a b", "b/path", "http://", "b?x"] {
            assert!(Reach::named(&base, &[bad.to_owned()]).is_err(), "{bad}");
        }
    }

    #[test]
    fn some_links_lead_nowhere() {
        let check = |from, link, expected| check(from, link, &Reach::anywhere, expected);
        check("http://h/a", "https://other/b", "https://other/b");
        let down = "cannot follow http://h/b: it leads from https to http";
        check("https://h/a", "http://h/b", down);
        let file = "cannot follow file:…: it is neither http nor https";
        check("http://h/a", "file:///etc/passwd", file);
        let data = "cannot follow data:…: it is neither http nor https";
        check("http://h/a", "data:text/plain,x", data);
        let other = "cannot follow the link: it is neither http nor https";
        check("http://h/a", "me:pw@h/b", other);
        check("http://h/a", "http://[/", "cannot follow the link: it is not a URL");
        let control = "cannot follow the link: it has a control character";
        check("http://h/a", "/b\r\nX-A: b", control);
        check("http://h/a", "java\tscript:x", control);
    }
}
