//! Servers that break, lie or hurry, and pages that change while they are read.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use asyncgen_sources::{ErrorKind, Pages, Rate, Retry, Timeouts, pages};

use crate::server::{Server, json, status};
use crate::support::{alone, count, run, settle};

fn quick() -> Retry {
    Retry { base: Duration::ZERO, ..Retry::default() }
}

fn error(server: &Server, pages: Pages) -> String {
    run(pages.batches()).end.unwrap_err().to_string().replace(&server.url, "S")
}

/// A body of `count` numbered items, long enough to be handed out before it is whole.
pub(crate) fn long(count: usize, mark: &str) -> String {
    let items: Vec<_> = (0..count).map(|n| format!("\"{n} {mark}{}\"", "x".repeat(990))).collect();
    format!("[{}]", items.join(","))
}

/// The head that promises all of `body`, and the first `cut` bytes of it.
fn cut(body: &str, cut: usize) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 X\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), &body.as_bytes()[..cut]].concat()
}

#[test]
fn a_long_page_that_breaks_off_goes_on_where_it_was() {
    let body = long(2000, "");
    let server = Server::new(move |request| match request.before {
        0 => cut(&body, 1_500_000),
        1 => cut(&body, 700_000),
        2 => cut(&body, 1_900_000),
        _ => json(&body),
    });
    let outcome = run(pages(&server.url).retry(quick()).batches());
    let numbers: Vec<usize> = outcome
        .records
        .iter()
        .map(|item| item[1..].split(' ').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(numbers, (0..2000).collect::<Vec<_>>());
    assert_eq!(outcome.end.unwrap().retries, 3);
}

#[test]
fn a_long_page_that_has_changed_is_an_error() {
    for second in [long(2000, "new "), "[]".to_owned()] {
        let first = long(2000, "");
        let server = Server::new(move |request| match request.before {
            0 => cut(&first, 1_500_000),
            _ => json(&second),
        });
        let outcome = run(pages(&server.url).retry(quick()).batches());
        let error = outcome.end.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Changed), "{error}");
        assert!(outcome.records.len() > 500 && outcome.records.len() < 1600);
    }
}

/// The memory of a long page is used again for a short one, which is kept back as it would be without.
#[test]
fn a_short_page_behind_a_long_one_is_kept_back_until_it_is_whole() {
    let server = Server::new(|request| match request.param("page").unwrap() {
        "1" => json(&long(2000, "")),
        "2" if request.before == 1 => cut("[\"a\", \"b\"]", 6),
        "2" => json("[\"c\"]"),
        _ => json("[]"),
    });
    let source = pages(&server.at("/")).next("page".parse().unwrap()).retry(quick());
    let outcome = run(source.batches());
    assert_eq!(outcome.records[2000..], ["\"c\""]);
    assert_eq!(outcome.end.unwrap().retries, 1);
}

/// What ends a walk over counted pages where it stands behind the last one ends none where a part of
/// the page has come: of a short one, which is kept back, and of a long one.
#[test]
fn a_page_that_is_gone_when_it_is_asked_for_again_is_an_error() {
    for (gone, expected) in
        [(404, "the server answered 404 Not Found"), (204, "the page has changed")]
    {
        for items in [3, 2000] {
            for concurrency in [1, 4] {
                let body = long(items, "");
                let half = cut(&body, body.len() / 2);
                let asked = AtomicUsize::new(0);
                let server = Server::new(move |request| match request.param("page").unwrap() {
                    "1" => json("[1]"),
                    "2" if asked.fetch_add(1, Ordering::Relaxed) == 0 => half.clone(),
                    "2" => status(gone, "", ""),
                    _ => status(404, "", ""),
                });
                let source = pages(&server.at("/")).next("page".parse().unwrap()).retry(quick());
                let outcome = run(source.concurrency(concurrency).batches());
                let error = outcome.end.unwrap_err();
                assert!(error.message().starts_with(expected), "{error}");
                assert_eq!(error.place().page, Some(2));
                assert_eq!(outcome.records.len() > 1, items > 3 && concurrency == 1);
            }
        }
    }
}

