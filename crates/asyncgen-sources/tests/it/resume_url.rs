//! URLs that are resumed at a position of another time, and what refuses to be.

use asyncgen_sources::{Batches, ErrorKind, Input, Ragged, chunks, csv, lines, ndjson};

use crate::ranged::quickly;
use crate::resume::{Make, all, check, pack};
use crate::server::{Request, Server, first, short, status};
use crate::support::run;

const BODY: &str = "\u{feff}a,b\r\n1,\"two\nlines\"\r\n\r\n3\r\n5,\u{e9}\n7,z";
const V1: &str = "ETag: \"v1\"\r\n";
const LONG_AGO: &str = "Last-Modified: Tue, 01 Jan 2019 00:00:00 GMT\r\n";

/// What a server with these headers answers that knows ranges.
fn answer(request: &Request, headers: &str, body: &[u8]) -> Vec<u8> {
    let from = first(request);
    if request.header("range").is_none() {
        return short(200, headers, body.len(), body);
    }
    if from >= body.len() {
        return short(416, &format!("Content-Range: bytes */{}\r\n", body.len()), 0, "");
    }
    let range = format!("Content-Range: bytes {from}-{}/{}\r\n", body.len() - 1, body.len());
    short(206, &(headers.to_owned() + &range), body.len() - from, &body[from..])
}

fn server_of(headers: &'static str, body: impl Into<Vec<u8>>) -> Server {
    let body = body.into();
    Server::new(move |request| answer(request, headers, &body))
}

fn table(input: Input, at: Option<String>) -> Batches {
    csv(input).ragged(Ragged::Pad).resume(at).batches()
}

/// The token at the record of this number.
fn token(make: Make, input: Input, record: usize) -> Option<String> {
    pollster::block_on(async { all(make(input, None), |_| true).await.1[record].clone() })
}

#[test]
fn at_every_record() {
    let split: Make = |input, at| lines(input).resume(at).batches();
    let pieces = |input: Input, at: Option<String>| chunks(input, 7).resume(at).batches();
    let values: Make = |input, at| ndjson(input).resume(at).batches();
    for headers in [V1, LONG_AGO] {
        let server = server_of(headers, BODY);
        assert_eq!(check(table, || quickly(&server)), 4);
        assert_eq!(check(split, || quickly(&server)), 7);
        let server = server_of(headers, "1\n\n {\"a\": 2}\n[3]\n");
        assert_eq!(check(values, || quickly(&server)), 3);
        // One that knows no ranges sends all again.
        let server = Server::new(move |_| short(200, headers, BODY.len(), BODY));
        assert_eq!(check(table, || quickly(&server)), 4);
        assert_eq!(check(split, || Input::from(server.at("/t.csv"))), 7);
    }
    let server = server_of(V1, BODY);
    pollster::block_on(async {
        let mut batches = pieces(quickly(&server), None);
        let batch = batches.next().await.unwrap().unwrap();
        let at = batches.token(batch.get(1).unwrap().end()).unwrap().unwrap();
        let mut rest = pieces(quickly(&server), Some(at));
        let rest = rest.next().await.unwrap().unwrap();
        assert_eq!(rest.chunk(0), Some(&BODY.as_bytes()[14..21]));
    });
}

#[test]
fn only_the_rest_is_asked_for() {
    let server = server_of(V1, BODY);
    let at = token(table, quickly(&server), 2).unwrap();
    let outcome = run(table(quickly(&server), Some(at.clone())));
    assert_eq!((outcome.records.join(" "), outcome.end.is_ok()), ("5|\u{e9} 7|z".to_owned(), true));
    let requests = server.requests();
    // The whole, its head, and the rest with the byte before it.
    assert_eq!(requests.len(), 3);
    let offset = BODY.find("5,").unwrap();
    assert_eq!((requests[1].header("range"), first(&requests[2])), (None, offset - 1));
    assert_eq!(requests[2].header("if-range"), Some("\"v1\""));
    let expected = format!(
        r#"{{"k":"csv","l":6,"o":{offset},"r":2,"s":"{}","sz":{},"tag":"\"v1\"","v":1}}"#,
        server.at("/t.csv"),
        BODY.len()
    );
    assert_eq!(at, expected);
}

#[test]
fn at_the_end() {
    let server = server_of(V1, BODY);
    let end = pollster::block_on(async {
        let mut batches = table(quickly(&server), None);
        let mut end = batches.start();
        while let Some(batch) = batches.next().await {
            end = batch.unwrap().end();
        }
        batches.token(end).unwrap().unwrap()
    });
    let outcome = run(table(quickly(&server), Some(end)));
    assert_eq!((outcome.records.len(), outcome.end.is_ok()), (0, true));
}

#[test]
fn what_is_packed_is_asked_for_whole() {
    let zstd = zstd::encode_all(BODY.as_bytes(), 0).unwrap();
    for packed in [pack(BODY.as_bytes()), zstd] {
        let server = server_of(V1, packed);
        assert_eq!(check(table, || quickly(&server)), 4);
        assert!(server.requests().iter().all(|request| request.header("range").is_none()));
    }
}

#[test]
fn a_connection_that_breaks_meanwhile() {
    // Of what is asked for, three bytes come at a time.
    let server = Server::new(|request| {
        let whole = answer(request, V1, BODY.as_bytes());
        let head = whole.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
        whole[..whole.len().min(head + 3)].to_vec()
    });
    assert_eq!(check(table, || quickly(&server)), 4);
}

