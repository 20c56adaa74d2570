//! CSV sources and what they hold.

use asyncgen_formats::{Blank, CsvDecoder, CsvOptions, Decoder as _, Header, OptionError, Ragged};

use crate::run::run;

/// Rows are written with `|` between fields and `/` between rows; the header is the first one.
fn check(options: &CsvOptions, input: &str, expected: &str) {
    for chunk in 1..=input.len().max(1) {
        let mut decoder = CsvDecoder::new(options.clone()).unwrap();
        let outcome = run(&mut decoder, input.as_bytes().chunks(chunk));
        assert_eq!(outcome.fault, None, "{input:?}");
        let header = outcome.columns.clone().unwrap_or_else(|| vec!["-".to_owned()]);
        let rows: Vec<String> =
            std::iter::once(header).chain(outcome.rows()).map(|row| row.join("|")).collect();
        assert_eq!(rows.join("/"), expected, "{input:?} in chunks of {chunk}");
    }
}

#[test]
fn as_rfc_4180_has_it() {
    let options = CsvOptions::new();
    check(&options, "", "-");
    check(&options, "a,b", "a|b");
    check(&options, "a,b\n", "a|b");
    check(&options, "a,b\r\n1,2\r\n", "a|b/1|2");
    check(&options, "a,b\n1,", "a|b/1|");
    check(&options, "a,b\n,\n", "a|b/|");
    check(&options, "a\n\"\"\n", "a/");
    check(&options, "a,b\n\"x,y\",\"l1\nl2\"\n", "a|b/x,y|l1\nl2");
    check(&options, "a\n\"l1\r\nl2\rl3\"", "a/l1\r\nl2\rl3");
    check(&options, "a,b\n\"say \"\"hi\"\"\",\"\"\"\"", "a|b/say \"hi\"|\"");
    check(&options, "\"a\"\"b\",c\n1,2\n", "a\"b|c/1|2");
}

#[test]
fn what_else_is_met() {
    let options = CsvOptions::new();
    check(&options, "\u{feff}a,b\n1,2", "a|b/1|2");
    check(&options, "\u{feff}\"a\",b\n1,2", "a|b/1|2");
    check(&options, "\u{feff}", "-");
    check(&options, "\n\n\r\na\n\n1\n\n\n2", "a/1/2");
    check(&options, "a\r1\r2\r", "a/1/2");
    check(&options, "a\r\r\n1\r\r\r\n", "a/1");
    check(&options, "a,b\n12\" monitor,5' x 6\"\n", "a|b/12\" monitor|5' x 6\"");
    check(&options, "a,b\nx \"y\" z, \"q\"\n", "a|b/x \"y\" z| \"q\"");
    check(&options, "a,a\nnul\0,é漢🦀\n", "a|a/nul\0|é漢🦀");
    check(&options, "a,b\n  1 ,\t2\n", "a|b/  1 |\t2");
    check(&options, "a\n \n", "a/ ");
}

#[test]
fn headers() {
    let none = CsvOptions::new().header(Header::None);
    check(&none, "a,b\n1,2", "-/a|b/1|2");
    check(&none, "", "-");
    let names = CsvOptions::new().header(Header::Names(vec!["x".into(), "y".into()]));
    check(&names, "a,b\n1,2", "x|y/a|b/1|2");
    check(&names, "", "x|y");
}

#[test]
fn dialects() {
    check(&CsvOptions::new().delimiter(b'\t'), "a\tb\n1,5\t2", "a|b/1,5|2");
    check(&CsvOptions::new().delimiter(b';').quote(b'\''), "a;b\n'1;''2';\"x\"", "a|b/1;'2|\"x\"");
    check(&CsvOptions::new().delimiter(0), "a\0b\n1\0\"2\0\"", "a|b/1|2\0");
    check(&CsvOptions::new().quote(0), "a,b\n\x001,5\0,\"x\"", "a|b/1,5|\"x\"");
    check(&CsvOptions::new().delimiter(b'a').quote(b'b'), "xay\nbabaz", "x|y/a|z");
}

#[test]
fn escapes() {
    let options = CsvOptions::new().escape(b'\\');
    check(&options, "a,b\n1\\,5,\"say \\\"hi\\\"\"\n", "a|b/1,5|say \"hi\"");
    check(&options, "a\n\\\"x\\\"\n\\\\\n\"1\"\"2\"", "a/\"x\"/\\/1\"2");
    check(&options, "a\\\nb\n1\\\r\n\n2", "a\nb/1\r/2");
    check(&options.clone().quote(None), "a,b\n\"1\\,2\",3", "a|b/\"1,2\"|3");
}