#[test]
fn a_bomb_of_brackets_is_an_error_at_a_bound() {
    let check = |body: String, connections: bool, expected: &str| {
        let server = Server::new(move |_| json(&body));
        let query = r#"{"query": "{ a }"}"#;
        let source = pages(&server.at("/")).retry(0);
        let source = if connections { source.json(query) } else { source };
        let error = run(source.batches()).end.unwrap_err();
        assert!(error.message().contains(expected), "{error}");
    };
    for deep in [1_000, 100_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let bomb = format!("{}1{}", open.repeat(deep), close.repeat(deep));
            for connections in [false, true] {
                check(format!("[{bomb}]"), connections, "recursion limit exceeded");
                check(format!("{{\"items\": [1], \"x\": {bomb}}}"), connections, "recursion limit");
                check(bomb.clone(), connections, "");
                // Without an end.
                check(format!("[{}", open.repeat(deep)), connections, "the document is not JSON");
            }
        }
    }
}

#[test]
fn a_page_that_breaks_off_for_good_gives_its_items_then_the_error() {
    let server = Server::new(|_| cut("[1, 2, 3, 4]", 8));
    let outcome = run(pages(&server.url).retry(Retry { times: 1, ..quick() }).batches());
    assert_eq!(outcome.records, ["1", "2"]);
    assert!(matches!(outcome.end.unwrap_err().kind(), ErrorKind::Read(_)));
    assert_eq!(server.targets().len(), 2);
}

#[test]
fn a_failure_of_a_page_ahead_comes_in_its_turn() {
    for concurrency in [1, 2, 8] {
        let server = Server::new(|request| match request.param("page").unwrap() {
            "3" => status(500, "", ""),
            "6" | "7" => status(404, "", ""),
            page => json(&format!("[{page}0, {page}1]")),
        });
        let source = pages(&server.at("/")).next("page".parse().unwrap()).retry(0);
        let outcome = run(source.concurrency(concurrency).batches());
        assert_eq!(outcome.records, ["10", "11", "20", "21"]);
        let error = outcome.end.unwrap_err().to_string().replace(&server.url, "S");
        let expected = "S/?page=3: page 3: the server answered 500 Internal Server Error";
        assert_eq!(error, expected);
    }
}

#[test]
fn pages_behind_the_last_are_never_heard_of() {
    for fault in [500, 404, 403, 204] {
        let server = Server::new(move |request| {
            let page: u32 = request.param("page").unwrap().parse().unwrap();
            match page {
                1..=3 => json(&format!("[{page}]")),
                4 => json("[]"),
                _ => status(fault, "", "nothing here"),
            }
        });
        let source = pages(&server.at("/")).next("page".parse().unwrap()).retry(0);
        let outcome = run(source.concurrency(8).batches());
        assert_eq!(outcome.records, ["1", "2", "3"]);
        assert_eq!(outcome.end.unwrap().pages, 4);
    }
}

#[test]
fn pages_ahead_are_asked_for_at_once() {
    // Each answer waits until eight requests are there: one after the other, none would come.
    let gate = std::sync::Arc::new(std::sync::Barrier::new(8));
    let server = Server::new(move |request| {
        let page: u32 = request.param("page").unwrap().parse().unwrap();
        if page <= 8 {
            gate.wait();
        }
        if page <= 20 { json(&format!("[{page}]")) } else { json("[]") }
    });
    let source = pages(&server.at("/")).next("page".parse().unwrap()).concurrency(8);
    let outcome = run(source.batches());
    let expected: Vec<String> = (1..=20).map(|page| page.to_string()).collect();
    assert_eq!(outcome.records, expected);
}

