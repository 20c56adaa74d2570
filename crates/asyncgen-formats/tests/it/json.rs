//! Whole documents: the items of a page, and the text at a pointer.

use asyncgen_formats::json;

use crate::run::place_and_text;

fn items(body: &str, pointer: Option<&str>) -> Result<Vec<String>, String> {
    let batch = json::items(body.to_owned(), pointer, 7).map_err(|error| place_and_text(&error))?;
    assert_eq!(batch.start().record, 7);
    assert_eq!(batch.end().record, 7 + batch.len() as u64);
    for record in &batch {
        let (position, text) = (record.position(), record.get(0).unwrap());
        let offset = usize::try_from(position.offset).unwrap();
        assert!(body[offset..].starts_with(text), "the offset is that of the text");
        assert_eq!(position.line, 1 + body[..offset].matches('\n').count() as u64);
    }
    Ok(batch.iter().flatten().map(str::to_owned).collect())
}

fn check_items(body: &str, pointer: Option<&str>, expected: Result<&[&str], &str>) {
    let found = items(body, pointer);
    let expected = expected
        .map(|items| items.iter().copied().map(str::to_owned).collect::<Vec<_>>())
        .map_err(str::to_owned);
    assert_eq!(found, expected, "{body:?} at {pointer:?}");
}

#[test]
fn items_without_a_pointer() {
    check_items("[]", None, Ok(&[]));
    check_items(" [1, \"a\" ,\n{\"b\": []}\n] ", None, Ok(&["1", "\"a\"", "{\"b\": []}"]));
    check_items("\u{feff}[null]", None, Ok(&["null"]));
    check_items(r#"{"count": 2, "next": [], "results": [1, 2]}"#, None, Ok(&["1", "2"]));
    check_items(r#"{"data": {"items": [1]}, "items": [true]}"#, None, Ok(&["true"]));
    check_items(
        r#"{"data": {"items": [1]}, "more": 1}"#,
        None,
        Err(
            "1:1 @0: no array of items: an object with the keys data, more; `items` must say where it is",
        ),
    );
    check_items(
        r#"{"items": [], "data": []}"#,
        None,
        Err("1:1 @0: no array of items: arrays under items, data; `items` must say which"),
    );
    check_items("\n 12", None, Err("2:2 @2: no array of items: a number, not an array"));
    check_items("{}", None, Err("1:1 @0: no array of items: an object without keys"));
}

#[test]
fn items_at_a_pointer() {
    let body = r#"{"a/b": {"~": [[1], [2, 3]]}, "": 0, "x": {"y": "z"}}"#;
    check_items(body, Some("/a~1b/~0/1"), Ok(&["2", "3"]));
    check_items("[4]", Some(""), Ok(&["4"]));
    for (pointer, expected) in [
        ("/x", "1:43 @42: nothing to read at JSON pointer \"/x\": an object, not an array"),
        ("/x/z", "1:43 @42: nothing to read at JSON pointer \"/x/z\": an object with the key y"),
        ("/x/y/z", "1:49 @48: nothing to read at JSON pointer \"/x/y/z\": a string"),
        ("/", "1:35 @34: nothing to read at JSON pointer \"/\": a number, not an array"),
        (
            "/a~1b/~0/2",
            "1:15 @14: nothing to read at JSON pointer \"/a~1b/~0/2\": an array of 2 elements",
        ),
        (
            "/a~1b/~0/01",
            "1:15 @14: nothing to read at JSON pointer \"/a~1b/~0/01\": an array of 2 elements",
        ),
        (
            "x",
            "1:1 @0: nothing to read at JSON pointer \"x\": \
             a pointer is empty or begins with /, and ~ is written ~0",
        ),
    ] {
        check_items(body, Some(pointer), Err(expected));
    }
}

#[test]
fn documents_that_are_not_json() {
    for (body, expected) in [
        ("", "1:1 @0: the document is not JSON: EOF while parsing a value"),
        ("<!doctype html>\n<p>no", "1:1 @0: the document is not JSON: expected value"),
        ("{\"results\": [1, 2]", "1:19 @18: the document is not JSON: EOF while parsing an object"),
        ("[1,\n2 3]", "2:3 @6: the document is not JSON: expected `,` or `]`"),
        ("[1] [2]", "1:5 @4: the document is not JSON: trailing characters"),
    ] {
        for pointer in [None, Some("/results"), Some("/0")] {
            check_items(body, pointer, Err(expected));
        }
    }
    let deep = "[".repeat(100_000);
    assert!(items(&deep, None).unwrap_err().ends_with("recursion limit exceeded"));
}

#[test]
fn text_at_a_pointer() {
    let body = r#"{"s": "a", "e": "\u00e9\/\"", "": "", "n": null, "f": false, "t": true,
                   "list": ["x", {"y": "z"}], "cut": "#;
    let text = |pointer| {
        json::text_at(body, pointer)
            .map(|text| text.map(std::borrow::Cow::into_owned))
            .map_err(|error| error.to_string())
    };
    assert_eq!(text("/s"), Ok(Some("a".to_owned())));
    assert_eq!(text("/e"), Ok(Some("é/\"".to_owned())));
    assert_eq!(text("/list/1/y"), Ok(Some("z".to_owned())));
    for nothing in ["/", "/n", "/f", "/list/2", "/list/x", "/s/deeper", "/n/deeper"] {
        assert_eq!(text(nothing), Ok(None), "{nothing}");
    }
    for (pointer, expected) in [
        ("/t", "nothing to read at JSON pointer \"/t\": a boolean, not a string"),
        ("/list", "nothing to read at JSON pointer \"/list\": an array, not a string"),
        ("/cut", "the document is not JSON: EOF while parsing a value"),
        ("/missing", "the document is not JSON: EOF while parsing a value"),
        (
            "s",
            "nothing to read at JSON pointer \"s\": \
             a pointer is empty or begins with /, and ~ is written ~0",
        ),
    ] {
        assert_eq!(text(pointer), Err(expected.to_owned()));
    }
    assert_eq!(json::text_at("\u{feff}\"x\"", "").unwrap().as_deref(), Some("x"));
}