#[test]
fn comments_and_preambles() {
    let comments = CsvOptions::new().comment(b'#');
    check(&comments, "# \"one\na,b\n#two\r\n1,#2\n #3,4\n#", "a|b/1|#2/ #3|4");
    let preamble = CsvOptions::new().skip(2);
    check(&preamble, "Table \"1\r\n\na,b\n1,2", "a|b/1|2");
    check(&preamble, "one\rtwo\ra\r1", "a/1");
    check(&preamble, "one\r\ntwo", "-");
    check(&preamble.skip(0), "a", "a");
}

#[test]
fn spaces_before_a_field() {
    let options = CsvOptions::new().skip_initial_space(true);
    check(&options, "a, b\n1,  \"2, 3\"\n  4 , 5 \n , \n", "a|b/1|2, 3/4 |5 /|");
}

#[test]
fn leniently() {
    let options = CsvOptions::new().strict(false);
    check(&options, "a,b\n\"x\"y\"z\",\"2\"\" \" \"\n", "a|b/xy\"z\"|2\"  \"");
    check(&options, "a,b\n1,\"open\n3,4\n", "a|b/1|open\n3,4\n");
    check(&options, "a\n\"", "a/");
}

#[test]
fn blank_lines_that_are_kept() {
    let options = CsvOptions::new().blank(Blank::Keep);
    check(&options, "\n\na,b\n\n1,2\r\n\r\n\r", "a|b//1|2//");
    check(&options.ragged(Ragged::Pad), "a,b\n\n1", "a|b//1|");
}

#[test]
fn short_records_that_are_padded() {
    let options = CsvOptions::new().ragged(Ragged::Pad);
    check(&options, "a,b,c\n1\n\"2\"\"\",3\n4,5,6", "a|b|c/1||/2\"|3|/4|5|6");
    check(&options.clone().header(Header::None), "a,b\n1", "-/a|b/1|");
    let mut decoder = CsvDecoder::new(options).unwrap();
    let outcome = run(&mut decoder, [&b"a\n1,2"[..]]);
    assert_eq!(outcome.fault.as_deref(), Some("2:3 @4: record 1 has 2 fields, the header has 1"));
}

#[test]
fn what_is_passed_over_need_not_be_utf8() {
    let options = CsvOptions::new().skip(1).comment(b'#');
    let input = b"\xFF\n#\xFE\na\n1\n#\xFD\n2";
    for chunk in 1..=input.len() {
        let mut decoder = CsvDecoder::new(options.clone()).unwrap();
        let outcome = run(&mut decoder, input.chunks(chunk));
        assert_eq!(outcome.fault, None);
        let places: Vec<_> = outcome.records.iter().map(|seen| (seen.line, seen.offset)).collect();
        assert_eq!(places, [(4, 7), (6, 12)]);
    }
}

#[test]
fn columns_come_with_each_batch_and_by_name() {
    let mut decoder = CsvDecoder::new(CsvOptions::new()).unwrap();
    let mut batch = asyncgen_formats::Batch::default();
    decoder.decode(b"id,na", &mut batch).unwrap();
    assert!(batch.columns().is_none() && decoder.columns().is_none());
    decoder.decode(b"me\n", &mut batch).unwrap();
    assert!(batch.is_empty());
    assert_eq!(decoder.columns().map(|columns| columns.len()), Some(2));
    decoder.decode(b"1,x\n", &mut batch).unwrap();
    let record = batch.get(0).unwrap();
    assert_eq!((record.by_name("name"), record.by_name("none")), (Some("x"), None));
    assert_eq!(record.columns(), decoder.columns());
}

#[test]
fn options_that_cannot_be() {
    for (options, expected) in [
        (
            CsvOptions::new().delimiter(0xA7),
            "the delimiter must be an ASCII character, not the byte 0xa7",
        ),
        (CsvOptions::new().quote(b'\n'), "the quote cannot be a line end"),
        (CsvOptions::new().delimiter(b'\r'), "the delimiter cannot be a line end"),
        (CsvOptions::new().delimiter(b'"'), "delimiter and quote are both '\"'"),
        (CsvOptions::new().escape(b'"'), "quote and escape character are both '\"'"),
        (
            CsvOptions::new().quote(None).comment(b','),
            "delimiter and comment character are both ','",
        ),
        (
            CsvOptions::new().delimiter(b' ').skip_initial_space(true),
            "the delimiter cannot be a space where spaces are passed over",
        ),
    ] {
        let error: OptionError = CsvDecoder::new(options).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}
