//! URLs whose connection breaks half-way: the rest is asked for, and is the rest of the same.

use std::time::Duration;

use asyncgen_sources::{ErrorKind, Input, Retry, chunks, csv, request};

use crate::server::{Server, first, short, status};
use crate::support::run;

const BODY: &str = "a,b\n1,\"two\nlines\"\n3,four\n5,six\n";

/// The rest of the body from `from`, as a part.
fn part(headers: &str, from: usize, sent: &str) -> Vec<u8> {
    let range = format!("Content-Range: bytes {from}-{}/{}\r\n", BODY.len() - 1, BODY.len());
    short(206, &(headers.to_owned() + &range), BODY.len() - from, sent)
}

/// What is at a server, asked for again at once.
pub(crate) fn quickly(server: &Server) -> Input {
    let again = Retry { base: Duration::ZERO, ..Retry::default() };
    request(&server.at("/t.csv")).retry(again).into()
}

/// What is read of a server, how it ended, and how many requests were made again.
fn read(server: &Server) -> (Vec<String>, Result<u64, String>) {
    let outcome = run(csv(quickly(server)).batches());
    let end = outcome.end.map(|summary| summary.retries).map_err(|error| {
        if let ErrorKind::Stale { message } = error.kind() {
            message.clone()
        } else {
            error.to_string()
        }
    });
    (outcome.records, end)
}

fn whole() -> Vec<String> {
    run(csv(Input::bytes(BODY)).batches()).records
}

#[test]
fn at_each_byte() {
    for validator in ["ETag: \"v1\"\r\n", "Last-Modified: Tue, 01 Jan 2019 00:00:00 GMT\r\n"] {
        for cut in 0..BODY.len() {
            let server = Server::new(move |request| match request.before {
                0 => short(200, validator, BODY.len(), &BODY[..cut]),
                _ => part(validator, first(request), &BODY[first(request)..]),
            });
            assert_eq!(read(&server), (whole(), Ok(1)), "cut at {cut}");
            let requests = server.requests();
            assert_eq!((requests.len(), first(&requests[1])), (2, cut));
            let expected = validator.split(": ").nth(1).unwrap().trim().to_lowercase();
            assert_eq!(requests[1].header("if-range"), Some(&*expected));
            // One that sends all again.
            let server = Server::new(move |request| match request.before {
                0 => short(200, validator, BODY.len(), &BODY[..cut]),
                _ => status(200, validator, BODY),
            });
            assert_eq!(read(&server), (whole(), Ok(1)), "cut at {cut}");
        }
    }
}

#[test]
fn again_and_again() {
    let server = Server::new(|request| {
        let from = first(request);
        let sent = &BODY[from..BODY.len().min(from + 3)];
        match from {
            0 => short(200, "ETag: \"v1\"\r\n", BODY.len(), sent),
            _ => part("", from, sent),
        }
    });
    assert_eq!(read(&server), (whole(), Ok(BODY.len().div_ceil(3) as u64 - 1)));
    let found = run(chunks(quickly(&server), 7).batches());
    assert!(found.end.is_ok());
}

#[test]
fn parts_of_less_than_was_asked_for() {
    for length in [1, 7, BODY.len()] {
        let server = Server::new(move |request| {
            let from = first(request);
            if from == 0 {
                return short(200, "ETag: \"v1\"\r\n", BODY.len(), &BODY[..10]);
            }
            let end = BODY.len().min(from + length);
            let range = format!("Content-Range: bytes {from}-{}/{}\r\n", end - 1, BODY.len());
            short(206, &range, end - from, &BODY[from..end])
        });
        let (records, end) = read(&server);
        assert_eq!(records, whole(), "{length}");
        end.unwrap();
    }
}

