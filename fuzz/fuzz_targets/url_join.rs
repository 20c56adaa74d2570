//! The join of a link with the URL of the page that it stands in, one after the other: no panic, and credentials go to
//! the first origin alone, as another reader of URLs sees it, the one that connects.
#![no_main]

use asyncgen_sources::Reach;
use http::Uri;
use libfuzzer_sys::fuzz_target;
use url::Url;

/// The scheme, host and port that a client connects to.
type Server = (String, String, u16);

/// The host that is allowed by name.
const NAMED: &str = "other.example";

/// `None` for what no client would take.
fn server(url: &str) -> Option<Server> {
    let uri: Uri = url.parse().ok()?;
    let scheme = uri.scheme_str()?.to_owned();
    let port = uri.port_u16().unwrap_or(if scheme == "https" { 443 } else { 80 });
    Some((scheme, uri.host()?.to_ascii_lowercase(), port))
}

fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let Some(base) = lines.next().and_then(|base| Url::parse(base).ok()) else { return };
    let (true, Some(own)) = (matches!(base.scheme(), "http" | "https"), server(base.as_str())) else {
        return;
    };
    let links: Vec<&str> = lines.collect();
    let names: [&[String]; 2] = [&[], &[NAMED.to_owned()]];
    for names in names {
        let reach = Reach::named(&base, names).expect("they are hosts");
        let usual = if own.0 == "https" { 443 } else { 80 };
        let allowed = |server: &Server| {
            let is_named = server.1 == NAMED && server.0 == own.0;
            *server == own
                || (!names.is_empty() && is_named && [own.2, usual].contains(&server.2))
        };
        let mut from = base.clone();
        for link in &links {
            let Ok(to) = reach.follow(&from, link) else { continue };
            assert!(reach.trusts(&to), "{to} was let through");
            check(&to);
            if let Some(server) = server(to.as_str()) {
                assert!(allowed(&server), "{to} is at {server:?}");
            }
            from = to;
        }
    }
    let (reach, mut from) = (Reach::anywhere(&base), base.clone());
    for link in &links {
        let Ok(to) = reach.follow(&from, link) else { continue };
        check(&to);
        if let Some(server) = server(to.as_str()) {
            assert_eq!(reach.trusts(&to), server == own, "{to} is at {server:?}");
        }
        assert!(from.scheme() == "http" || to.scheme() == "https", "{from} leads down to {to}");
        from = to;
    }
});

/// What holds wherever a link leads.
fn check(to: &Url) {
    assert!(matches!(to.scheme(), "http" | "https"), "{to}");
    assert!(to.username().is_empty() && to.password().is_none(), "{to}");
    assert_eq!(to.fragment(), None);
    assert_eq!(Url::parse(to.as_str()).as_ref(), Ok(to), "it is what it says it is");
    assert!(to.as_str().bytes().all(|byte| byte.is_ascii_graphic()), "{to} has nothing to cut a line with");
}
