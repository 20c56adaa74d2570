//! Which names are those of secrets.
//!
//! No list of them is ever complete. So what proves who asks is looked for by its value as well, and
//! this is for what a source was not told of.

/// The words that tell a secret.
const WORDS: [&str; 13] = [
    "auth",
    "authorization",
    "cookie",
    "credential",
    "jwt",
    "pass",
    "passwd",
    "password",
    "pwd",
    "secret",
    "session",
    "sig",
    "signature",
];

/// The words that tell a secret, but with one of [`PLACES`] a cursor: `X-Amz-Security-Token`, but not
/// `nextPageToken`.
const MOSTLY: [&str; 2] = ["key", "token"];

/// The words of cursors.
const PLACES: [&str; 19] = [
    "after",
    "before",
    "continuation",
    "cursor",
    "delta",
    "end",
    "last",
    "next",
    "offset",
    "page",
    "pagination",
    "paging",
    "partition",
    "prev",
    "resume",
    "scroll",
    "start",
    "starting",
    "sync",
];

/// The ends of names that are written without a break between their words: `hapikey`.
const ENDS: [&str; 19] = [
    "accesskey",
    "accesstoken",
    "apikey",
    "apitoken",
    "appid",
    "appkey",
    "authkey",
    "authtoken",
    "idtoken",
    "oauthtoken",
    "password",
    "privatekey",
    "privatetoken",
    "refreshtoken",
    "secret",
    "secretkey",
    "securitytoken",
    "sessid",
    "sessionid",
];

/// Whether a parameter, header or member of this name holds a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let words = words(name);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&&**word));
    let joined = words.concat();
    has(&WORDS) || (has(&MOSTLY) && !has(&PLACES)) || ENDS.iter().any(|end| joined.ends_with(end))
}

/// The words of a name: `X-Amz-Signature` and `pageToken` have several.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        lower = c.is_lowercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_by_their_names() {
        for name in [
            "token",
            "access_token",
            "accessToken",
            "oauth_token",
            "api_key",
            "apikey",
            "API-Key",
            "hapikey",
            "appid",
            "key",
            "sig",
            "X-Amz-Signature",
            "X-Amz-Security-Token",
            "password",
            "client_secret",
            "clientsecret",
            "auth",
            "Authorization",
            "Cookie",
            "sessionId",
            "PHPSESSID",
            "jwt",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "page_token",
            "pageToken",
            "nextToken",
            "continuationToken",
            "$skiptoken",
            "start_key",
            "cursor",
            "after",
            "page",
            "monkey",
            "design",
            "author",
            "keyword",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