#[test]
fn in_a_list() {
    let server = Server::new(|request| {
        let headers = format!("ETag: \"{}\"\r\n", request.path());
        answer(request, &headers, BODY.as_bytes())
    });
    let urls = [server.at("/a.csv"), server.at("/b.csv")];
    assert_eq!(check(table, || Input::several(urls.clone())), 8);
}

/// What becomes of a position in a body with `headers` when a server then answers `now` the second time.
fn then(
    headers: &'static str,
    now: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static,
) -> String {
    let server = Server::new(move |request| match request.before {
        0 => short(200, headers, BODY.len(), BODY),
        _ => now(request),
    });
    let at = token(table, quickly(&server), 2).unwrap();
    let outcome = run(table(quickly(&server), Some(at)));
    match outcome.end {
        Ok(_) => outcome.records.join(" "),
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::Stale { .. }), "{error}");
            assert!(outcome.records.is_empty());
            error.message()
        }
    }
}

#[test]
fn another_version_is_refused() {
    const THEN: &str = "it has changed: it is another version than at the position to resume at";
    const NOW: &str = "it has changed: it is another version now";
    const SHORT: &str = "it has changed: it is shorter now";
    const PART: &str = "it has changed: the server sent a part of something else";
    let other = BODY.replace("two", "TWO");
    for (headers, now, body) in [
        (V1, "ETag: \"v2\"\r\n", other.clone()),
        (V1, "ETag: \"v2\"\r\n", BODY.to_owned()),
        (V1, LONG_AGO, BODY.to_owned()),
        (V1, V1, format!("{BODY}\n")),
        (LONG_AGO, "Last-Modified: Tue, 01 Jan 2019 00:00:01 GMT\r\n", BODY.to_owned()),
    ] {
        assert_eq!(then(headers, move |request| answer(request, now, body.as_bytes())), THEN);
    }
    // It is another one after its head was read.
    let late = |late: fn(&Request) -> Vec<u8>| {
        then(V1, move |request| match request.header("range") {
            None => short(200, V1, BODY.len(), BODY),
            Some(_) => late(request),
        })
    };
    assert_eq!(late(|_| status(200, "ETag: \"v2\"\r\n", BODY)), NOW);
    assert_eq!(late(|_| status(200, "ETag: W/\"v1\"\r\n", BODY)), NOW);
    assert_eq!(late(|_| status(200, "", BODY)), NOW);
    assert_eq!(late(|_| status(416, "", "")), SHORT);
    assert_eq!(late(|request| answer(request, "ETag: \"v2\"\r\n", BODY.as_bytes())), PART);
    let longer = format!("{BODY}\n8,9\n");
    let longer = then(V1, move |request| match request.header("range") {
        None => short(200, V1, BODY.len(), BODY),
        Some(_) => answer(request, V1, longer.as_bytes()),
    });
    assert_eq!(longer, PART);
    let unsaid = "it has changed: the server does not say which part it sent";
    assert_eq!(late(|_| short(206, V1, 3, "x,y")), unsaid);
    // A body that is packed is looked at as well when it is read again.
    let server = Server::new(|request| match request.before {
        0 | 1 => short(200, V1, pack(BODY.as_bytes()).len(), pack(BODY.as_bytes())),
        _ => short(200, "ETag: \"v2\"\r\n", pack(b"a,b\n").len(), pack(b"a,b\n")),
    });
    let at = token(table, quickly(&server), 2);
    assert_eq!(run(table(quickly(&server), at)).end.unwrap_err().message(), NOW);
}

#[test]
fn what_proves_nothing_has_no_position() {
    const NOTHING: &str = "resume: the server does not say what proves that it is the same: a strong ETag, or when it \
                           was changed";
    let good = token(table, quickly(&server_of(V1, BODY)), 2).unwrap();
    for headers in [
        "",
        "ETag: W/\"v1\"\r\n",
        "Last-Modified: some day\r\n",
        // There may have been another change in that second.
        "Last-Modified: Tue, 01 Jan 2019 00:00:00 GMT\r\nDate: Tue, 01 Jan 2019 00:00:00 GMT\r\n",
    ] {
        let server = server_of(headers, BODY);
        assert_eq!(token(table, quickly(&server), 2), None, "{headers}");
        let error = run(table(quickly(&server), Some(good.clone()))).end.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Usage(_)), "{error}");
        assert_eq!(error.message(), NOTHING);
    }
    let later =
        "Last-Modified: Tue, 01 Jan 2019 00:00:00 GMT\r\nDate: Tue, 01 Jan 2019 00:00:01 GMT\r\n";
    assert!(token(table, quickly(&server_of(later, BODY)), 2).is_some());
}

#[test]
fn a_position_of_something_else() {
    let server = server_of(V1, BODY);
    let at = |query: &str| Input::from(server.at(query));
    let signed = token(table, at("/t.csv?signature=1"), 2).unwrap();
    // Its query may hold when it was signed.
    assert_eq!(run(table(at("/t.csv?signature=2"), Some(signed.clone()))).records.len(), 2);
    let error = |input: Input, token: &str| {
        run(table(input, Some(token.to_owned()))).end.unwrap_err().message()
    };
    let name = server.at("/t.csv?signature=");
    assert!(
        error(at("/u.csv"), &signed).starts_with(&format!("resume: this is a position of {name}"))
    );
    assert!(error(Input::bytes(BODY), &signed).starts_with("resume: this is a position of http"));
    let of_bytes = token(table, Input::bytes(BODY), 2).unwrap();
    assert_eq!(error(at("/t.csv"), &of_bytes), "resume: this is a position of <bytes>");
    let torn = signed.replace("\"tag\":\"", "\"tag\":\"\\n");
    assert_eq!(error(at("/t.csv"), &torn), "resume: this position is not whole");
}
