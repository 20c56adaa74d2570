//! Paged APIs: every way to the next page, and every wrong one.

use asyncgen_sources::{ErrorKind, Next, Pages, pages};

use crate::server::{Server, json, redirect, status, text};
use crate::support::{Outcome, run};

fn read(pages: Pages) -> Outcome {
    run(pages.batches())
}

/// The records, and the error with the server's address left out.
fn ends(server: &Server, pages: Pages) -> (String, String) {
    let outcome = read(pages);
    let error = outcome.end.map_or_else(|error| error.to_string(), |_| "no error".to_owned());
    (outcome.records.join(" "), error.replace(&server.url, "S"))
}

fn linked(link: &str, body: &str) -> Vec<u8> {
    status(200, &format!("Content-Type: application/json\r\nLink: {link}\r\n"), body)
}

#[test]
fn link_headers_are_followed() {
    let server = Server::of(&[
        (
            "/a/things?per_page=2&q=x%26y",
            linked("<?page=2>; rel=\"next\", </>; rel=first", "[1,2]"),
        ),
        ("/a/things?page=2", linked("</a/last>; rel=next", "[3]")),
        ("/a/last", linked("</a/things>; rel=\"first\"", "[4]")),
    ]);
    for next in [Next::Auto, Next::Link] {
        let url = server.at("/a/things");
        let outcome = read(pages(&url).param("per_page", "2").param("q", "x&y").next(next));
        assert_eq!(outcome.records, ["1", "2", "3", "4"]);
        let summary = outcome.end.unwrap();
        assert_eq!((summary.records, summary.pages, summary.retries), (4, 3, 0));
    }
}

#[test]
fn next_urls_in_the_body_are_followed() {
    let check = |first: &str, last: &str, next: Next| {
        let server = Server::of(&[("/", json(first)), ("/?p=2", json(last))]);
        let pages = pages(&server.at("/")).next(next);
        assert_eq!(ends(&server, pages), ("1 2".to_owned(), "no error".to_owned()), "{first}");
    };
    for end in ["null", "\"\"", "false"] {
        let body = |key: &str, value: &str, item: u32| {
            format!("{{\"{key}\": {value}, \"results\": [{item}]}}")
        };
        for key in ["next", "next_url", "@odata.nextLink"] {
            check(&body(key, "\"/?p=2\"", 1), &body(key, end, 2), Next::Auto);
        }
        let pointer = Next::Pointer("/after".to_owned());
        check(&body("after", "\"?p=2\"", 1), &body("after", end, 2), pointer);
    }
    let links = |link: &str, item: u32| format!("{{\"links\":{{{link}}},\"items\":[{item}]}}");
    check(&links("\"next\":\"/?p=2\"", 1), &links("", 2), Next::Auto);
}

#[test]
fn what_is_not_a_known_key_is_not_followed() {
    let body = r#"{"next_billing": "/never", "prev": "/never", "items": [1]}"#;
    let server = Server::of(&[("/", json(body))]);
    assert_eq!(ends(&server, pages(&server.at("/"))), ("1".to_owned(), "no error".to_owned()));
    assert_eq!(server.targets(), ["/"]);
}

