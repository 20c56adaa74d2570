//! URLs as input: answers that are no success, that move, that break off.

use std::net::TcpListener;
use std::process::Stdio;

use asyncgen_sources::{ErrorKind, Input, csv, lines};

use crate::server::{Server, redirect, status, text};
use crate::support::{Outcome, alone, run, settle};

fn read(url: &str) -> Outcome {
    run(lines(url).batches())
}

/// The error of reading from `server`, with its address left out.
fn error(server: &Server, target: &str) -> String {
    read(&server.at(target)).end.unwrap_err().to_string().replace(&server.url, "S")
}

#[test]
fn a_url_is_read() {
    let server = Server::of(&[("/t.csv", text("a,b\n1,2\n"))]);
    let mut batches = csv(server.at("/t.csv")).batches();
    let batch = pollster::block_on(batches.next()).unwrap().unwrap();
    assert_eq!(batch.get(0).unwrap().by_name("b"), Some("2"));
    assert_eq!(batches.progress().total, Some(8));
    assert!(pollster::block_on(batches.next()).is_none());
    assert_eq!(batches.summary().unwrap().bytes, 8);
}

#[test]
fn a_status_that_is_no_success_is_an_error() {
    let server = Server::of(&[]);
    let secret = server.at("/none?token=s3cret").replace("http://", "http://me:pw@");
    let outcome = read(&secret);
    let error = outcome.end.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Status { status: 404, attempts: 1 }));
    let shown = format!("{}/none?token=***: the server answered 404 Not Found", server.url);
    assert_eq!(error.to_string(), shown);
    assert!(!format!("{error:?}").contains("s3cret"));
    assert!(!format!("{error:?}").contains("pw"));
}

#[test]
fn failures_that_pass_are_waited_for() {
    for code in [408, 429, 500, 502, 503, 504] {
        let server = Server::new(move |request| match request.before {
            0..=1 => status(code, "Retry-After: 0\r\n", "busy"),
            _ => text("one\n"),
        });
        let outcome = read(&server.url);
        assert_eq!(outcome.records, ["one"]);
        assert_eq!(outcome.end.unwrap().retries, 2);
    }
    let server = Server::new(|_| status(500, "Retry-After: 0\r\n", ""));
    assert_eq!(
        error(&server, "/"),
        "S/: the server answered 500 Internal Server Error after 5 attempts"
    );
    assert_eq!(server.targets().len(), 5);
    let server = Server::new(|request| match request.before {
        0 => Vec::new(),
        _ => text("one\n"),
    });
    assert_eq!(read(&server.url).records, ["one"]);
}

#[test]
fn a_refused_connection_is_an_error_that_says_so() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = read(&format!("http://{nobody}/a")).end.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect { attempts: 5, .. }));
    let expected =
        "connection failed after 5 attempts: Connection refused (os error 111)".to_owned();
    assert_eq!(error.to_string(), format!("http://{nobody}/a: {expected}"));
}

#[test]
fn redirects_are_followed() {
    for code in [301, 302, 303, 307, 308] {
        let server = Server::of(&[
            ("/a/b", redirect(code, "c?x=1")),
            ("/a/c?x=1", redirect(code, "/d")),
            ("/d", text("one\n")),
        ]);
        assert_eq!(read(&server.at("/a/b")).records, ["one"]);
    }
    let server = Server::new(|request| redirect(302, &format!("/{}", request.before)));
    let many = "S/: cannot follow S/10: there are more than 10 redirects";
    assert_eq!(error(&server, "/"), many);
    let server = Server::of(&[
        ("/file", redirect(302, "file:///etc/passwd")),
        ("/bad", redirect(302, "http://[/")),
        ("/not", status(304, "", "")),
    ]);
    let file = "S/file: cannot follow file:…: it is neither http nor https";
    assert_eq!(error(&server, "/file"), file);
    assert_eq!(error(&server, "/bad"), "S/bad: cannot follow the link: it is not a URL");
    assert_eq!(error(&server, "/not"), "S/not: the server answered 304 Not Modified");
}

#[test]
fn credentials_stay_at_their_origin() {
    let other = Server::of(&[("/x", text("one\n"))]);
    let target = other.at("/x").replace("http://", "http://spy:on@");
    let home = Server::of(&[("/here", redirect(302, "/away")), ("/away", redirect(302, &target))]);
    let outcome = read(&home.at("/here").replace("http://", "http://me:pw@"));
    assert_eq!(outcome.records, ["one"]);
    let sent = |server: &Server| -> Vec<bool> {
        server.requests().iter().map(|request| request.head.contains("authorization")).collect()
    };
    assert_eq!(sent(&home), [true, true]);
    assert_eq!(sent(&other), [false]);
}

#[test]
fn a_body_that_breaks_off_is_an_error_with_its_byte() {
    let short = b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\none\ntwo\nthr".to_vec();
    let chunked =
        b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nb\r\none\ntwo\nthr\r\n".to_vec();
    for broken in [short, chunked] {
        let server = Server::of(&[("/", broken)]);
        let outcome = read(&server.at("/"));
        assert_eq!(outcome.records, ["one", "two"]);
        let error = outcome.end.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Read(_)), "{error}");
        assert_eq!(error.place().offset, Some(11));
        assert!(error.to_string().contains("/: cannot read: "), "{error}");
    }
}

#[test]
fn gzip_comes_by_http_too_and_other_encodings_do_not() {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"one\ntwo\n").unwrap();
    let body = encoder.finish().unwrap();
    let head = |encoding: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 200 X\r\nContent-Length: {length}\r\nContent-Encoding: {encoding}\r\n\r\n"
        )
    };
    let answer = |encoding: &str| [head(encoding).as_bytes(), &body].concat();
    let server = Server::of(&[("/gzip", answer("gzip")), ("/odd", answer("compress"))]);
    assert_eq!(read(&server.at("/gzip")).records, ["one", "two"]);
    let expected = "S/odd: bad compressed data: \
                    the server sent Content-Encoding compress, which was not asked for";
    assert_eq!(error(&server, "/odd"), expected);
}

#[test]
fn sockets_are_closed_when_left_early() {
    if !alone("http::sockets_are_closed_when_left_early", Stdio::null()) {
        return;
    }
    // The server's ends are in this process as well: none may stay.
    let server = Server::new(|_| status(200, "", &"a line\n".repeat(1_000_000)));
    let leave = || {
        let mut batches = lines(server.url.as_str()).batches();
        assert!(pollster::block_on(batches.next()).unwrap().is_ok());
    };
    run(lines(Input::bytes("start the runtime")).batches());
    let sockets = sockets_open();
    for _ in 0..200 {
        leave();
    }
    settle("sockets are left", || sockets_open() <= sockets);
}

fn sockets_open() -> usize {
    let descriptors = std::fs::read_dir("/proc/self/fd").unwrap();
    let targets = descriptors.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    targets.filter(|target| target.to_string_lossy().starts_with("socket:")).count()
}
