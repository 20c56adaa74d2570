//! Pages that are too much at once, and come with fewer items.

use std::time::Duration;

use asyncgen_sources::{Next, Pages, Retry, pages};

use crate::server::{Request, Server, json, status};
use crate::support::run;

/// A server of 20 items that gives no more than 3 at once.
fn narrow(too_much: fn() -> Vec<u8>, size: fn(&Request) -> (usize, usize)) -> Server {
    Server::new(move |request| {
        let (start, size) = size(request);
        if size > 3 {
            return too_much();
        }
        let end = (start + size).min(20);
        let items: Vec<String> = (start..end).map(|item| item.to_string()).collect();
        let next = if end < 20 { end.to_string() } else { "null".to_owned() };
        json(&format!("{{\"next\": {next}, \"items\": [{}]}}", items.join(",")))
    })
}

fn in_query(request: &Request) -> (usize, usize) {
    let number = |name| request.param(name).map(|text| text.parse().unwrap());
    (number("start").unwrap_or(0), number("size").unwrap())
}

fn in_body(request: &Request) -> (usize, usize) {
    let number = |name: &str| {
        let rest = request.body.split(&format!("\"{name}\":")).nth(1)?;
        rest.split([',', '}']).next().unwrap().trim().parse().ok()
    };
    (number("start").unwrap_or(0), number("size").unwrap())
}

fn quick() -> Retry {
    Retry { base: Duration::ZERO, post: true, ..Retry::default() }
}

fn check(server: &Server, source: Pages) {
    let outcome = run(source.retry(quick()).batches());
    let expected: Vec<String> = (0..20).map(|item| item.to_string()).collect();
    assert_eq!(outcome.records, expected);
    // 16, 8 and 4 are too much, which is found out once.
    assert_eq!(outcome.end.unwrap().retries, 3);
    let asked = server.requests().len();
    assert!((13..=15).contains(&asked), "{asked}");
}

#[test]
fn a_page_that_is_too_much_is_asked_for_with_fewer_items() {
    let offset = || "offset:start:size:16".parse::<Next>().unwrap();
    let cursor = |text: &str| text.parse::<Next>().unwrap();
    for too_much in [
        || status(500, "", ""),
        || status(504, "", ""),
        || b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n{\"items\": [0, 1".to_vec(),
    ] {
        let server = narrow(too_much, in_query);
        check(&server, pages(&server.at("/")).next(offset()).shrink("size"));
        let server = narrow(too_much, in_query);
        let source = pages(&server.at("/?size=16")).next(cursor("cursor:start=/next"));
        check(&server, source.shrink("size"));
        let server = narrow(too_much, in_body);
        let source = pages(&server.at("/")).json("{\"page\": {\"size\": 16}}");
        let source = source.next(cursor("cursor:/page/start=/next"));
        check(&server, source.shrink("/page/size"));
    }
}

#[test]
fn pages_that_were_asked_for_ahead_with_another_size_are_given_up() {
    let server = narrow(|| status(500, "", ""), in_query);
    let source = pages(&server.at("/")).next("offset:start:size:16".parse().unwrap());
    let outcome = run(source.shrink("size").concurrency(4).retry(quick()).batches());
    let expected: Vec<String> = (0..20).map(|item| item.to_string()).collect();
    assert_eq!(outcome.records, expected);
}

#[test]
fn what_is_not_too_much_keeps_its_size() {
    let server = narrow(|| status(429, "Retry-After: 0\r\n", ""), in_query);
    let source = pages(&server.at("/")).next("offset:start:size:16".parse().unwrap());
    let error = run(source.shrink("size").retry(quick()).batches()).end.unwrap_err();
    assert_eq!(error.message(), "the server answered 429 Too Many Requests after 5 attempts");
    assert!(server.requests().iter().all(|request| in_query(request) == (0, 16)));
    let check = |source: Pages, expected: &str| {
        assert_eq!(run(source.batches()).end.unwrap_err().message(), expected);
    };
    let url = server.at("/?size=16");
    let numbers = "shrink: where pages have numbers, another size would make others of them";
    check(pages(&url).next("page".parse().unwrap()).shrink("size"), numbers);
    check(pages(&url).shrink("limit"), "shrink: the first request has no number at limit");
    check(pages(&url).shrink(""), "shrink: the name of the parameter is empty");
}
