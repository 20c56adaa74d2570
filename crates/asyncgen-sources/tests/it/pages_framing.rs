//! Servers whose answers end where they should not, or never: byte by byte, on connections that are kept.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use asyncgen_sources::{Pages, Retry, Stop, pages};

use crate::pages_faults::read_head;
use crate::server::json;
use crate::support::{run, settle};

/// A server that answers requests on one connection after the other, and keeps each; how many there were.
fn keeping(answer: fn(&str) -> String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            count.fetch_add(1, Relaxed);
            let mut connection = connection.unwrap();
            std::thread::spawn(move || {
                let mut byte = [0];
                while connection.peek(&mut byte).is_ok_and(|read| read > 0) {
                    let head = read_head(&mut connection);
                    let answer = answer(head.split(' ').nth(1).unwrap());
                    // A client that does not trust the connection any more leaves.
                    let _ = connection.write_all(answer.as_bytes());
                }
            });
        }
    });
    (url, connections)
}

fn whole(body: &str) -> String {
    format!("HTTP/1.1 200 X\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn by_number(target: &str) -> String {
    let page: usize = target.split("page=").nth(1).unwrap().parse().unwrap();
    whole(&if page < 4 { format!("[{page}]") } else { "[]".to_owned() })
}

fn counted(url: &str) -> Pages {
    let retry = Retry { base: Duration::ZERO, ..Retry::default() };
    pages(url).next("page".parse().unwrap()).retry(retry)
}

#[test]
fn what_follows_a_body_is_no_answer_to_the_next_request() {
    let (url, _) = keeping(|target| {
        let smuggled = whole("[\"smuggled\"]");
        by_number(target) + if target.ends_with("=1") { &smuggled } else { "" }
    });
    for _ in 0..20 {
        let outcome = run(counted(&url).batches());
        assert_eq!(outcome.records, ["1", "2", "3"]);
        outcome.end.unwrap();
    }
}

#[test]
fn a_body_in_chunks_ends_where_they_end() {
    let (url, _) = keeping(|_| {
        let head = "HTTP/1.1 200 X\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n";
        format!("{head}3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n")
    });
    for _ in 0..20 {
        assert_eq!(run(pages(&url).batches()).records, ["1", "2"]);
    }
}

#[test]
fn connections_are_shared_by_sources() {
    let (url, connections) = keeping(by_number);
    for _ in 0..50 {
        assert_eq!(run(counted(&url).batches()).records, ["1", "2", "3"]);
    }
    // A source may begin before the one before has given its connection back.
    assert!(connections.load(Relaxed) <= 5, "{connections:?}");
    let stop = Stop { max_pages: Some(3), ..Stop::default() };
    let source = || counted(&url).concurrency(8).stop(stop.clone());
    for _ in 0..50 {
        assert_eq!(run(source().batches()).records, ["1", "2", "3"]);
    }
    assert!(connections.load(Relaxed) <= 20, "{connections:?}");
}

/// Reads a request but for its last byte: then closing the connection resets it.
fn read_most(connection: &mut TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r") {
        let mut byte = [0];
        connection.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
}

#[test]
fn a_connection_that_is_reset_at_any_byte() {
    let items: Vec<String> = (0..25).map(|item| item.to_string()).collect();
    let answer = whole(&format!("[{}]", items.join(",")));
    assert!(answer.len() > 100);
    for cut in 0..answer.len() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let answer = answer.clone();
        let server = std::thread::spawn(move || {
            let (mut first, _) = listener.accept().unwrap();
            read_most(&mut first);
            first.write_all(&answer.as_bytes()[..cut]).unwrap();
            drop(first);
            let (mut second, _) = listener.accept().unwrap();
            read_head(&mut second);
            second.write_all(answer.as_bytes()).unwrap();
        });
        let retry = Retry { base: Duration::ZERO, ..Retry::default() };
        let outcome = run(pages(&url).retry(retry).batches());
        assert_eq!(outcome.records, items, "reset at {cut}");
        assert_eq!(outcome.end.unwrap().retries, 1, "reset at {cut}");
        server.join().unwrap();
    }
}

/// A server that answers each request for `/` with `head` and a body without an end, and what it gets rid of.
fn endless(head: &'static str) -> (String, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let [left, sent] = [0, 0].map(|count| Arc::new(AtomicUsize::new(count)));
    let (leaves, sends) = (Arc::clone(&left), Arc::clone(&sent));
    std::thread::spawn(move || {
        for (number, connection) in listener.incoming().enumerate() {
            let (leaves, sends) = (Arc::clone(&leaves), Arc::clone(&sends));
            let mut connection = connection.unwrap();
            std::thread::spawn(move || {
                let request = read_head(&mut connection);
                if number > 0 {
                    assert!(!request.is_empty());
                    let _ = connection.write_all(&json("[1]"));
                    return;
                }
                let _ = connection.write_all(head.as_bytes());
                while connection.write_all(&[b'x'; 10_000]).is_ok() {
                    sends.fetch_add(10_000, Relaxed);
                }
                leaves.fetch_add(1, Relaxed);
            });
        }
    });
    (url, left, sent)
}

#[test]
fn a_body_that_nobody_wants_is_not_read() {
    for head in [
        "HTTP/1.1 302 X\r\nLocation: /x\r\nContent-Length: 100000000000\r\n\r\n",
        "HTTP/1.1 302 X\r\nLocation: /x\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 503 X\r\nRetry-After: 0\r\nContent-Length: 100000000000\r\n\r\n",
    ] {
        let (url, left, sent) = endless(head);
        let outcome = run(pages(&url).batches());
        assert_eq!(outcome.records, ["1"], "{head}");
        assert_eq!(outcome.end.unwrap().bytes, 3);
        settle("the connection is kept", || left.load(Relaxed) == 1);
        // What the buffers of the two sockets take.
        assert!(sent.load(Relaxed) < 20_000_000, "{sent:?}");
    }
}
