//! URLs without their secrets, for errors, names and logs.

use url::Url;

/// The keys whose values are shown where they are numbers, and those where they are words: they say
/// where in a list one is. The rule is to show nothing that is not known to be harmless, since no
/// list of secret keys is ever complete; so a cursor is hidden too, which some servers sign.
const NUMBERS: [&str; 9] =
    ["count", "limit", "offset", "page", "page_size", "pagesize", "per_page", "size", "start"];
const WORDS: [&str; 3] = ["format", "order", "sort"];

const HIDDEN: &str = "***";

/// `url` without user info and fragment, and with the values of its query hidden.
///
/// A path is shown as it is: a server that takes secrets there cannot be told from another.
pub(crate) fn redact(url: &Url) -> String {
    let mut shown = without_credentials(url);
    shown.set_fragment(None);
    if let Some(query) = url.query() {
        let pairs: Vec<String> = query.split('&').map(redact_pair).collect();
        shown.set_query(Some(&pairs.join("&")));
    }
    shown.into()
}

/// As [`redact`], for what may be no URL.
pub(crate) fn redact_text(text: &str) -> String {
    match Url::parse(text) {
        Ok(url) => redact(&url),
        // What cannot be parsed cannot be redacted.
        Err(_) => "<url>".to_owned(),
    }
}

/// `url` without user info, to be asked of an origin that must not have it.
pub(crate) fn without_credentials(url: &Url) -> Url {
    let mut bare = url.clone();
    // They fail for URLs that cannot have user info, and then there is none to take away.
    let _ = bare.set_username("");
    let _ = bare.set_password(None);
    bare
}

fn redact_pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((key, value)) if is_harmless(&key.to_ascii_lowercase(), value) => pair.to_owned(),
        Some((key, _)) => format!("{key}={HIDDEN}"),
        // A query without a key is all value.
        None => HIDDEN.to_owned(),
    }
}

fn is_harmless(key: &str, value: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphabetic() || b"_-.,".contains(&byte);
    (NUMBERS.contains(&key) && value.bytes().all(|byte| byte.is_ascii_digit()))
        || (WORDS.contains(&key) && value.bytes().all(is_word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_what_may_be_secret() {
        let check = |url: &str, expected: &str| {
            assert_eq!(redact(&Url::parse(url).unwrap()), expected, "{url}");
        };
        check("http://h/a/b.csv", "http://h/a/b.csv");
        check("https://me:pw@h:8443/a#part", "https://h:8443/a");
        check(
            "http://h/a?page=2&api_key=s3cret&limit=10",
            "http://h/a?page=2&api_key=***&limit=10",
        );
        check("http://h/a?PAGE=2&Token=x=y", "http://h/a?PAGE=2&Token=***");
        check("http://h/a?bare&page=", "http://h/a?***&page=");
        check("http://h/a?page=s3cret&sort=-name", "http://h/a?page=***&sort=-name");
    }
}
