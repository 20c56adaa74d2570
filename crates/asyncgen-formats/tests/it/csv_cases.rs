//! CSV sources and what they hold.

use asyncgen_formats::{CsvDecoder, CsvOptions, Decoder as _, Header, OptionError};

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
    ] {
        let error: OptionError = CsvDecoder::new(options).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}
