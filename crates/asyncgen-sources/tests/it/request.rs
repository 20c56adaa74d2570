//! Requests whose answers are read as any other input.

use asyncgen_sources::{Auth, ErrorKind, Input, Request, lines, ndjson, request};

use crate::server::{Server, json, redirect, status};
use crate::support::run;

#[test]
fn an_answer_to_a_post_is_read() {
    let server = Server::new(|request| {
        let (auth, kind) = (request.header("authorization"), request.header("content-type"));
        assert_eq!((auth, kind), (Some("bearer s3cret"), Some("application/json")));
        assert!(request.head.starts_with("post /query?a=b "), "{}", request.head);
        assert_eq!(request.body, "{\"sql\": 1}");
        json("{\"id\": 1}\n{\"id\": 2}\n")
    });
    let answer = request(&server.at("/query"))
        .param("a", "b")
        .auth(Auth::Bearer("s3cret".to_owned()))
        .json("{\"sql\": 1}");
    assert!(!format!("{answer:?}").contains("s3cret"));
    assert_eq!(run(ndjson(answer.clone()).batches()).records, ["{\"id\": 1}", "{\"id\": 2}"]);
    assert_eq!(run(lines(answer).batches()).records, ["{\"id\": 1}", "{\"id\": 2}"]);
}

#[test]
fn what_is_said_of_requests_holds() {
    let read = |request: Request| {
        let outcome = run(ndjson(request).batches());
        (outcome.records.len(), outcome.end.unwrap_err())
    };
    let other = Server::new(|_| json("1"));
    let link = other.at("/");
    let server = Server::new(move |request| match request.path() {
        "/away" => redirect(307, &link),
        "/busy" if request.before % 2 == 1 => status(429, "Retry-After: 0\r\n", ""),
        "/busy" => json("1\n"),
        "/cut" => b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n1\n2\n3".to_vec(),
        _ => status(401, "", ""),
    });
    let (_, error) = read(request(&server.at("/away")).header("X-Key", "s3cret"));
    assert!(matches!(error.kind(), ErrorKind::CrossOrigin { .. }), "{error}");
    assert!(other.requests().is_empty());
    let busy = run(ndjson(request(&server.at("/busy")).json("{}")).batches());
    assert_eq!((busy.records.len(), busy.end.unwrap().retries), (1, 1));
    let (records, error) = read(request(&server.at("/cut")).json("{}"));
    assert!(matches!(error.kind(), ErrorKind::Read(_)), "{error}");
    assert_eq!(records, 2);
    let (_, error) = read(request(&server.at("/?token=s3cret")));
    assert_eq!(error.message(), "the server answered 401 Unauthorized");
    assert!(!format!("{error} {error:?}").contains("s3cret"));
    let input = Input::from(request(&server.at("/"))).http(false);
    let error = run(ndjson(input).batches()).end.unwrap_err();
    assert_eq!(error.message(), "URLs are refused here (http = false)");
}
