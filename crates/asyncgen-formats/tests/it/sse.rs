//! Event streams, however they are cut into pieces.

use asyncgen_formats::{Batch, Decoder, SseDecoder};

/// The events of `bytes`, in pieces of `size`: type, data, id.
fn decode(bytes: &[u8], size: usize) -> (Vec<[String; 3]>, String, Option<u64>) {
    let mut decoder = SseDecoder::new(1000);
    let (mut batch, mut events) = (Batch::default(), Vec::new());
    for chunk in bytes.chunks(size) {
        decoder.decode(chunk, &mut batch).unwrap();
        for record in &batch {
            assert_eq!(record.position().record, events.len() as u64);
            events
                .push(["event", "data", "id"].map(|name| record.by_name(name).unwrap().to_owned()));
        }
    }
    decoder.finish(&mut batch).unwrap();
    assert!(batch.is_empty());
    (events, decoder.last_event_id().to_owned(), decoder.retry())
}

fn check(bytes: impl AsRef<[u8]>, expected: &[[&str; 3]]) {
    let bytes = bytes.as_ref();
    for size in [1, 2, 3, 7, 10_000] {
        let (events, ..) = decode(bytes, size);
        let shown = String::from_utf8_lossy(bytes);
        assert_eq!(events, expected, "{shown:?} in pieces of {size}");
    }
}

fn message(data: &str) -> [&str; 3] {
    ["message", data, ""]
}

/// The examples of the standard.
#[test]
fn the_examples_of_the_standard() {
    let stocks = "data: YHOO\ndata: +2\ndata: 10\n\n";
    check(stocks, &[message("YHOO\n+2\n10")]);
    let four = ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n";
    let expected = [["message", "first event", "1"], ["message", "second event", ""]];
    check(four, &expected);
    check("data\n\ndata\ndata\n\ndata:", &[message(""), message("\n")]);
    check("data:test\n\ndata: test\n\n", &[message("test"), message("test")]);
}

#[test]
fn lines_end_by_lf_cr_or_both_and_by_nothing_else() {
    for end in ["\n", "\r", "\r\n"] {
        let text = "event: add\ndata: 1\n\ndata: 2\ndata: 3\n\n".replace('\n', end);
        check(text, &[["add", "1", ""], message("2\n3")]);
    }
    check("data: 1\r\r\ndata: 2\n\r", &[message("1"), message("2")]);
    for other in ["\u{2028}", "\u{2029}", "\u{85}", "\u{b}", "\u{c}", "\u{1c}"] {
        let data = format!("a{other}b");
        check(format!("data: {data}\n\n"), &[message(&data)]);
    }
}

#[test]
fn what_a_line_means() {
    check("\u{feff}data: 1\n\n\u{feff}data: 2\n\n", &[message("1")]);
    check("\u{feff}\u{feff}data: 1\n\n", &[]);
    check("data: 1\n\nDATA: 2\n\n data: 3\n\ndata : 4\n\n", &[message("1")]);
    check("data:\ta\ndata:   b\n\n", &[message("\ta\n  b")]);
    check("event: a\n\ndata: 1\n\n", &[message("1")]);
    check("event: a\nevent: b\ndata: 1\n\n", &[["b", "1", ""]]);
    check("event\ndata: 1\n\n", &[message("1")]);
    check(":data: 1\n\n\n\n", &[]);
    check("data: a:b: c\n\n", &[message("a:b: c")]);
    check(b"data: \xff\xc3\n\ndata: \xc3\xa9\n\n", &[message("\u{fffd}\u{fffd}"), message("é")]);
    check("data: 1", &[]);
    check("data: 1\n", &[]);
}

#[test]
fn ids_and_retry() {
    let told = |text: &str| {
        let (_, id, retry) = decode(text.as_bytes(), 3);
        (id, retry)
    };
    assert_eq!(told("id: 1\ndata: x\n\nid: 2\n\nid: 3\n"), ("2".to_owned(), None));
    assert_eq!(told("id: 1\n\nid\n\n"), (String::new(), None));
    assert_eq!(told("id: 1\n\nid: a\0b\n\n"), ("1".to_owned(), None));
    assert_eq!(told("retry: 250\n"), (String::new(), Some(250)));
    assert_eq!(
        told("retry: 250\nretry: 1.5\nretry: -1\nretry:\nretry: 1s\n"),
        (String::new(), Some(250))
    );
    assert_eq!(told("retry: 99999999999999999999999\n").1, Some(u64::MAX));
    check("id: 1\ndata: a\n\ndata: b\n\n", &[["message", "a", "1"], ["message", "b", "1"]]);
}

#[test]
fn an_event_is_bounded() {
    for bytes in [format!("data: {}", "x".repeat(1000)), "data: x\n".repeat(600)] {
        for size in [7, 10_000] {
            let mut decoder = SseDecoder::new(1000);
            let mut batch = Batch::default();
            let mut pieces = bytes.as_bytes().chunks(size);
            let error = pieces.find_map(|piece| decoder.decode(piece, &mut batch).err()).unwrap();
            assert_eq!(error.to_string(), "record 1 is longer than the limit of 1000 bytes");
        }
    }
}

/// As the standard words it, over the whole text at once.
fn naive(text: &str) -> Vec<[String; 3]> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<&str> = text.split('\n').collect();
    // What no line end follows is no line.
    lines.pop();
    let (mut events, mut event, mut data, mut id) = (Vec::new(), "", String::new(), "");
    for line in lines {
        if line.is_empty() {
            if let Some(data) = data.strip_suffix('\n') {
                let event = if event.is_empty() { "message" } else { event };
                events.push([event.to_owned(), data.to_owned(), id.to_owned()]);
            }
            (event, data) = ("", String::new());
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => event = value,
            "data" => data = data + value + "\n",
            "id" if !value.contains('\0') => id = value,
            _ => {}
        }
    }
    events
}

proptest::proptest! {
    #[test]
    fn events_are_those_of_the_standard(
        text in "(\u{feff})?((data|event|id|retry|x|)(:|: |)[ab\0\u{2028}é]{0,3}(\n|\r|\r\n|\n\n|\r\r)){0,12}",
        size in 1_usize..8,
    ) {
        proptest::prop_assert_eq!(decode(text.as_bytes(), size).0, naive(&text));
    }

    #[test]
    fn noise_is_no_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let whole = decode(&bytes, 1000).0;
        proptest::prop_assert_eq!(decode(&bytes, 1).0, whole);
    }
}

#[test]
fn events_share_an_id() {
    let mut decoder = SseDecoder::new(1 << 20);
    let mut batch = Batch::default();
    let id = "7".repeat(1 << 16);
    let text = format!("id: {id}\n{}", "data\n\n".repeat(1000));
    decoder.decode(text.as_bytes(), &mut batch).unwrap();
    assert_eq!(batch.len(), 1000);
    assert!(batch.iter().all(|event| event.get(2) == Some(&*id)));
    assert!(batch.memory() < 1 << 20, "{}", batch.memory());
}
