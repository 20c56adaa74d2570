//! Event streams: connections that end, break and come again, and bodies that end by a word.

use std::time::Duration;

use asyncgen_sources::{ErrorKind, Retry, Sse, Timeouts, sse};

use crate::server::{Server, json, redirect, status};
use crate::support::{Outcome, run};

fn events(body: &str) -> Vec<u8> {
    status(200, "Content-Type: text/event-stream; charset=utf-8\r\n", body)
}

fn read(sse: Sse) -> Outcome {
    run(sse.retry(Retry { base: Duration::ZERO, ..Retry::default() }).batches())
}

#[test]
fn a_stream_is_asked_for_again_behind_its_last_event() {
    let server = Server::new(|request| match request.before {
        0 => events("retry: 0\nid: a\ndata: 1\n\ndata: 2\n\ndata: cut"),
        1 => events("data: 3\n\nid\ndata: 4\n\n"),
        2 => events("data: 5\nid: \u{e9}\n\n"),
        _ => status(204, "", ""),
    });
    let outcome = read(sse(&server.at("/events")));
    let expected = ["message|1|a", "message|2|a", "message|3|a", "message|4|", "message|5|\u{e9}"];
    assert_eq!(outcome.records, expected);
    assert_eq!(outcome.end.unwrap().records, 5);
    let ids: Vec<Option<String>> = server
        .requests()
        .iter()
        .map(|request| request.header("last-event-id").map(str::to_owned))
        .collect();
    assert_eq!(ids[..3], [None, Some("a".to_owned()), None]);
    let first = &server.requests()[0];
    assert_eq!(first.header("accept"), Some("text/event-stream"));
    let resumed = Server::new(|_| status(204, "", ""));
    read(sse(&resumed.url).last_event_id("x"));
    assert_eq!(resumed.requests()[0].header("last-event-id"), Some("x"));
}

#[test]
fn it_goes_on_at_the_position_of_an_event() {
    // It keeps four events.
    let server = Server::new(|request| {
        let last = request.header("last-event-id").map_or(0, |id| id.parse().unwrap());
        let kept = (1..=4).filter(|id| *id > last).map(|id| format!("id: {id}\ndata: {id}\n\n"));
        events(&kept.collect::<String>())
    });
    let all = ["message|1|1", "message|2|2", "message|3|3", "message|4|4"];
    let stream = || sse(&server.at("/kept?token=s3cret")).reconnect(false);
    let begun = stream().last_event_id("2").batches();
    for last in 1..=4_usize {
        let position = begun.position_of_event(&last.to_string()).unwrap().unwrap();
        assert!(!position.contains("s3cret"), "{position}");
        // Before it has begun it stands where it begins.
        let resumed = stream().resume(position.clone()).batches();
        assert_eq!(resumed.position_after(0).unwrap().unwrap(), position);
        assert_eq!(read(stream().resume(position)).records, all[last..]);
    }
    let start = |sse: Sse| sse.batches().position_after(0).map(Result::unwrap);
    assert_eq!(start(stream()), None);
    assert_eq!(
        start(stream().last_event_id("2")),
        start(stream().resume(start(stream().last_event_id("2"))))
    );
    let position = start(stream().last_event_id("2")).unwrap();
    let refused = |sse: Sse| {
        let error = read(sse).end.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Usage(_)), "{error}");
        error.message()
    };
    let both = "resume and last_event_id both say where to go on";
    assert_eq!(refused(stream().last_event_id("2").resume(position.clone())), both);
    for (url, position, why) in [
        ("/other", &*position, "it is of another URL"),
        ("/kept", "2", "it is of another kind or version"),
        ("/kept", r#"{"v":1,"k":"pages"}"#, "it is of another kind or version"),
        ("/kept", "[", "it is not JSON"),
    ] {
        let expected = format!("resume is not a position of this source: {why}");
        assert_eq!(refused(sse(&server.at(url)).resume(position.to_owned())), expected);
    }
}