#[test]
fn who_says_so_is_not_asked_again() {
    let server = Server::new(|_| short(200, "ETag: \"v1\"\r\n", BODY.len(), &BODY[..22]));
    let source = csv(request(&server.at("/t.csv")).retry(0));
    let error = run(source.batches()).end.unwrap_err();
    assert!(error.to_string().contains("cannot read: "), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn what_is_compressed_goes_on_as_it_is_stored() {
    let packed = zstd::encode_all(BODY.as_bytes(), 0).unwrap();
    let length = packed.len();
    let server = Server::new(move |request| {
        let from = first(request);
        let head = match from {
            0 => "200 X\r\nETag: \"v\"".to_owned(),
            _ => format!("206 X\r\nContent-Range: bytes {from}-{}/{length}", length - 1),
        };
        let head = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", length - from);
        [head.as_bytes(), &packed[from..length.min(from + 5)]].concat()
    });
    assert_eq!(read(&server).0, whole());
}

#[test]
fn what_is_not_the_rest_of_the_same() {
    const V1: &str = "ETag: \"v1\"\r\n";
    let of = |headers: &'static str, answer: Vec<u8>| {
        let server = Server::new(move |request| match request.before {
            0 => short(200, headers, BODY.len(), &BODY[..22]),
            _ => answer.clone(),
        });
        let (records, end) = read(&server);
        assert_eq!(records, whole()[..1]);
        (end.unwrap_err(), server.requests().len())
    };
    let changed =
        |what: &str| (format!("the connection broke, and when the rest was asked for, {what}"), 2);
    let version = changed("it is another version now");
    assert_eq!(of(V1, status(200, "ETag: \"v2\"\r\n", BODY)), version);
    assert_eq!(of(V1, status(200, "", BODY)), version);
    assert_eq!(of(V1, status(200, V1, &BODY[..30])), version);
    let other = changed("the server sent a part of something else");
    assert_eq!(of(V1, part("ETag: \"v2\"\r\n", 22, &BODY[22..])), other);
    assert_eq!(of(V1, part(V1, 21, &BODY[21..])), other);
    let longer = "Content-Range: bytes 22-30/99\r\n";
    assert_eq!(of(V1, short(206, longer, 9, &BODY[22..31])), other);
    let unsaid = changed("the server does not say which part it sent");
    assert_eq!(of(V1, short(206, V1, 3, &BODY[22..25])), unsaid);
    assert_eq!(of(V1, status(416, "", "")), changed("it is shorter now"));
    // Nothing proves what the rest is: the error of the connection.
    for headers in ["", "ETag: W/\"v1\"\r\n"] {
        let (error, requests) = of(headers, status(200, V1, BODY));
        assert!(error.contains("/t.csv: cannot read: "), "{error}");
        assert_eq!(requests, 1);
    }
}

/// A body without a length, that ends before its end is said.
fn unended(headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n{headers}\r\n{length:x}\r\n{body}\r\n")
        .into_bytes()
}

#[test]
fn broken_behind_the_last_byte() {
    let check = |range: String, expected: Result<u64, &str>| {
        let server = Server::new(move |request| {
            if request.before == 0 {
                return unended("ETag: \"v1\"\r\n", BODY);
            }
            assert_eq!(first(request), BODY.len());
            status(416, &range, "")
        });
        let (records, end) = read(&server);
        assert_eq!(records, whole());
        match expected {
            Ok(retries) => assert_eq!(end, Ok(retries)),
            Err(expected) => assert!(end.as_ref().unwrap_err().ends_with(expected), "{end:?}"),
        }
        assert_eq!(server.requests().len(), 2);
    };
    let all = BODY.len();
    check(format!("Content-Range: bytes */{all}\r\n"), Ok(1));
    check(format!("ETag: \"v1\"\r\nContent-Range: bytes */{all}\r\n"), Ok(1));
    check(
        format!("ETag: \"v2\"\r\nContent-Range: bytes */{all}\r\n"),
        Err("and when the rest was asked for, it is another version now"),
    );
    let shorter = "and when the rest was asked for, it is shorter now";
    check(format!("Content-Range: bytes */{}\r\n", all - 1), Err(shorter));
    let refused = "and when the rest was asked for, the server would not send it";
    check(format!("Content-Range: bytes */{}\r\n", all + 1), Err(refused));
    let unsaid = "cannot read: the connection broke before the end of the body, and the server has \
                  nothing behind what came, nor says that this is all";
    check(String::new(), Err(unsaid));
}

#[test]
fn a_server_that_sends_nothing_more_is_given_up() {
    let server = Server::new(|request| match first(request) {
        0 => short(200, "ETag: \"v1\"\r\n", BODY.len(), &BODY[..22]),
        from => part("", from, ""),
    });
    let (records, end) = read(&server);
    assert_eq!(records, whole()[..1]);
    assert!(end.unwrap_err().contains("cannot read: "));
    assert_eq!(server.requests().len(), 5);
}
