//! The items of whole documents, however they are cut into pieces.

use asyncgen_formats::json::{ItemsDecoder, Path};
use asyncgen_formats::{Batch, Error};

use crate::run::place_and_text;

/// The items of `body` in pieces of `size` bytes, and what stands around them: the same whether they are checked by the
/// decoder or one by one as they are taken.
fn decode(body: &[u8], path: Option<&str>, size: usize) -> (Vec<String>, Result<String, Error>) {
    let path = path.map(|path| Path::parse(path).unwrap()).into_iter().collect();
    let decoder = ItemsDecoder::new(path, 1000, 7);
    let (items, end) = decode_by(decoder.clone(), body, size);
    let (others, other_end) = decode_by(decoder.unchecked(), body, size);
    let text = String::from_utf8_lossy(body);
    assert_eq!(items, others, "{text:?} in pieces of {size}");
    let told = [&end, &other_end].map(|end| end.as_ref().map_err(place_and_text));
    assert_eq!(told[0], told[1], "{text:?} in pieces of {size}");
    (items, end)
}

fn decode_by(
    mut decoder: ItemsDecoder,
    body: &[u8],
    size: usize,
) -> (Vec<String>, Result<String, Error>) {
    let (mut batch, mut items) = (Batch::default(), Vec::new());
    let mut end = Ok(());
    for chunk in body.chunks(size) {
        end = decoder.decode(chunk, &mut batch);
        for (index, record) in batch.iter().enumerate() {
            if let Err(error) = batch.check(index) {
                end = Err(error);
                break;
            }
            let (position, text) = (record.position(), record.get(0).unwrap());
            let offset = usize::try_from(position.offset).unwrap();
            assert_eq!(position.record, 7 + items.len() as u64);
            assert!(body[offset..].starts_with(text.as_bytes()), "the offset is that of the text");
            let lines = body[..offset].split(|byte| *byte == b'\n').count() as u64 - 1;
            assert_eq!(position.line, 1 + lines);
            items.push(text.to_owned());
        }
        if end.is_err() {
            break;
        }
    }
    let end = end.and_then(|()| decoder.finish());
    (items, end.map(|()| decoder.outside().to_owned()))
}

fn items(body: &str, path: Option<&str>) -> Result<(Vec<String>, String), String> {
    let mut found = None;
    for size in [1, 2, 3, 5, 8, 1 << 20] {
        let (items, end) = decode(body.as_bytes(), path, size);
        let end = end.map(|outside| (items, outside)).map_err(|error| place_and_text(&error));
        let found = found.get_or_insert_with(|| end.clone());
        assert_eq!(*found, end, "{body:?} in pieces of {size}");
    }
    found.unwrap()
}

fn check(body: &str, path: Option<&str>, expected: Result<&[&str], &str>) {
    let found = items(body, path).map(|(items, _)| items);
    let expected = expected
        .map(|items| items.iter().copied().map(str::to_owned).collect::<Vec<_>>())
        .map_err(str::to_owned);
    assert_eq!(found, expected, "{body:?} at {path:?}");
}

