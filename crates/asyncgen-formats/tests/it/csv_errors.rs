//! What is said about a CSV source that is wrong: the place, the text, and the line with a caret.

use asyncgen_formats::{
    Batch, CsvDecoder, CsvOptions, Decoder as _, Header, NdjsonDecoder, OnError, Ragged,
};

use crate::run::{place_and_text, run, show};

/// `expected` is the number of records before the fault, the place and text, the line, the caret.
fn check(options: CsvOptions, input: &[u8], expected: [&str; 4]) {
    for chunk in 1..=input.len() {
        let mut decoder = CsvDecoder::new(options.clone()).unwrap();
        let outcome = run(&mut decoder, input.chunks(chunk));
        let before = outcome.records.len().to_string();
        assert_eq!(
            [&*before, outcome.fault.as_deref().unwrap()],
            expected[..2],
            "chunks of {chunk}"
        );
    }
    let mut decoder = CsvDecoder::new(options).unwrap();
    let mut batch = Batch::default();
    let error = decoder
        .decode(input, &mut batch)
        .and_then(|()| decoder.finish(&mut batch))
        .expect_err("the source is wrong");
    assert_eq!(place_and_text(&error), expected[1]);
    assert_eq!(show(&error), expected[2..].join("\n"));
}

#[test]
fn ragged_records() {
    check(
        CsvOptions::new(),
        b"a,b,c\n1,2,3\n4,5\n",
        ["1", "3:4 @15: record 2 has 2 fields, the header has 3", "4,5", "   ^"],
    );
    check(
        CsvOptions::new(),
        b"a,b\r\n1,2\r\n\r\n\"x\ny\",4,\"5\"\r\n",
        ["1", "5:6 @20: record 2 has 3 fields, the header has 2", "y\",4,\"5\"", "     ^"],
    );
    check(
        CsvOptions::new(),
        b"a,b\n\"q\"\"\",\"\",\"z\",z\n",
        [
            "0",
            "2:10 @13: record 1 has 4 fields, the header has 2",
            "\"q\"\"\",\"\",\"z\",z",
            "         ^",
        ],
    );
    check(
        CsvOptions::new().header(Header::None),
        "ä,b\né\n".as_bytes(),
        ["1", "2:2 @7: record 2 has 1 field, the first record has 2", "é", " ^"],
    );
    check(
        CsvOptions::new().header(Header::Names(vec!["one".into()])),
        b"\xEF\xBB\xBFx,y",
        ["0", "1:3 @5: record 1 has 2 fields, the header has 1", "x,y", "  ^"],
    );
}

#[test]
fn quotes() {
    check(
        CsvOptions::new(),
        b"a,b\n1,\"x\"y\n",
        ["0", "2:6 @9: record 1: text after the closing quote", "1,\"x\"y", "     ^"],
    );
    check(
        CsvOptions::new(),
        b"a,\"b\"\" \" c\n1,2\n",
        ["0", "1:9 @8: the header: text after the closing quote", "a,\"b\"\" \" c", "        ^"],
    );
    check(
        CsvOptions::new(),
        b"a,b\n1,2\n\"x\n\ny\",\"open\n5,6\n7,8\n",
        ["1", "5:4 @15: record 2: the quote opened here is never closed", "y\",\"open", "   ^"],
    );
    check(
        CsvOptions::new(),
        b"\"a",
        ["0", "1:1 @0: the header: the quote opened here is never closed", "\"a", "^"],
    );
}

#[test]
fn in_other_dialects() {
    let options = CsvOptions::new().escape(b'\\').skip_initial_space(true).comment(b'#').skip(1);
    check(
        options.clone(),
        b"T\n# \"\na,b\n\\,\\\"\\\n,2\n1, \"x\"y\n",
        ["1", "6:7 @25: record 2: text after the closing quote", "1, \"x\"y", "      ^"],
    );
    check(
        options.clone(),
        b"T\na,b\n1,  \"x\\\"\n",
        ["0", "3:5 @10: record 1: the quote opened here is never closed", "1,  \"x\\\"", "    ^"],
    );
    check(
        options.clone(),
        b"T\na,b\n1,2\\",
        ["0", "3:4 @9: record 1: nothing follows the escape character", "1,2\\", "   ^"],
    );
    check(
        options,
        b"T\na,b\n\\,, \"\"\"\", 3\n",
        [
            "0",
            "3:10 @15: record 1 has 3 fields, the header has 2",
            "\\,, \"\"\"\", 3",
            "         ^",
        ],
    );
}

#[test]
fn bytes_that_are_not_utf8() {
    check(
        CsvOptions::new(),
        b"a,b\n1,2\n3,\xC3\xA9\xFF!\n5,6\n",
        ["1", "3:4 @12: record 2: not UTF-8, byte 0xff", "3,é\u{fffd}!", "   ^"],
    );
    check(
        CsvOptions::new(),
        b"a,\"b\"\"\"\n\"\"\"1\"\"\",2\n\"\"\"\xFF\"\"\",\"\"\"\"\n",
        ["1", "3:4 @21: record 2: not UTF-8, byte 0xff", "\"\"\"\u{fffd}\"\"\",\"\"\"\"", "   ^"],
    );
    check(
        CsvOptions::new(),
        b"a,\xE6\xBC\n",
        ["0", "1:3 @2: the header: not UTF-8, byte 0xe6", "a,\u{fffd}", "  ^"],
    );
}