/// How many pages a server is asked for at once, and how many before the first has come.
#[test]
fn pages_are_read_before_their_turn_as_said() {
    for (concurrency, prefetch, ahead) in
        [(2, None, 1), (1, Some(3), 0), (2, Some(5), 5), (4, Some(0), 0)]
    {
        let (now, most, asked) =
            (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (seen, count) = (Arc::clone(&most), Arc::clone(&asked));
        let server = Server::new(move |request| {
            let page: usize = request.param("page").unwrap().parse().unwrap();
            seen.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            if page == 1 {
                // As many as may be read before it; they are given up by none.
                settle("the pages ahead are not asked for", || {
                    count.load(Ordering::SeqCst) >= ahead
                });
            } else {
                count.fetch_add(1, Ordering::SeqCst);
            }
            now.fetch_sub(1, Ordering::SeqCst);
            if page <= 9 { json(&format!("[{page}]")) } else { json("[]") }
        });
        let source = pages(&server.at("/")).next("page".parse().unwrap()).concurrency(concurrency);
        let source = match prefetch {
            Some(prefetch) => source.prefetch(prefetch),
            None => source,
        };
        let outcome = run(source.batches());
        assert_eq!(outcome.records.join(" "), "1 2 3 4 5 6 7 8 9");
        let most = most.load(Ordering::SeqCst);
        assert!(most <= concurrency as usize, "{most} at once");
    }
}

#[test]
fn a_post_is_made_again_only_where_it_reads() {
    let server = || {
        Server::new(|request| match request.before {
            0 => status(503, "", ""),
            _ => json("[1]"),
        })
    };
    let once = server();
    let post = |server: &Server| pages(&server.at("/")).json("{}").retry(quick());
    let expected = "S/: page 1: the server answered 503 Service Unavailable";
    assert_eq!(error(&once, post(&once)), expected);
    let reads = server();
    let outcome = run(post(&reads).retry(Retry { post: true, ..quick() }).batches());
    assert_eq!(outcome.records, ["1"]);
}

#[test]
fn a_budget_bounds_the_retries_of_all_pages() {
    let server = Server::new(|request| match request.before % 2 {
        0 => status(503, "Retry-After: 0\r\n", ""),
        _ => json(&format!("[{}]", request.before)),
    });
    let retry = Retry { budget: Some(3), ..quick() };
    let outcome = run(pages(&server.at("/")).next("page".parse().unwrap()).retry(retry).batches());
    assert_eq!(outcome.records.len(), 3);
    assert!(matches!(outcome.end.unwrap_err().kind(), ErrorKind::Status { status: 503, .. }));
}

#[test]
fn a_server_that_asks_for_a_pause_gets_it_within_limits() {
    for pause in ["1000000000", "Fri, 31 Dec 9999 23:59:59 GMT", "0", "-5", "soon"] {
        let server = Server::new(move |request| match request.before {
            0 => status(429, &format!("Retry-After: {pause}\r\n"), ""),
            _ => json("[1]"),
        });
        let retry = Retry { longest_asked: Duration::from_millis(20), ..quick() };
        let outcome = run(pages(&server.at("/")).retry(retry).batches());
        assert_eq!(outcome.records, ["1"], "{pause}");
        let throttled = outcome.end.unwrap().throttled;
        let expected = if pause.len() > 5 { Duration::from_millis(20) } else { Duration::ZERO };
        assert_eq!(throttled, expected, "{pause}");
    }
}

#[test]
fn headers_that_say_that_nothing_is_left_are_heard() {
    let server = Server::new(|request| {
        let headers = "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1\r\n";
        let body = if request.before < 2 { "[1]" } else { "[]" };
        status(200, headers, &format!("{{\"n\": {}, \"items\": {body}}}", request.before))
    });
    let retry = Retry { longest_asked: Duration::from_millis(500), ..quick() };
    let source = || pages(&server.at("/")).next("page".parse().unwrap()).retry(retry);
    let rate = Rate::new(1000, Duration::from_secs(1));
    let throttled = |pages: Pages| {
        let mut batches = pages.on_repeat(asyncgen_sources::Repeat::Stop).batches();
        while pollster::block_on(batches.next()).is_some() {}
        batches.summary().unwrap().throttled
    };
    assert!(throttled(source().rate(rate)) > Duration::ZERO);
    let deaf = Rate { headers: false, ..rate };
    assert_eq!(throttled(source().rate(deaf)), Duration::ZERO);
}

pub(crate) fn read_head(connection: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        connection.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// A server that sends `first`, and then nothing for as long as the client stays.
fn silent(first: &'static [u8], then: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            std::thread::spawn(move || {
                read_head(&mut connection);
                let _ = connection.write_all(first);
                // One byte at a time, until the client has gone.
                while !then.is_empty() && connection.write_all(then).is_ok() {
                    std::thread::park_timeout(Duration::from_millis(2));
                }
                let mut end = [0; 1024];
                while connection.read(&mut end).is_ok_and(|read| read > 0) {}
            });
        }
    });
    url
}