#[test]
fn items_without_a_path() {
    check("[]", None, Ok(&[]));
    check(" [1, \"a\" ,\n{\"b\": []}\n] ", None, Ok(&["1", "\"a\"", "{\"b\": []}"]));
    check("\u{feff}[null]", None, Ok(&["null"]));
    check(r#"["\\", "\"]", "[", "é"]"#, None, Ok(&[r#""\\""#, r#""\"]""#, "\"[\"", "\"é\""]));
    check(r#"{"count": 2, "next": [], "results": [1, 2]}"#, None, Ok(&["1", "2"]));
    check(r#"{"data": {"items": [1]}, "items": [true]}"#, None, Ok(&["true"]));
    check(r#"{"x": "\"items\": [", "it\u0065ms": [[1], {}]}"#, None, Ok(&["[1]", "{}"]));
    check(r#"{"total": 0, "data": null}"#, None, Ok(&[]));
    check(
        r#"{"data": {"items": [1]}, "more": 1}"#,
        None,
        Err(
            "1:1 @0: no array of items: an object with the keys data, more; `items` must say where it is",
        ),
    );
    check(
        r#"{"items": [], "data": []}"#,
        None,
        Err("1:1 @0: no array of items: arrays under items, data; `items` must say which"),
    );
    check("\n 12", None, Err("2:2 @2: no array of items: a number, not an array"));
    check("{}", None, Err("1:1 @0: no array of items: an object without keys"));
}

#[test]
fn items_at_a_path() {
    let body = r#"{"a/b": {"~": [[1], [2, 3]]}, "": 0, "x": {"y": "z"}}"#;
    check(body, Some("/a~1b/~0/1"), Ok(&["2", "3"]));
    check(body, Some("$['a/b']['~'][1]"), Ok(&["2", "3"]));
    check("[4]", Some(""), Ok(&["4"]));
    check("[4]", Some("$"), Ok(&["4"]));
    check(r#"{"d": {"x": null}}"#, Some("d.x"), Ok(&[]));
    let edges = r#"{"d": {"edges": [{"node": {"n": 1}, "c": "x"}, {"node": 2}]}}"#;
    check(edges, Some("d.edges[*].node"), Ok(&["{\"n\": 1}", "2"]));
    for (path, expected) in [
        ("/x", "1:43 @42: nothing to read at \"/x\": an object, not an array"),
        ("$.x.z", "1:43 @42: nothing to read at \"$.x.z\": an object with the key y"),
        ("/x/y/z", "1:49 @48: nothing to read at \"/x/y/z\": a string"),
        ("/", "1:35 @34: nothing to read at \"/\": a number, not an array"),
        ("/a~1b/~0/2", "1:15 @14: nothing to read at \"/a~1b/~0/2\": an array of 2 elements"),
        ("/a~1b/~0/01", "1:15 @14: nothing to read at \"/a~1b/~0/01\": an array of 2 elements"),
    ] {
        check(body, Some(path), Err(expected));
    }
    let expected = "1:29 @28: nothing to read at \"d[*].node\": an object with the key nod";
    check(
        r#"{"d": [{"node": 1}, {"pad":0,"nod": 2}]}"#.replace("\"pad\":0,", "       ").as_str(),
        Some("d[*].node"),
        Err(&expected.replace("1:29 @28", "1:21 @20")),
    );
}

#[test]
fn what_stands_around_is_kept() {
    let body = "{\"n\": 1, \"items\": [1,\n{\"a\": \"]\"}] , \"total\": 2}";
    let (_, outside) = items(body, None).unwrap();
    assert_eq!(outside, "{\"n\": 1, \"items\": [] , \"total\": 2}");
}

#[test]
fn documents_that_are_not_json() {
    for (body, expected) in [
        ("", "1:1 @0: the document is not JSON: EOF while parsing a value"),
        ("\u{feff}", "1:1 @3: the document is not JSON: EOF while parsing a value"),
        ("\u{feff}\u{feff}[]", "1:1 @3: the document is not JSON: expected value"),
        ("<!doctype html>\n<p>no", "1:1 @0: the document is not JSON: expected value"),
        ("[1] [2]", "1:5 @4: the document is not JSON: trailing characters"),
        ("[1,\n2", "2:2 @5: the document is not JSON: EOF while parsing a list"),
        ("[1,\n2 3]", "2:3 @6: the document is not JSON: expected `,` or `]`"),
        ("[1,\n\"ä\", ]", "2:6 @10: the document is not JSON: expected value"),
        ("[1,\n\"ä\", tru]", "2:9 @13: record 10 is not JSON: EOF while parsing a value"),
        ("{\"items\": [1,\n2],\n \"x\" 3}", "3:6 @23: the document is not JSON: expected `:`"),
    ] {
        check(body, None, Err(expected));
    }
    let (items, end) = decode(b"[1, \"\xff\", 2]", None, 100);
    assert_eq!(items, ["1"]);
    assert_eq!(place_and_text(&end.unwrap_err()), "1:6 @5: record 9: not UTF-8, byte 0xff");
    let (_, end) = decode(b"{\"a\": \"\xff\", \"items\": []}", None, 100);
    let expected = "1:8 @7: the document: not UTF-8, byte 0xff";
    assert_eq!(place_and_text(&end.unwrap_err()), expected);
    let (items, end) = decode(b"{\"a\": \"\xff\xff\", \"items\": [\"\xc3\xa9\", 2]}", None, 100);
    assert_eq!(items, ["\"é\"", "2"]);
    assert_eq!(place_and_text(&end.unwrap_err()), expected);
    let deep = "[".repeat(900);
    let (_, end) = decode(format!("[{deep}").as_bytes(), None, 100);
    assert!(end.is_err());
    let nested = format!("[{deep}{}]", "]".repeat(900));
    let (_, end) = decode(nested.as_bytes(), None, 10_000);
    let expected = "1:1 @0: record 8 is longer than the limit of 1000 bytes";
    assert_eq!(place_and_text(&end.unwrap_err()).replace("1:2 @1", "1:1 @0"), expected);
}

#[test]
fn items_that_are_not_json() {
    for (item, expected) in [
        (r#"{"id": 1, bad}"#, "1:29 @29: record 10 is not JSON: key must be a string"),
        (r#"{"id": 1,}"#, "1:28 @28: record 10 is not JSON: trailing comma"),
        (r#"{"id" 1}"#, "1:25 @25: record 10 is not JSON: expected `:`"),
        (r#"{"id": 01}"#, "1:27 @27: record 10 is not JSON: invalid number"),
        ("[tru]", "1:23 @23: record 10 is not JSON: expected ident"),
        (r#"["\x"]"#, "1:22 @22: record 10 is not JSON: invalid escape"),
        (r#"["\ud800"]"#, "1:27 @27: record 10 is not JSON: unexpected end of hex escape"),
        (r#"["a" "b"]"#, "1:24 @24: record 10 is not JSON: expected `,` or `]`"),
        ("[1}", "1:21 @21: record 10 is not JSON: expected `,` or `]`"),
        // It goes on to the end of what should have been the items.
        (r#"{"a": [1]"#, "1:30 @30: record 10 is not JSON: key must be a string"),
    ] {
        let body = format!(r#"{{"a":[{{"é":1}},{{}} ,{item}, {{"id":3}}]}}"#);
        assert_eq!(items(&body, Some("/a")).unwrap_err(), expected);
        let lower = body.replacen('[', "[\n", 1);
        let lower_error = items(&lower, Some("/a")).unwrap_err();
        assert!(lower_error.starts_with("2:"), "{item}: {lower_error}");
        for (body, error) in [(&*body, expected), (&*lower, &*lower_error)] {
            for size in 1..body.len() {
                let (items, end) = decode(body.as_bytes(), Some("/a"), size);
                assert_eq!(items, [r#"{"é":1}"#, "{}"], "{body} in pieces of {size}");
                assert_eq!(place_and_text(&end.unwrap_err()), error, "{body} in pieces of {size}");
            }
        }
    }
}

#[test]
fn an_item_and_what_stands_around_are_bounded() {
    let long = format!("[1, \"{}\"]", "x".repeat(1000));
    let (items, end) = decode(long.as_bytes(), None, 64);
    assert_eq!(items, ["1"]);
    let expected = "1:5 @4: record 9 is longer than the limit of 1000 bytes";
    assert_eq!(place_and_text(&end.unwrap_err()), expected);
    let around = format!("{{\"x\": \"{}", "x".repeat(2000));
    let (_, end) = decode(around.as_bytes(), None, 64);
    let text = end.unwrap_err().to_string();
    assert_eq!(text, "what stands around the items is longer than the limit of 1000 bytes");
    let many = format!("[{}1]", "1,".repeat(5000));
    let (items, end) = decode(many.as_bytes(), None, 64);
    assert_eq!((items.len(), end.is_ok()), (5001, true));
}

#[test]
fn paths_are_spelt_in_two_ways() {
    let parts = |text: &str| {
        let path = Path::parse(text).unwrap();
        assert_eq!(path.to_string(), text);
        let inner = path.inner().map(|inner| format!(" * {}", inner.join("|")));
        format!("{}{}", path.outer().join("|"), inner.unwrap_or_default())
    };
    for (text, expected) in [
        ("", ""),
        ("$", ""),
        ("/", ""),
        ("/a/0/b", "a|0|b"),
        ("a", "a"),
        ("a.b[0].c", "a|b|0|c"),
        ("$.a['b.c'][\"d\"]", "a|b.c|d"),
        ("$[0]", "0"),
        ("@odata.nextLink", "@odata|nextLink"),
        ("$['@odata.nextLink']", "@odata.nextLink"),
        ("a[*]", "a * "),
        ("$[*].n.m", " * n|m"),
        ("a.*.n", "a * n"),
    ] {
        assert_eq!(parts(text), expected, "{text}");
    }
    for (text, why) in [
        ("/a~2", "~ is written ~0"),
        ("a..b", "a name is empty"),
        ("$.", "a name is empty"),
        ("a[x]", "[ ] hold a number, a quoted name or *"),
        ("a['x]", "a quote is not closed"),
        ("a[0", "a ] is missing"),
        ("a[0]b", "a . or [ must stand between two names"),
        ("a[*].b[*]", "it has [*] twice"),
    ] {
        let error = Path::parse(text).unwrap_err();
        assert!(error.ends_with(why), "{text}: {error}");
    }
}