#[test]
fn a_connection_that_breaks_is_made_again_within_limits() {
    let cut = |body: &str| {
        let head = "HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\nContent-Length: 1000\r\n";
        format!("{head}\r\n{body}").into_bytes()
    };
    let broken = cut("retry: 0\nid: 1\ndata: x\n\nid: 2\ndata: y");
    let first = broken.clone();
    let server = Server::new(move |request| match request.before {
        // More often than a request is made again: what comes makes up for it.
        0..8 => first.clone(),
        8 => status(503, "Retry-After: 0\r\n", ""),
        _ => status(204, "", ""),
    });
    let outcome = read(sse(&server.url));
    assert_eq!(outcome.records, ["message|x|1"; 8]);
    assert_eq!(outcome.end.unwrap().retries, 9);
    let server = Server::new(move |request| match request.before {
        0 => broken.clone(),
        _ => cut(": nothing\n"),
    });
    let outcome = read(sse(&server.url));
    assert_eq!(outcome.records, ["message|x|1"]);
    assert!(matches!(outcome.end.unwrap_err().kind(), ErrorKind::Read(_)));
    assert!(server.requests().len() < 20);
}

#[test]
fn a_body_that_is_asked_for_by_post_ends_by_its_word() {
    let chat = "data: {\"n\": 1}\n\ndata: {\"n\": 2}\n\ndata: [DONE]\n\ndata: late\n\n";
    let server = Server::new(move |request| {
        assert!(request.head.starts_with("post /chat"), "{}", request.head);
        assert_eq!(request.body, "{\"stream\":true}");
        assert_eq!(request.header("content-type"), Some("application/json"));
        events(chat)
    });
    let post = || sse(&server.at("/chat")).json("{\"stream\":true}");
    let outcome = read(post().until("[DONE]"));
    assert_eq!(outcome.records, ["message|{\"n\": 1}|", "message|{\"n\": 2}|"]);
    outcome.end.unwrap();
    assert_eq!(server.requests().len(), 1);
    // Without a word it ends where it ends.
    assert_eq!(read(post()).records.len(), 4);
    let error = read(post().until("[END]")).end.unwrap_err();
    let expected = "cannot read: the stream ended before the event \"[END]\"";
    assert_eq!(error.to_string(), format!("{}: {expected}", server.at("/chat")));
}

#[test]
fn what_is_no_event_stream_is_an_error() {
    let server = Server::of(&[
        ("/json", json("{}")),
        ("/none", status(200, "", "data: 1\n\n")),
        ("/missing", status(404, "", "")),
        ("/text", status(200, "Content-Type: text/event-stream-not\r\n", "")),
        ("/away", redirect(302, "http://other.example/")),
    ]);
    let check = |target: &str, expected: &str| {
        let error = read(sse(&server.at(target))).end.unwrap_err().to_string();
        assert_eq!(error.replace(&server.url, "S"), format!("S{target}: {expected}"));
    };
    check("/json", "the body is no event stream, the server calls it application/json");
    check("/none", "the body is no event stream, and the server does not say what it is");
    check("/text", "the body is no event stream, the server calls it text/event-stream-not");
    check("/missing", "the server answered 404 Not Found");
    check("/away", "refused to go to another origin, http://other.example");
}

#[test]
fn a_stream_that_is_silent_is_left() {
    let server = Server::new(|request| {
        let head = "HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\n";
        match request.before {
            0 => format!("{head}\r\nretry: 0\ndata: 1\n\n").into_bytes(),
            _ => status(204, "", ""),
        }
    });
    let timeouts = Timeouts { read: Duration::from_millis(50), ..Timeouts::default() };
    let outcome = read(sse(&server.url).timeouts(timeouts));
    assert_eq!(outcome.records, ["message|1|"]);
    outcome.end.unwrap();
}

#[test]
fn an_event_is_bounded() {
    let server = Server::new(|_| events("data: 1\n\ndata: 1234567890\n\n"));
    let outcome = read(sse(&server.url).max_event(10));
    assert_eq!(outcome.records, ["message|1|"]);
    let error = outcome.end.unwrap_err().to_string();
    assert!(error.ends_with("record 2 is longer than the limit of 10 bytes"), "{error}");
}

#[test]
fn an_id_that_no_header_can_hold_is_refused() {
    let expected = "the id of the last event has a control character, which no header can";
    let server = Server::new(|_| events("retry: 0\nid: a\u{1}b\ndata: 1\n\n"));
    for id in ["1\r\nX-Odd: 1", "1\n", "\0", "\u{7f}"] {
        let error = read(sse(&server.url).last_event_id(id)).end.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Usage(_)), "{error}");
        assert_eq!(error.message(), expected, "{id:?}");
    }
    assert!(server.requests().is_empty());
    let outcome = read(sse(&server.url));
    assert_eq!(outcome.records, ["message|1|a\u{1}b"]);
    assert_eq!(outcome.end.unwrap_err().message(), expected);
    assert_eq!(server.requests().len(), 1);
}
