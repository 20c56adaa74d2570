//! Credentials: where they go, and that they are nowhere else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use asyncgen_sources::{Auth, ErrorKind, pages};

use crate::server::{Request, Server, json, redirect, status};
use crate::support::run;

fn linked(link: &str) -> Vec<u8> {
    status(200, &format!("Content-Type: application/json\r\nLink: <{link}>; rel=next\r\n"), "[1]")
}

/// Whether a request has certain credentials.
type Has = fn(&Request) -> bool;

/// Each kind of credentials.
fn kinds() -> Vec<(Auth, Has)> {
    let (user, password) = ("me".to_owned(), "s3cret".to_owned());
    let key = |name: &str| (name.to_owned(), "s3cret".to_owned());
    let (name, value) = key("X-Api-Key");
    let (param, in_query) = key("key");
    vec![
        (Auth::Bearer("s3cret".to_owned()), |r| r.header("authorization") == Some("bearer s3cret")),
        (Auth::Basic { user, password }, |r| {
            r.header("authorization") == Some("basic bwu6cznjcmv0")
        }),
        (Auth::Header { name, value }, |r| r.header("x-api-key") == Some("s3cret")),
        (Auth::Query { name: param, value: in_query }, |r| r.param("key") == Some("s3cret")),
        (Auth::Cookie { name: "id".to_owned(), value: "s3cret".to_owned() }, |r| {
            r.header("cookie") == Some("id=s3cret")
        }),
        (Auth::by(|| async { Ok(vec![("X-Token".to_owned(), "s3cret".to_owned())]) }), |r| {
            r.header("x-token") == Some("s3cret")
        }),
    ]
}

#[test]
fn credentials_go_to_each_page() {
    for (auth, has) in kinds() {
        let server = Server::new(|request| match request.path() {
            "/" => linked("/2?key=other"),
            "/2" => redirect(307, "/3"),
            _ => json("[2]"),
        });
        let outcome = run(pages(&server.at("/")).auth(auth.clone()).batches());
        assert_eq!(outcome.records, ["1", "2"], "{auth:?}");
        assert!(server.requests().iter().all(has), "{auth:?}");
        assert!(!format!("{auth:?}").contains("s3cret"));
    }
}

#[test]
fn credentials_go_to_a_host_that_is_allowed() {
    for (auth, has) in kinds() {
        let other = Server::of(&[("/2", json("[2]")), ("/2?key=s3cret", json("[2]"))]);
        let link = other.at("/2").replace("127.0.0.1", "localhost");
        let server = Server::new(move |_| linked(&link));
        let allowed =
            |host: &str| run(pages(&server.at("/")).auth(auth.clone()).allow_host(host).batches());
        let host = other.url.replace("http://127.0.0.1", "localhost");
        assert_eq!(allowed(&host).records, ["1", "2"], "{auth:?}");
        assert!(other.requests().iter().all(has), "{auth:?}");
        let before = other.requests().len();
        let error = allowed("other.example").end.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::CrossOrigin { .. }), "{error}");
        assert_eq!(other.requests().len(), before);
    }
}

