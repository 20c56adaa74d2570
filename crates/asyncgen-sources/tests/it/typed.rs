//! Records as values of a type, and what is told where one is not of it.

use std::collections::BTreeMap;

use asyncgen_sources::{
    ErrorKind, Header, Input, Next, Ragged, Source, Stop, csv, ndjson, pages, sse,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::server::{Server, json, status};

#[derive(Debug, Deserialize)]
struct Issue {
    id: u64,
    #[serde(default)]
    labels: Vec<Label>,
}

#[derive(Debug, Deserialize)]
struct Label {
    name: String,
    kind: Kind,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Bug,
    Wish,
}

fn all<T>(mut source: Source<T>) -> (Vec<T>, Result<u64, asyncgen_sources::Error>) {
    let mut values = Vec::new();
    while let Some(value) = pollster::block_on(source.next()) {
        match value {
            Ok(value) => values.push(value),
            Err(error) => {
                assert!(pollster::block_on(source.next()).is_none());
                return (values, Err(error));
            }
        }
    }
    (values, Ok(source.summary().unwrap().records))
}

fn by_number() -> Next {
    "page".parse().unwrap()
}

/// Five items a page, of which that with the number `odd`, counted from 1, is `item`.
fn serving(odd: usize, item: &'static str) -> Server {
    Server::new(move |request| {
        let page: usize = request.param("page").unwrap().parse().unwrap();
        let items = (1 + (page - 1) * 5..=page * 5).map(|number| match number {
            _ if page > 4 => String::new(),
            number if number == odd => item.to_owned(),
            number => {
                format!(r#"{{"id": {number}, "labels": [{{"name": "ä", "kind": "wish"}}]}}"#)
            }
        });
        let items: Vec<_> = items.filter(|item| !item.is_empty()).collect();
        json(&format!(r#"{{"items": [{}]}}"#, items.join(", ")))
    })
}

#[test]
fn the_items_of_pages() {
    for concurrency in [1, 8] {
        let server = serving(0, "");
        let source = pages(&server.at("/")).next(by_number()).concurrency(concurrency);
        let (issues, end) = all(source.typed::<Issue>());
        assert_eq!(end.unwrap(), 20);
        assert!(issues.iter().map(|issue| issue.id).eq(1..=20));
        let label = &issues[19].labels[0];
        assert_eq!((&*label.name, matches!(label.kind, Kind::Wish)), ("ä", true));
        assert!(!matches!(label.kind, Kind::Bug));
    }
}

#[test]
fn what_is_not_of_the_type() {
    let check = |item: &'static str, path: &str, message: &str| {
        for concurrency in [1, 8] {
            let server = serving(13, item);
            let source = pages(&server.at("/?token=s3cret")).next(by_number());
            let (issues, end) = all(source.concurrency(concurrency).typed::<Issue>());
            assert_eq!(issues.len(), 12, "{item}");
            let error = end.unwrap_err();
            let at = if path.is_empty() { String::new() } else { format!(", at {path}") };
            let expected = format!(
                "{}/?token=***&page=3: page 3: record 13 is not as its type has it{at}: {message}",
                server.url
            );
            assert_eq!(error.to_string(), expected);
            let (place, ErrorKind::Typed { record, .. }) = (error.place(), error.kind()) else {
                panic!("{error:?}")
            };
            assert_eq!((place.page, place.record, *record), (Some(3), Some(13), 13));
            assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
        }
    };
    check(r#"{"id": -1}"#, "id", "invalid value: integer `-1`, expected u64");
    check(r#"{"id": "s3cret"}"#, "id", "invalid type: a string, expected u64");
    check(r#"{"id": "s3\", expected cret"}"#, "id", "invalid type: a string, expected u64");
    check("[]", "", "invalid length 0, expected struct Issue with 2 elements");
    check("{}", "", "missing field `id`");
    check(
        r#"{"id": 1, "labels": [{"name": "a", "kind": "bug"}, {"name": null}]}"#,
        "labels[1].name",
        "invalid type: null, expected a string",
    );
    check(
        r#"{"id": 1, "labels": [{"name": "a", "kind": "s3cret"}]}"#,
        "labels[0].kind",
        "unknown variant, expected `bug` or `wish`",
    );
}

#[test]
fn what_is_not_json() {
    // What is in an item is looked at where its value is made, and told as if it had been looked at before.
    for item in [
        r#"{"id": 1, bad}"#,
        r#"{"id": 1,}"#,
        r#"{"id": "s3cret" 1}"#,
        r#"{"id": 1]"#,
        r#"{"id": 1, "labels": [{"name": "a\x", "kind": "bug"}]}"#,
        r#"{"id": -1, "labels": [tru]}"#,
        r#"{"id": 1, "other": [01]}"#,
        r#"{"id": 1, "other": "\ud800"}"#,
        r#"{"id": 1, "labels": ["#,
        "nul",
    ] {
        for (concurrency, show, unique) in
            [(1, false, false), (8, false, false), (8, true, false), (8, false, true)]
        {
            // The first of a page, and one in its midst.
            for odd in [11, 13] {
                let server = serving(odd, item);
                let source = || {
                    let source = pages(&server.at("/?token=s3cret")).next(by_number());
                    let source = source.concurrency(concurrency).debug_body(show);
                    if unique { source.unique_by("id") } else { source }
                };
                let mut rows = source().rows();
                let mut count = 0;
                let expected = loop {
                    match pollster::block_on(rows.next()).unwrap() {
                        Ok(_) => count += 1,
                        Err(error) => break error,
                    }
                };
                let (issues, end) = all(source().typed::<Issue>());
                let error = end.unwrap_err();
                assert_eq!((issues.len(), count), (odd - 1, odd - 1), "{item}");
                assert_eq!(error.to_string(), expected.to_string());
                assert_eq!(format!("{:?}", error.place()), format!("{:?}", expected.place()));
                assert!(matches!(error.kind(), ErrorKind::Decode(_)), "{error:?}");
                assert_eq!(error.snippet().is_some(), show, "{error:?}");
                assert!(show || !format!("{error:?}").contains("s3cret"), "{error:?}");
            }
        }
    }
}

#[test]
fn values_of_any_type() {
    fn check<T>(text: &str, expected: &[T])
    where
        T: DeserializeOwned + Send + 'static + PartialEq + std::fmt::Debug,
    {
        let server = Server::of(&[("/", json(text))]);
        let (values, end) = all(pages(&server.at("/")).typed::<T>());
        end.unwrap();
        assert_eq!(values, expected);
    }
    check("[1, -2, 3]", &[1, -2, 3]);
    check("[340282366920938463463374607431768211455]", &[u128::MAX]);
    check("[0.1, 1e300, 5e-324]", &[0.1, 1e300, 5e-324]);
    check(r#"[null, "a\u00e4\ud83d\ude00"]"#, &[None, Some("aä😀".to_owned())]);
    check(r#"[{"a": 1, "b": 2}]"#, &[BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)])]);
    let server = Server::of(&[("/", json(r#"[{"a":  1.50}, [ ]]"#))]);
    let (raw, _) = all(pages(&server.at("/")).typed::<Box<RawValue>>());
    assert!(raw.iter().map(|raw| raw.get()).eq([r#"{"a":  1.50}"#, "[ ]"]));
}

#[test]
fn pages_as_values() {
    #[derive(Debug, Deserialize)]
    struct Page {
        number: u64,
        status: u16,
        items: Vec<Issue>,
    }
    let server = serving(0, "");
    let stop = Stop { max_pages: Some(2), ..Stop::default() };
    let source = pages(&server.at("/")).next(by_number()).stop(stop).by_page();
    let (pages, _) = all(source.typed::<Page>());
    let told = pages.iter().map(|page| (page.number, page.status, page.items.len()));
    assert!(told.eq([(1, 200, 5), (2, 200, 5)]), "{pages:?}");
}

#[test]
fn a_walk_of_values_is_resumed() {
    let server = serving(0, "");
    let source = || pages(&server.at("/")).next(by_number()).concurrency(4);
    let mut values = source().typed::<Issue>();
    for _ in 0..7 {
        pollster::block_on(values.next()).unwrap().unwrap();
    }
    let position = values.position_after(7).unwrap().unwrap();
    let (rest, _) = all(source().resume(position).typed::<Issue>());
    assert!(rest.iter().map(|issue| issue.id).eq(8..=20));
}

#[test]
fn lines_and_events() {
    let lines = "{\"id\": 1}\n\n{\"id\": 2}\n{\"id\": null}\n";
    let (issues, end) = all(ndjson(Input::bytes(lines)).typed::<Issue>());
    assert_eq!(issues.len(), 2);
    let error = end.unwrap_err();
    assert_eq!(
        error.to_string(),
        "<bytes>: record 3 is not as its type has it, at id: invalid type: null, expected u64"
    );
    assert_eq!((error.place().line, error.place().offset), (Some(4), Some(21)));

    let events = "data: {\"id\": 1}\n\nevent: e\ndata: {\"id\":\ndata: 2}\n\ndata: x\n\n";
    let server = Server::new(|_| status(200, "Content-Type: text/event-stream\r\n", events));
    let (issues, end) = all(sse(&server.at("/")).reconnect(false).typed::<Issue>());
    assert!(issues.iter().map(|issue| issue.id).eq([1, 2]));
    let expected = format!("{}/: record 3 is not as its type has it: expected value", server.url);
    assert_eq!(end.unwrap_err().to_string(), expected);
}

#[test]
fn rows_of_a_table() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Row {
        #[serde(rename = "the id")]
        id: u8,
        share: Option<f64>,
        old: bool,
        kind: Option<Kind>,
        name: String,
        #[serde(default)]
        note: Option<String>,
    }
    let table = "x,kind,name,old,share,the id\n\"\n\",bug,,Y, .5 ,007\n,NA,NA,false,,255\n";
    let of = |rows: &str| csv(Input::bytes(table.to_owned() + rows)).null_values(["", "NA"]);
    let row = |id, share, old, kind, name: &str| Row {
        id,
        share,
        old,
        kind,
        name: name.to_owned(),
        note: None,
    };
    let expected =
        [row(7, Some(0.5), true, Some(Kind::Bug), ""), row(255, None, false, None, "NA")];
    let (rows, end) = all(of("").typed::<Row>());
    assert_eq!((&*rows, end.unwrap()), (&expected[..], 2));
    for (faulty, told) in [
        ("\"é\n\",,,1,,256\n", ":6:8: record 3, column \"the id\": \"256\" is not a u8"),
        (",,,1,0.x,1\n", ":5:6: record 3, column \"share\": \"0.x\" is not an f64"),
        (",,,,,1\n", ":5:4: record 3, column \"old\": \"\" is not a bool"),
        (
            ",cat,,1,,1\n",
            ": record 3 is not as its type has it, at kind: unknown variant `cat`, expected `bug` or `wish`",
        ),
    ] {
        let (rows, end) = all(of(faulty).typed::<Row>());
        assert_eq!(rows, expected);
        assert_eq!(end.unwrap_err().to_string(), format!("<bytes>{told}"));
    }
    let (_, end) = all(csv(Input::bytes("the id\n1\n")).typed::<Row>());
    let told = "<bytes>: record 1 is not as its type has it: missing field `old`";
    assert_eq!(end.unwrap_err().to_string(), told);
    let (_, end) = all(csv(Input::bytes("a,a\n1,2\n")).typed::<BTreeMap<String, u8>>());
    assert_eq!(end.unwrap(), 1);
}

#[test]
fn rows_without_names() {
    let bare = |text: &'static str| csv(Input::bytes(text)).header(Header::None);
    let (rows, _) = all(bare("a,1\nb,2\n").typed::<(char, Option<i8>)>());
    assert_eq!(rows, [('a', Some(1)), ('b', Some(2))]);
    let (rows, _) = all(bare("1,2\n3\n").ragged(Ragged::Keep).typed::<Vec<u8>>());
    assert_eq!(rows, [vec![1, 2], vec![3]]);
    let (_, end) = all(bare("1,2,3\n").typed::<(u8, u8)>());
    let told = "<bytes>: record 1 is not as its type has it: 3 fields, expected 2";
    assert_eq!(end.unwrap_err().to_string(), told);
    let (_, end) = all(bare("1,x\n").typed::<(u8, u8)>());
    assert_eq!(end.unwrap_err().to_string(), "<bytes>:1:3: record 1, column 2: \"x\" is not a u8");
    // By their order, whatever they are called.
    let (rows, _) = all(csv(Input::bytes("a,b\n1,2\n")).typed::<(u8, u8)>());
    assert_eq!(rows, [(1, 2)]);
}