#[test]
fn a_long_line_is_shown_in_part() {
    let mut input = "head\n".to_owned();
    input += &"é".repeat(500);
    input += "\t,second\n";
    let expected = [
        "0",
        "2:503 @1007: record 1 has 2 fields, the header has 1",
        &("é".repeat(58) + " ,second"),
        &(" ".repeat(60) + "^"),
    ];
    check(CsvOptions::new(), input.as_bytes(), expected);
}

#[test]
fn records_before_a_fault_keep_their_fields() {
    let input = b"a,b\n\"1\"\"\",2\n\"3\",\"\"\"4\"\n\xFF,\"\"\"5\"\n\"6\"\"\",7\n8\n";
    let outcome = run(&mut CsvDecoder::new(CsvOptions::new()).unwrap(), [&input[..]]);
    assert_eq!(outcome.rows(), [["1\"", "2"], ["3", "\"4"]]);
    assert_eq!(outcome.fault.as_deref(), Some("4:1 @22: record 3: not UTF-8, byte 0xff"));
}

#[test]
fn cells_that_are_not_what_they_should_be() {
    for (input, index, expected) in [
        ("a,b\n1,x\n", 1, "2:3 @6: record 1, column \"b\": \"x\" is not a float"),
        (
            "\na,b\n\"1\n\"\"2\",\"é\"\"\"",
            1,
            "4:6 @13: record 1, column \"b\": \"é\\\"\" is not a float",
        ),
        ("a,b\n1", 1, "2:2 @5: record 1, column \"b\": \"\" is not a float"),
    ] {
        let mut decoder = CsvDecoder::new(CsvOptions::new().ragged(Ragged::Pad)).unwrap();
        let (mut batch, mut rest) = (Batch::default(), Batch::default());
        decoder.decode(input.as_bytes(), &mut batch).unwrap();
        decoder.finish(&mut rest).unwrap();
        let record = batch.get(0).or(rest.get(0)).unwrap();
        assert_eq!(place_and_text(&record.not_a(index, "a float")), expected);
    }
    let mut decoder = CsvDecoder::new(CsvOptions::new().header(Header::None)).unwrap();
    let mut batch = Batch::default();
    decoder.decode(format!("{}\n", "9".repeat(99)).as_bytes(), &mut batch).unwrap();
    let error = batch.get(0).unwrap().not_a(0, "a date");
    let shown = "9".repeat(60);
    assert_eq!(
        error.to_string(),
        format!("record 1, column 1: \"{shown}\" and so on is not a date")
    );
}

/// Bytes that are no character where they stand, but one where the text of the fields is put together.
#[test]
fn halves_of_a_character_in_two_fields() {
    let table = b"a,b\n\"\xb2\"\"\",x\xd4";
    for size in 1..=table.len() {
        let mut decoder = CsvDecoder::new(CsvOptions::new()).unwrap();
        let fault = run(&mut decoder, table.chunks(size)).fault;
        assert_eq!(fault.unwrap(), "2:2 @5: record 1: not UTF-8, byte 0xb2");
        let mut decoder = CsvDecoder::new(CsvOptions::new().on_error(OnError::Skip)).unwrap();
        let outcome = run(&mut decoder, table.chunks(size));
        assert_eq!((outcome.rows().len(), outcome.rejects, outcome.fault), (0, vec![4], None));
    }
}

#[test]
fn a_record_beyond_the_limit_is_counted_without_those_passed_over() {
    let table = [&b"a\n1\n\xff\n"[..], &[b'x'; 20], b"\n"].concat();
    for size in 1..=table.len() {
        let options = CsvOptions::new().max_record(10).on_error(OnError::Skip);
        let outcome = run(&mut CsvDecoder::new(options).unwrap(), table.chunks(size));
        let expected = "4:1 @6: record 2 is longer than the limit of 10 bytes";
        assert_eq!((outcome.rejects, outcome.fault.as_deref()), (vec![4], Some(expected)));
        let lines = [&b"1\n\n?\n"[..], &[b'7'; 20], b"\n"].concat();
        let mut decoder = NdjsonDecoder::new(10).on_error(OnError::Skip);
        let outcome = run(&mut decoder, lines.chunks(size));
        let expected = "4:1 @5: record 2 is longer than the limit of 10 bytes";
        assert_eq!((outcome.rejects, outcome.fault.as_deref()), (vec![3], Some(expected)));
    }
}

#[test]
fn those_passed_over_are_counted_by_the_records_before_them() {
    let table = b"a,b\n1,2\n\xff,1\n3\n4,5\n\xff,2\n6\n7,8\n";
    let lines = b"1\n\xff\n?\n2\n\xff\n?\n3\n";
    for size in 1..=table.len() {
        let options = CsvOptions::new().on_error(OnError::Skip);
        let outcome = run(&mut CsvDecoder::new(options).unwrap(), table.chunks(size));
        assert_eq!((outcome.records.len(), outcome.rejects), (3, vec![8, 12, 18, 22]));
        let mut decoder = NdjsonDecoder::new(99).on_error(OnError::Skip);
        let outcome = run(&mut decoder, lines.chunks(size));
        assert_eq!((outcome.records.len(), outcome.rejects), (3, vec![2, 4, 8, 10]));
    }
}