#[test]
fn a_silent_server_is_not_waited_for_for_ever() {
    const HEAD: &[u8] = b"HTTP/1.1 200 X\r\nContent-Length: 1000000\r\n\r\n[1";
    let fast = Timeouts { read: Duration::from_millis(50), ..Timeouts::default() };
    let check = |first: &'static [u8], then: &'static [u8], timeouts: Timeouts, expected: &str| {
        let url = silent(first, then);
        let error = run(pages(&url).timeouts(timeouts).retry(0).batches()).end.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    };
    check(b"", b"", fast, "the server was silent for 0.05 seconds");
    check(HEAD, b"", fast, "the server was silent for 0.05 seconds");
    let total = Some(Duration::from_millis(80));
    let slow = "the answer was not whole within 0.08 seconds";
    check(HEAD, b" ", Timeouts { total, ..Timeouts::default() }, slow);
    let rate = "fewer than 100000 bytes a second came in 0.05 seconds";
    check(HEAD, b" ", Timeouts { min_rate: 100_000, ..fast }, rate);
}

#[test]
fn broken_framing_is_an_error() {
    for answer in [
        &b"HTTP/1.1 200 X\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n[1,2]"[..],
        b"HTTP/1.1 200 X\r\nContent-Length: -1\r\n\r\n[1]",
        b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n[1]",
        b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,2",
        b"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n[1,2]",
        b"HTTP/1.1 200",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ] {
        let server = Server::new(move |_| answer.to_vec());
        let outcome = run(pages(&server.url).retry(0).batches());
        let error = outcome.end.unwrap_err();
        let kinds = matches!(error.kind(), ErrorKind::Connect { .. } | ErrorKind::Read(_));
        assert!(kinds, "{}: {error}", String::from_utf8_lossy(answer));
    }
}

#[test]
fn a_cursor_that_has_expired_is_an_error() {
    let server = Server::new(|request| match request.param("c") {
        None => json("{\"c\": \"x\", \"items\": [1]}"),
        Some(_) => status(410, "", "{}"),
    });
    let outcome = run(pages(&server.url).next("cursor:c=/c".parse().unwrap()).batches());
    assert_eq!(outcome.records, ["1"]);
    let error = outcome.end.unwrap_err().to_string().replace(&server.url, "S");
    assert_eq!(error, "S/?c=***: page 2: the server answered 410 Gone");
}

#[test]
fn a_resumed_page_that_is_shorter_has_changed() {
    let server = Server::new(|request| match request.before {
        0 => json("[1, 2, 3]"),
        _ => json("[1]"),
    });
    let mut batches = pages(&server.url).batches();
    assert!(pollster::block_on(batches.next()).unwrap().is_ok());
    let position = batches.position_after(2).unwrap().unwrap();
    let error = run(pages(&server.url).resume(position.clone()).batches()).end.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Changed), "{error}");
    let other = pages(&format!("{}/other", server.url)).resume(position).batches();
    let message = run(other).end.unwrap_err().message();
    assert!(message.ends_with("it is of another URL, or of another way through its pages"));
}

#[test]
fn sockets_of_pages_are_closed_when_left_early() {
    if !alone("pages_faults::sockets_of_pages_are_closed_when_left_early", Stdio::null()) {
        return;
    }
    let server = Server::new(|request| json(&format!("[{}]", request.before)));
    let leave = |concurrency| {
        let source = pages(&server.url).next("page".parse().unwrap()).concurrency(concurrency);
        let mut batches = source.batches();
        assert!(pollster::block_on(batches.next()).unwrap().is_ok());
    };
    leave(1);
    let open = count("fd");
    for times in 0..300 {
        leave(if times % 2 == 0 { 1 } else { 8 });
    }
    settle("descriptors are left", || count("fd") <= open + 2);
}