#[test]
fn a_page_of_many_without_a_known_link_is_an_error() {
    let check = |body: &str, next: Next, expected: &str| {
        let server = Server::of(&[("/", json(body))]);
        let (records, error) = ends(&server, pages(&server.at("/")).items("/items").next(next));
        assert_eq!(records, "1 2", "{body}");
        let expected = match expected {
            "" => "no error".to_owned(),
            sign => format!(
                "S/: page 1: this looks like one page of many ({sign}), but nothing known in it \
                 leads to the next; say with `next` where it is"
            ),
        };
        assert_eq!(error, expected, "{body}");
    };
    for (members, sign) in [
        (r#""has_more": true"#, "has_more is true"),
        (r#""next": null, "has_more": true"#, "has_more is true"),
        (r#""cursor": "s3cret", "has_more": true"#, "has_more is true"),
        (r#""total": 3"#, "total is 3"),
        (r#""count": 3"#, "count is 3"),
        (r#""meta": {"total": 3}"#, "total is 3"),
        (r#""cursor": "s3cret""#, "there is a cursor"),
        (r#""next_cursor": {"id": 1}"#, "there is a next_cursor"),
        (r#""next_page": 2"#, "there is a next_page"),
        (r#""continuation": "x""#, "there is a continuation"),
        (r#""response_metadata": {"next_cursor": "x"}"#, "there is a next_cursor"),
        (r#""links": {"prev": "/"}, "total": 3"#, "total is 3"),
        // Near misses.
        (r#""has_more": false"#, ""),
        (r#""has_more": "true""#, ""),
        (r#""total": 2"#, ""),
        (r#""count": 1"#, ""),
        (r#""total": "3""#, ""),
        (r#""total": 3.5"#, ""),
        (r#""total": -3"#, ""),
        (r#""totals": 3, "total_count": 3"#, ""),
        (r#""next_cursor": null, "next_page": "", "cursor": false"#, ""),
        (r#""next_billing": "2030-01-01", "cursors": "x", "Cursor": "x""#, ""),
        (r#""next": null, "total": 3, "cursor": "x""#, ""),
        (r#""links": {"next": null}, "total": 3"#, ""),
        (r#""customer": {"cursor": "x", "total": 3}"#, ""),
    ] {
        let body = format!(r#"{{{members}, "items": [1, 2]}}"#);
        check(&body, Next::Auto, sign);
        check(&body, Next::Link, "");
    }
    // A walk that came by a link ends where there is none.
    let last = r#"{"total": 9, "next_cursor": "x", "items": [2]}"#;
    let first = r#"{"total": 9, "next_url": "/2", "items": [1]}"#;
    let server = Server::of(&[("/", json(first)), ("/2", json(last))]);
    assert_eq!(ends(&server, pages(&server.at("/"))), ("1 2".to_owned(), "no error".to_owned()));
}

#[test]
fn items_are_found_by_pointer() {
    let server = Server::of(&[("/", json(r#"{"a": {"b": [{"x": 1}, 2]}, "items": [9]}"#))]);
    let outcome = read(pages(&server.at("/")).items("/a/b"));
    assert_eq!(outcome.records, [r#"{"x": 1}"#, "2"]);
    let (_, error) = ends(&server, pages(&server.at("/")).items("/c"));
    assert!(error.starts_with("S/:1:1: page 1: nothing to read at \"/c\""), "{error}");
}

#[test]
fn pages_by_number_end_with_404_or_empty() {
    let number = || Next::Number { param: "page".to_owned(), first: 1 };
    let until_404 = Server::of(&[("/?q=x&page=1", json("[1,2]")), ("/?q=x&page=2", json("[3]"))]);
    let walk = |server: &Server| pages(&server.at("/?page=7")).param("q", "x").next(number());
    assert_eq!(ends(&until_404, walk(&until_404)), ("1 2 3".to_owned(), "no error".to_owned()));
    assert_eq!(until_404.targets().last().unwrap(), "/?q=x&page=3");

    let until_empty = Server::of(&[
        ("/?q=x&page=1", json("{\"items\":[1]}")),
        ("/?q=x&page=2", json("{\"items\":[]}")),
    ]);
    assert_eq!(ends(&until_empty, walk(&until_empty)), ("1".to_owned(), "no error".to_owned()));

    let missing = Server::of(&[]);
    let expected = "S/?q=x&page=1: page 1: the server answered 404 Not Found";
    let walk_missing = pages(&missing.at("/")).param("q", "x").next(number());
    let (_, error) = ends(&missing, walk_missing);
    assert_eq!(error, expected.replace("q=x", "q=***"));

    let endless = Server::new(|_| json("[1]"));
    let (records, error) = ends(&endless, walk(&endless));
    assert_eq!(records, "1");
    let again = "S/?q=***&page=2: page 2: the pages go in a circle, S/?q=***&page=2 comes again";
    assert_eq!(error, again);
}

#[test]
fn circles_are_found() {
    let to = |link: &str| linked(&format!("<{link}>; rel=next"), "[1]");
    let server = Server::of(&[("/self", to("/self#x")), ("/a", to("/b")), ("/b", to("/a"))]);
    let (records, error) = ends(&server, pages(&server.at("/self")));
    assert_eq!(records, "1");
    assert_eq!(error, "S/self: page 1: the pages go in a circle, S/self comes again");
    let (records, error) = ends(&server, pages(&server.at("/a")));
    assert_eq!(records, "1 1");
    assert_eq!(error, "S/b: page 2: the pages go in a circle, S/a comes again");
}

#[test]
fn other_origins_are_never_asked() {
    let other = Server::new(|_| json("[2]"));
    let host = other.url.replace("127.0.0.1", "localhost");
    let links = [other.at("/?page=2"), host, other.url.replace("http:", ""), "https://h/".into()];
    for link in links {
        let server = Server::of(&[("/", linked(&format!("<{link}>; rel=next"), "[1]"))]);
        let outcome = read(pages(&server.at("/")).header("Authorization", "Bearer s3cret"));
        assert_eq!(outcome.records, ["1"]);
        let error = outcome.end.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::CrossOrigin { .. }), "{error}");
        assert_eq!(error.place().page, Some(1));
    }
    let server = Server::of(&[("/", redirect(302, &other.at("/")))]);
    let error = read(pages(&server.at("/")).header("X-Api-Key", "s3cret")).end.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::CrossOrigin { .. }), "{error}");
    assert!(other.requests().is_empty());
}

#[test]
fn a_url_without_its_scheme_is_told_so() {
    let error = read(pages("api.example.com/items")).end.unwrap_err();
    let expected = "<url>: not a URL: it begins with neither http:// nor https://";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn headers_and_user_info_go_to_each_page() {
    let server = Server::of(&[
        ("/", linked("</2>; rel=next", "[1]")),
        ("/2", redirect(307, "/3")),
        ("/3", json("[2]")),
    ]);
    let url = server.at("/").replace("http://", "http://me:pw@");
    assert_eq!(read(pages(&url).header("X-Api-Key", "k")).records, ["1", "2"]);
    for request in server.requests() {
        let basic = "authorization: basic bwu6chc=\r\n";
        assert!(request.head.contains(basic), "{}", request.head);
        assert!(request.head.contains("x-api-key: k\r\n"), "{}", request.head);
        assert!(request.head.contains("accept: application/json\r\n"), "{}", request.head);
    }
    for (name, value) in [("a b", "c"), ("a", "b\r\nc: d")] {
        let error = read(pages(&server.at("/")).header(name, value)).end.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Usage(_)), "{error}");
    }
}

#[test]
fn a_page_that_is_not_json_is_named() {
    let html = status(200, "Content-Type: text/html\r\n", "<html>log in</html>");
    let server = Server::of(&[
        ("/", linked("</login>; rel=next", "[1]")),
        ("/login", html),
        ("/cut", json("[1, 2")),
        ("/latin", status(200, "Content-Type: application/json\r\n", "[]")),
        ("/text", text("hello")),
        ("/untold", status(200, "", "<html>log in</html>")),
        ("/empty", status(204, "", "")),
        ("/nothing", json("")),
    ]);
    let expected = "S/login: page 2: the body is not JSON, the server calls it text/html";
    assert_eq!(ends(&server, pages(&server.at("/"))), ("1".to_owned(), expected.to_owned()));
    let (_, error) = ends(&server, pages(&server.at("/cut")));
    assert!(error.starts_with("S/cut:1:"), "{error}");
    assert!(error.contains(": page 1: "), "{error}");
    let (_, error) = ends(&server, pages(&server.at("/text")));
    assert_eq!(error, "S/text: page 1: the body is not JSON, the server calls it text/plain");
    let (_, error) = ends(&server, pages(&server.at("/untold")));
    let expected = "the body is not JSON, and the server does not say what it is";
    assert_eq!(error, format!("S/untold: page 1: {expected}"));
    assert_eq!(ends(&server, pages(&server.at("/empty"))).1, "no error");
    let (_, error) = ends(&server, pages(&server.at("/nothing")));
    let expected = "page 1: the document is not JSON: EOF while parsing a value";
    assert_eq!(error, format!("S/nothing:1:1: {expected}"));
}

#[test]
fn bodies_are_bounded_and_asked_for_again_when_they_break() {
    let server = Server::of(&[("/", json("[1, \"234567\", 3]"))]);
    let (records, error) = ends(&server, pages(&server.at("/")).max_item(7));
    assert_eq!(records, "1");
    assert_eq!(error, "S/:1:5: page 1: record 2 is longer than the limit of 7 bytes");
    assert_eq!(ends(&server, pages(&server.at("/")).max_item(8)).1, "no error");

    let cut = b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n[1, 2".to_vec();
    let breaks = cut.clone();
    let server = Server::new(
        move |request| {
            if request.before < 2 { breaks.clone() } else { json("[1, 2]") }
        },
    );
    let outcome = read(pages(&server.url));
    assert_eq!(outcome.records, ["1", "2"]);
    assert_eq!(outcome.end.unwrap().retries, 2);
    let server = Server::new(move |_| cut.clone());
    let error = read(pages(&server.url).retry(1)).end.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Read(_)), "{error}");
    assert_eq!((error.place().page, server.targets().len()), (Some(1), 2));
}

#[test]
fn nothing_is_asked_before_the_first_poll_and_little_ahead() {
    let server = Server::new(|request| {
        let next = request.before + 1;
        linked(&format!("</{next}>; rel=next"), &format!("[{next}]"))
    });
    let mut batches = pages(&server.url).batches();
    assert!(server.targets().is_empty());
    for taken in 1..50 {
        assert!(pollster::block_on(batches.next()).unwrap().is_ok());
        for _ in 0..1000 {
            std::thread::yield_now();
        }
        // Two in the queue, one in the producer's hand.
        assert!(server.targets().len() <= taken + 3);
    }
}