#[test]
fn bodies_do_not_leave_by_a_redirect() {
    let server = Server::new(|request| match request.path() {
        "/307" => redirect(307, "/end"),
        "/302" => redirect(302, "/end"),
        _ => json(&format!("[{:?}]", format!("{} {}", &request.head[..4], request.body))),
    });
    let post = |target: &str| run(pages(&server.at(target)).json("{\"a\":1}").batches()).records;
    assert_eq!(post("/307"), [r#""post {\"a\":1}""#]);
    assert_eq!(post("/302"), [r#""get  ""#]);
}

#[test]
fn a_function_is_asked_once_more_after_a_401() {
    let check = |good: &'static str, concurrency: u32, expected: Result<usize, u16>| {
        let server = Server::new(move |request| match request.header("authorization") {
            Some(token) if token == good => match request.param("page").unwrap() {
                "1" => json("[1]"),
                "2" => json("[2]"),
                "3" => json("[3]"),
                _ => json("[]"),
            },
            _ => status(401, "", "{}"),
        });
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let auth = Auth::by(move || {
            let number = count.fetch_add(1, Relaxed) + 1;
            async move { Ok(vec![("Authorization".to_owned(), format!("t{number}"))]) }
        });
        let source = pages(&server.at("/")).next("page".parse().unwrap()).auth(auth);
        let outcome = run(source.concurrency(concurrency).batches());
        match (outcome.end, expected) {
            (Ok(_), Ok(times)) => {
                assert_eq!(outcome.records, ["1", "2", "3"]);
                assert_eq!(asked.load(Relaxed), times, "{good}");
            }
            (Err(error), Err(code)) => {
                let ErrorKind::Status { status, .. } = error.kind() else { panic!("{error}") };
                assert_eq!(*status, code);
                assert_eq!(asked.load(Relaxed), 2);
            }
            (end, _) => panic!("{end:?}"),
        }
    };
    check("t1", 1, Ok(1));
    check("t2", 1, Ok(2));
    check("t2", 8, Ok(2));
    check("t9", 1, Err(401));
}

#[test]
fn a_token_that_expires_on_the_way_is_renewed() {
    let server = Server::new(|request| {
        let token = request.header("x-token").unwrap();
        match (request.param("page").unwrap(), token) {
            ("1", _) => json("[1]"),
            ("2", "t1") => status(401, "", ""),
            ("2", _) => json("[2]"),
            _ => json("[]"),
        }
    });
    let count = AtomicUsize::new(0);
    let auth = Auth::by(move || {
        let number = count.fetch_add(1, Relaxed) + 1;
        async move { Ok(vec![("X-Token".to_owned(), format!("t{number}"))]) }
    });
    let outcome = run(pages(&server.at("/")).next("page".parse().unwrap()).auth(auth).batches());
    assert_eq!(outcome.records, ["1", "2"]);
}

#[test]
fn a_function_that_fails_is_an_error() {
    let server = Server::of(&[]);
    let auth = Auth::by(|| async { Err("the vault is closed".to_owned()) });
    let error = run(pages(&server.at("/")).auth(auth).batches()).end.unwrap_err();
    let expected = format!("{}/: page 1: no credentials: the vault is closed", server.url);
    assert_eq!(error.to_string(), expected);
    assert!(server.requests().is_empty());
}

#[test]
fn a_body_is_shown_to_who_asks_for_it() {
    let server = Server::of(&[("/", json("[1, oops]")), ("/html", status(200, "", "<b>log in"))]);
    for (target, shown) in [("/", "1, oops]"), ("/html", "<b>log in")] {
        let source = pages(&server.at(target)).debug_body(true);
        let error = run(source.batches()).end.unwrap_err();
        assert_eq!(error.snippet().unwrap().text, shown);
    }
}

#[test]
fn a_cookie_stands_with_others_and_is_none_of_them() {
    let server = Server::of(&[("/", json("[1]"))]);
    let cookie = |name: &str, value: &str| {
        let auth = Auth::Cookie { name: name.to_owned(), value: value.to_owned() };
        run(pages(&server.at("/")).header("Cookie", "theme=dark").auth(auth).batches()).end
    };
    cookie("id", "s3cret").unwrap();
    assert_eq!(server.requests()[0].header("cookie"), Some("theme=dark; id=s3cret"));
    for (name, value, expected) in [
        ("", "s3cret", "no credentials: \"\" is no name of a cookie"),
        ("a b", "s3cret", "no credentials: \"a b\" is no name of a cookie"),
        (
            "id",
            "s3cret; x=y",
            "no credentials: a value that is a secret has a character that no cookie can",
        ),
        (
            "id",
            "s3c\nret",
            "no credentials: a value that is a secret has a character that no cookie can",
        ),
    ] {
        assert_eq!(cookie(name, value).unwrap_err().message(), expected);
    }
}
