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

/// A server of 400 items that gives no more than `most` at once.
fn limited(most: usize, fails: fn(&Request) -> bool) -> Server {
    Server::new(move |request| {
        let (start, size) = in_query(request);
        if fails(request) {
            return status(503, "", "");
        }
        let items: Vec<_> =
            (start..(start + size.min(most)).min(400)).map(|n| n.to_string()).collect();
        json(&format!("[{}]", items.join(",")))
    })
}

#[test]
fn what_the_server_gives_at_most_stays_as_it_was_learnt() {
    let server = limited(100, |request| request.before == 2);
    let source = pages(&server.at("/")).next("offset:start:size:1000".parse().unwrap());
    let outcome = run(source.shrink("size").retry(quick()).batches());
    let expected: Vec<String> = (0..400).map(|item| item.to_string()).collect();
    assert_eq!(outcome.records, expected);
}

#[test]
fn a_walk_that_has_shrunk_is_gone_on_with() {
    let source = |server: &Server| {
        let source = pages(&server.at("/")).next("offset:start:size:100".parse().unwrap());
        source.shrink("size").retry(quick())
    };
    let server = limited(100, |request| in_query(request).1 > 50);
    let mut batches = source(&server).batches();
    let token = pollster::block_on(async {
        let mut seen = 0;
        while seen < 120 {
            seen += batches.next().await.unwrap().unwrap().len();
        }
        batches.position_after(120).unwrap().unwrap()
    });
    drop((batches, server));
    for fails in [(|_| false) as fn(&Request) -> bool, |request| in_query(request).1 > 50] {
        let server = limited(100, fails);
        // It is another server, at another port: of the same walk, but for the name of it.
        let walk = |token: &str| {
            let (before, rest) = token.split_once("\"s\":\"").unwrap();
            (before.to_owned(), rest.split_once('"').unwrap().1.to_owned())
        };
        let mut batches = source(&server).batches();
        let fresh = pollster::block_on(async {
            batches.next().await.unwrap().unwrap();
            batches.position_after(0).unwrap().unwrap()
        });
        let name = fresh.split_once("\"s\":\"").unwrap().1.split_once('"').unwrap().0.to_owned();
        let (before, rest) = walk(&token);
        let outcome =
            run(source(&server).resume(format!("{before}\"s\":\"{name}\"{rest}")).batches());
        let expected: Vec<String> = (120..400).map(|item| item.to_string()).collect();
        assert_eq!(outcome.records, expected);
    }
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
