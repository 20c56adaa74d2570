//! NDJSON: which lines are values, and what is said of the others.

use asyncgen_formats::{NdjsonDecoder, OnError};

use crate::run::{Outcome, run, shared_data, skipped};

fn decode(input: &[u8]) -> Outcome {
    let whole = run(&mut NdjsonDecoder::new(1 << 20), [input]);
    let in_bytes = run(&mut NdjsonDecoder::new(1 << 20), input.chunks(1));
    assert_eq!(whole, in_bytes, "{}", input.escape_ascii());
    whole
}

#[test]
fn values() {
    let input = "\u{feff}{\"a\": [1, 2]}\r\n\n \t\r\n  \"é\"  \nnull\n1e400\n{\"a\":1,\"a\":2}";
    let outcome = decode(input.as_bytes());
    assert_eq!(outcome.fault, None);
    let seen: Vec<(&str, u64)> =
        outcome.records.iter().map(|value| (&*value.fields[0], value.line)).collect();
    let expected =
        [("{\"a\": [1, 2]}", 1), ("\"é\"", 4), ("null", 5), ("1e400", 6), ("{\"a\":1,\"a\":2}", 7)];
    assert_eq!(seen, expected);
    assert_eq!(decode(b"").records, []);
    assert_eq!(decode(b"\n\n").records, []);
}

#[test]
fn what_is_not_json() {
    for (input, before, expected) in [
        (&b"1\n\n{\"a\": tru}\n2\n"[..], 1, "3:10 @12: record 2 is not JSON: expected ident"),
        (b"[1,]\n", 0, "1:4 @3: record 1 is not JSON: trailing comma"),
        ("  {\"é\": 1} x\n".as_bytes(), 0, "1:12 @12: record 1 is not JSON: trailing characters"),
        (b"1\n{\"a\": \"x\n\"}\n", 1, "2:9 @10: record 2 is not JSON: EOF while parsing a string"),
        (b"<html>", 0, "1:1 @0: record 1 is not JSON: expected value"),
        (b"NaN\n", 0, "1:1 @0: record 1 is not JSON: expected value"),
        (b"1\n2 \xFF\n{", 1, "2:3 @4: record 2: not UTF-8, byte 0xff"),
        (b"1\n{\n\xFF", 1, "2:2 @3: record 2 is not JSON: EOF while parsing an object"),
    ] {
        let outcome = decode(input);
        assert_eq!(outcome.records.len(), before, "{}", input.escape_ascii());
        assert_eq!(outcome.fault.as_deref(), Some(expected));
    }
}

#[test]
fn what_is_not_json_can_be_passed_over() {
    let input = b"1\n{\n\n\xFF\n[2]\nx \xFE\n3";
    for size in 1..=input.len() {
        let mut decoder = NdjsonDecoder::new(1 << 20).on_error(OnError::Skip);
        let outcome = run(&mut decoder, input.chunks(size));
        assert_eq!((outcome.rows().concat().concat(), outcome.fault), ("1[2]3".to_owned(), None));
        assert_eq!(outcome.rejects, [2, 5, 11]);
    }
}

#[test]
fn nesting_is_an_error_before_it_is_an_overflow() {
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        let outcome = run(&mut NdjsonDecoder::new(1 << 20), [open.repeat(100_000).as_bytes()]);
        let fault = outcome.fault.unwrap();
        assert!(fault.ends_with("record 1 is not JSON: recursion limit exceeded"), "{fault}");
    }
    let deep = "[".repeat(150) + &"]".repeat(150);
    assert_eq!(decode(deep.as_bytes()).fault, None);
}

/// The documents of `JSONTestSuite`: each named `y_` is one value, where a space stands for a newline between the parts of
/// it, and none named `n_` is, of which those without a value in them are no record.
#[test]
fn json_test_suite() {
    let Some(folder) = shared_data("JSONTestSuite/test_parsing") else {
        skipped("JSONTestSuite");
        return;
    };
    let (mut accepted, mut refused) = (0, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut document = std::fs::read(&path).unwrap();
        let is_json = name.starts_with("y_");
        if is_json {
            document.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
        }
        for mut decoder in [NdjsonDecoder::new(1 << 20), NdjsonDecoder::new(1 << 20).columns(["a"])]
        {
            let outcome = run(&mut decoder, [&*document]);
            let is_value = outcome.fault.is_none() && outcome.records.len() == 1;
            assert!(is_value == is_json || name.starts_with("i_"), "{name}: {outcome:?}");
        }
        accepted += usize::from(is_json);
        refused += usize::from(name.starts_with("n_"));
    }
    assert_eq!((accepted, refused), (95, 188));
}

#[test]
fn members_of_what_is_left() {
    let input =
        b"{\"a\": 1}\n{\"a\": 2]\n[3]\n{\"b\": 4, \"a\": \"\\ud83d\\ude00\"}\n{\n{\"a\": 5}";
    let expected = [
        ["{\"a\": 1}", "1", ""],
        ["[3]", "", ""],
        ["{\"b\": 4, \"a\": \"\\ud83d\\ude00\"}", "\"\\ud83d\\ude00\"", "4"],
        ["{\"a\": 5}", "5", ""],
    ];
    for size in 1..=input.len() {
        let decoder = || NdjsonDecoder::new(1 << 20).columns(["a", "b"]);
        let skipped = run(&mut decoder().on_error(OnError::Skip), input.chunks(size));
        assert_eq!(skipped.rows(), expected);
        assert_eq!(skipped.rejects.len(), 2);
        let raised = run(&mut decoder(), input.chunks(size));
        assert_eq!(raised.rows(), expected[..1]);
        assert!(raised.fault.is_some());
    }
}
