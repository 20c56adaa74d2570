//! `asyncgen sse`.

use crate::{
    command::{Folder, check},
    server::serve,
};

fn answering(kind: &'static str, body: &'static str) -> String {
    serve(move |_, _| (200, format!("Content-Type: {kind}\r\n"), body.to_owned()))
}

#[test]
fn events_become_objects_or_columns() {
    let url = answering(
        "text/event-stream",
        "id: 1\ndata: {\"n\": 1}\n\nevent: bye\ndata: two\ndata: lines\n\ndata: [DONE]\n\n",
    );
    let check = |more: &[&str], expected: &str| {
        let args = [&["sse", &url, "--until", "[DONE]"], more].concat();
        check(&args, "", expected, "", 0);
    };
    check(
        &[],
        "{\"event\":\"message\",\"data\":\"{\\\"n\\\": 1}\",\"id\":\"1\"}\n\
         {\"event\":\"bye\",\"data\":\"two\\nlines\",\"id\":\"1\"}\n",
    );
    check(&["--select", "data", "--to", "csv"], "data\n\"{\"\"n\"\": 1}\"\n\"two\nlines\"\n");
    check(&["--json", "{\"stream\": true}", "--take", "1", "--select", "id"], "{\"id\":\"1\"}\n");
}

#[test]
fn an_event_is_bounded() {
    let url = answering("text/event-stream", "data: 1\n\ndata: 1234567890\n\n");
    let ran = Folder::with(&[]).run(&["sse", &url, "--max-event", "10", "--select", "data"], b"");
    assert_eq!((&*ran.stdout, ran.code), ("{\"data\":\"1\"}\n", 1));
    assert!(
        ran.stderr.ends_with("record 2 is longer than the limit of 10 bytes\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn what_is_no_event_stream_is_an_error() {
    let url = answering("text/html", "<p>");
    let ran = Folder::with(&[]).run(&["sse", &url], b"");
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    let expected = "the body is no event stream, the server calls it text/html";
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
}
