//! What JSON has and other formats have not: numbers of any size, names that come twice, halves of characters.

use asyncgen_sources::{Batches, Pages, pages};

use crate::server::{Request, Server, json};
use crate::support::run;

/// Integers of which a float, and 64 bits, would make one.
const ONE: &str = "12345678901234567890123";
const OTHER: &str = "12345678901234567890124";

/// A server of two pages; `cursor` leads from the first to the second.
fn two(cursor: &'static str) -> Server {
    Server::new(move |request| match request.before {
        0 => json(&format!("{{\"c\": {cursor}, \"items\": [1]}}")),
        _ => json("{\"items\": [2]}"),
    })
}

/// How the second request of a walk asked, to the last digit.
fn asked(server: &Server, source: Pages, told: fn(&Request) -> String) -> String {
    let outcome = run(source.batches());
    outcome.end.unwrap();
    assert_eq!(outcome.records, ["1", "2"]);
    told(&server.requests()[1])
}

#[test]
fn a_cursor_is_sent_as_it_is_written() {
    for cursor in [ONE, "18446744073709551616", "1700000000.123456789", "1.10", "7", "0.5"] {
        let server = two(cursor);
        let source = || pages(&server.at("/")).next("cursor:c=/c".parse().unwrap());
        assert_eq!(asked(&server, source(), |r| r.param("c").unwrap().to_owned()), cursor);
        let server = two(cursor);
        let source = pages(&server.at("/")).next("cursor:header:X-C=$.c".parse().unwrap());
        assert_eq!(asked(&server, source, |r| r.header("x-c").unwrap().to_owned()), cursor);
        let server = two(cursor);
        let source = pages(&server.at("/")).json("{}").next("cursor:/c=$.c".parse().unwrap());
        if cursor.len() < 10 {
            let number = |r: &Request| r.body.replace("{\"c\":", "").replace('}', "");
            let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            assert_eq!(value(&asked(&server, source, number)), value(cursor));
        } else {
            let error = run(source.batches()).end.unwrap_err().message();
            let expected =
                "there is no way on at $.c: a number of more digits than JSON is sent with";
            assert_eq!(error, expected);
        }
    }
}

/// The position behind the first item of the second page.
fn behind_two(mut batches: Batches) -> String {
    for _ in 0..2 {
        pollster::block_on(batches.next()).unwrap().unwrap();
    }
    batches.position_after(1).unwrap().unwrap()
}

#[test]
fn a_walk_is_resumed_at_such_a_cursor() {
    let server = Server::new(|request| match request.param("c") {
        None => json(&format!("{{\"c\": {ONE}, \"items\": [1]}}")),
        Some(cursor) => json(&format!("{{\"items\": [\"{cursor}\"]}}")),
    });
    let source = || pages(&server.at("/")).next("cursor:c=/c".parse().unwrap());
    let position = behind_two(source().batches());
    let expected = [format!("\"{ONE}\"")];
    assert_eq!(run(source().resume(position).batches()).records, expected);
}

#[test]
fn items_are_told_by_all_of_their_digits() {
    let items = [ONE, OTHER, ONE, "1", "\"1\"", "1", "0.1", "0.10000000000000001"];
    let items = items.map(|id| format!("{{\"id\": {id}, \"huge\": 1e400}}")).join(", ");
    let server = Server::new(move |_| json(&format!("[{items}]")));
    let outcome = run(pages(&server.at("/")).unique_by("id").batches());
    outcome.end.unwrap();
    let ids = outcome.records.iter().map(|item| item[7..].split(',').next().unwrap());
    assert!(ids.eq([ONE, OTHER, "1", "\"1\"", "0.1", "0.10000000000000001"]));
    // Of a name that comes twice the last, as parsers have it.
    let server = Server::of(&[("/", json(r#"[{"id": 1, "id": 2}, {"id": 1}, {"id": 2}]"#))]);
    let outcome = run(pages(&server.at("/")).unique_by("id").batches());
    assert_eq!(outcome.records, [r#"{"id": 1, "id": 2}"#, r#"{"id": 1}"#]);
}

#[test]
fn an_item_is_as_it_is_written() {
    let items = [ONE, "-0.0", "1e400", "1E-400", r#"{"a": 1, "a": 2}"#, r#""\ud83d\ude00""#];
    let server = Server::new(move |_| json(&format!("[{}]", items.join(", "))));
    let outcome = run(pages(&server.at("/")).batches());
    outcome.end.unwrap();
    assert_eq!(outcome.records, items);
}

#[test]
fn what_is_no_json_is_an_error_with_its_place() {
    let check = |body: &'static str, records: &[&str], expected: &str| {
        let server = Server::of(&[("/", json(body))]);
        let outcome = run(pages(&server.at("/")).batches());
        let error = outcome.end.unwrap_err().to_string().replace(&server.url, "S");
        assert_eq!(error, expected, "{body}");
        assert!(outcome.records.iter().eq(records), "{body}");
    };
    let record = |place: &str| format!("S/{place}: page 1: record 2 is not JSON: expected value");
    for name in ["NaN", "Infinity", "-Infinity", "+1", ".5", "0x1"] {
        let body = &*format!("[1, {name}]").leak();
        let server = Server::of(&[("/", json(body))]);
        let outcome = run(pages(&server.at("/")).batches());
        let error = outcome.end.unwrap_err();
        assert!(error.message().starts_with("record 2 is not JSON: "), "{body}: {error}");
        assert_eq!((error.place().page, error.place().record), (Some(1), Some(2)), "{body}");
        assert_eq!(outcome.records, ["1"]);
    }
    check("[1, NaN]", &["1"], &record(":1:5"));
    // Half of a character is an escape, but no text.
    let half = "unexpected end of hex escape";
    let item = format!("S/:1:12: page 1: record 2 is not JSON: {half}");
    check(r#"[1, "\ud83d"]"#, &["1"], &item);
    let around = format!("S/:1:14: page 1: the document is not JSON: {half}");
    check(r#"{"x": "\ud83d", "items": [1]}"#, &["1"], &around);
}
