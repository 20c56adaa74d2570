//! Dialects that are worked out: from which bytes, against what was said, and what does not fit later.

use std::fmt::Write as _;

use asyncgen_formats::{
    CsvDecoder, CsvDialect, CsvOptions, Decoder as _, Header, Ragged, Resume as _,
};
use proptest::prelude::*;

use crate::run::{Outcome, run};

fn detecting() -> CsvOptions {
    CsvOptions::new().detect(true)
}

/// What comes out of `input`, and its dialect.
fn read(options: CsvOptions, input: &[u8], chunk: usize) -> (Outcome, CsvDialect) {
    let mut decoder = CsvDecoder::new(options).unwrap();
    let outcome = run(&mut decoder, input.chunks(chunk));
    decoder.end();
    (outcome, decoder.dialect().expect("known at the end"))
}

/// `said` changes what is said beside the wish to detect.
fn check(said: fn(CsvOptions) -> CsvOptions, input: &str, expected: CsvDialect) -> Outcome {
    let whole = read(said(detecting()), input.as_bytes(), input.len().max(1));
    assert_eq!(whole.1, expected, "{input:?}");
    for chunk in 1..input.len() {
        assert_eq!(read(said(detecting()), input.as_bytes(), chunk), whole, "chunks of {chunk}");
    }
    whole.0
}

const USUAL: CsvDialect = CsvDialect {
    delimiter: b',',
    quote: Some(b'"'),
    escape: None,
    skip_initial_space: false,
    header: true,
    skip: 0,
};

const TABLE: &str = "made by hand\n\n'id'; 'text'\n'1'; 'a; \nb'\n'2'; 'c'\n";

#[test]
fn what_is_not_said() {
    let found = CsvDialect {
        delimiter: b';',
        quote: Some(b'\''),
        skip_initial_space: true,
        skip: 2,
        ..USUAL
    };
    let outcome = check(|said| said, TABLE, found);
    assert_eq!(outcome.columns.unwrap(), ["id", "text"]);
    assert_eq!(outcome.records[0].fields, ["1", "a; \nb"]);
    assert_eq!((outcome.records[1].line, outcome.fault), (6, None));
    check(|said| said, "\u{feff}a\tb\n1\t2\n", CsvDialect { delimiter: b'\t', ..USUAL });
    check(|said| said, "1,2\n3,4\n", CsvDialect { header: false, ..USUAL });
    let escaped = "\"a\",\"b\"\n\"1\",\"x\\\"y\"\n\"2\",\"z\\\\\"\n";
    check(|said| said, escaped, CsvDialect { escape: Some(b'\\'), ..USUAL });
    check(|said| said, "sep=|\na|b\n1|2\n", CsvDialect { delimiter: b'|', skip: 1, ..USUAL });
}

#[test]
fn what_is_said_counts() {
    let pairs = "1,5;2,5\n3,5;4,5\n";
    check(|said| said, pairs, CsvDialect { delimiter: b';', header: false, ..USUAL });
    check(|said| said.delimiter(b','), pairs, CsvDialect { header: false, ..USUAL });
    check(|said| said.header(Header::First), pairs, CsvDialect { delimiter: b';', ..USUAL });
    let names = |said: CsvOptions| said.header(Header::Names(vec!["x".into(), "y".into()]));
    let outcome = check(names, pairs, CsvDialect { delimiter: b';', header: false, ..USUAL });
    assert_eq!(outcome.columns.unwrap(), ["x", "y"]);
    let table = CsvDialect { delimiter: b';', quote: Some(b'\''), skip: 2, ..USUAL };
    check(
        |said| said.skip_initial_space(true),
        TABLE,
        CsvDialect { skip_initial_space: true, ..table },
    );
    check(|said| said.quote(None), "a,b\n'1',\"2\"\n", CsvDialect { quote: None, ..USUAL });
    check(|said| said.skip(0), "x;y\na,b\n1,2\n", CsvDialect { ..USUAL });
    check(|said| said.comment(b'#'), "#;;\na,b\n#;;\n1,2\n", CsvDialect { skip: 1, ..USUAL });
    // What is usual gives way where it was said of something else.
    check(
        |said| said.delimiter(b'"'),
        "a\"b\n1\"2\n",
        CsvDialect { delimiter: b'"', quote: None, ..USUAL },
    );
}

#[test]
fn little_to_go_by() {
    check(|said| said, "", USUAL);
    check(|said| said, "\n", USUAL);
    check(|said| said, "a", USUAL);
    check(|said| said, "a;b", CsvDialect { delimiter: b';', ..USUAL });
    check(|said| said, "1", CsvDialect { header: false, ..USUAL });
    // One column: the delimiter is one that is not there.
    check(|said| said, "price\n1,50\n2,75\n", CsvDialect { delimiter: b';', ..USUAL });
}

#[test]
fn what_does_not_fit_is_told() {
    let mut table = "id;name;value\n".to_owned();
    for id in 0..10_000 {
        writeln!(table, "{id};name {id};{id},5").unwrap();
    }
    let at = table.len();
    assert!(at > 2 * CsvOptions::SAMPLE);
    table.push_str("1,2,3\n");
    let expected = format!("10002:6 @{}: record 10001 has 1 field, the header has 3", at + 5);
    for chunk in [1000, CsvOptions::SAMPLE - 1, CsvOptions::SAMPLE, CsvOptions::SAMPLE + 1, at] {
        let (outcome, dialect) = read(detecting(), table.as_bytes(), chunk);
        assert_eq!(outcome.records.len(), 10_000);
        assert_eq!(outcome.fault.as_deref(), Some(&*expected));
        assert_eq!(dialect, CsvDialect { delimiter: b';', ..USUAL });
    }
    let short = "a|b\n1|2\n3|4\n5|6\n7\n";
    let outcome = check(|said| said, short, CsvDialect { delimiter: b'|', ..USUAL });
    assert_eq!(outcome.records.len(), 3);
    assert_eq!(outcome.fault.unwrap(), "5:2 @17: record 4 has 1 field, the header has 2");
}

#[test]
fn nothing_is_known_before_the_sample_is_there() {
    let mut decoder = CsvDecoder::new(detecting()).unwrap();
    let mut batch = asyncgen_formats::Batch::default();
    let line = b"1;2\n";
    let lines = CsvOptions::SAMPLE / line.len();
    decoder.decode(&line.repeat(lines - 1), &mut batch).unwrap();
    assert_eq!((batch.len(), decoder.dialect()), (0, None));
    decoder.decode(line, &mut batch).unwrap();
    assert_eq!(batch.len(), lines);
    assert_eq!(decoder.dialect(), Some(CsvDialect { delimiter: b';', header: false, ..USUAL }));
}

#[test]
fn what_is_faulty_is_not_passed_over() {
    let outcome = check(
        |said| said.quote(b'"'),
        "\"a\" x;b\n1;2\n3;4\n",
        CsvDialect { delimiter: b';', ..USUAL },
    );
    let fault = "1:4 @3: the header: text after the closing quote";
    assert_eq!(outcome.fault.as_deref(), Some(fault));
    let latin = read(detecting(), b"\xe4;b\n1;2\n3;4\n", 4);
    assert_eq!(latin.0.fault.unwrap(), "1:1 @0: the header: not UTF-8, byte 0xe4");
    // Before a table, whatever it is.
    let title = CsvDialect { delimiter: b';', skip: 1, ..USUAL };
    let outcome = check(|said| said, "\"a\" table\na;b;c\n1;2;3\n4;5;6\n", title);
    assert_eq!((outcome.records.len(), outcome.fault), (2, None));
}

proptest! {
    /// Whatever it is, it is read as its dialect says, and the same however it is cut.
    #[test]
    fn anything(
        input in proptest::collection::vec(
            prop_oneof![Just(b','), Just(b';'), Just(b'"'), Just(b'\''), Just(b'\\'), Just(b'\n'),
                Just(b'\r'), Just(b' '), Just(b'a'), Just(b'1'), Just(b'.'), Just(b'#'), any::<u8>()],
            0..120,
        ),
        chunk in 1..20usize,
    ) {
        let (outcome, dialect) = read(detecting(), &input, input.len().max(1));
        prop_assert_eq!(&read(detecting(), &input, chunk), &(outcome.clone(), dialect));
        let (again, written) = read(CsvOptions::new().or_as_in(&dialect), &input, chunk);
        prop_assert_eq!(again, outcome);
        prop_assert_eq!(written, dialect);
    }
}

/// A comma that quotes is no delimiter, also where there is none; nor is one that begins a comment.
#[test]
fn what_was_said_to_mean_something_else_is_no_delimiter() {
    let options = || CsvOptions::new().detect(true).header(Header::None).ragged(Ragged::Keep);
    let sample = b"abcdefgh\n".repeat(9000);
    let odd = b"a,b,c\n,,,\n,a,,b,\n,a\n";
    for (options, sample) in [
        (options().quote(b','), &*sample),
        (options().comment(b','), &*sample),
        (options().quote(b','), b""),
        (options().delimiter(b'"'), &*sample),
    ] {
        let mut decoder = CsvDecoder::new(options).unwrap();
        let outcome = run(&mut decoder, [sample, odd]);
        let dialect = decoder.dialect().unwrap();
        assert_ne!(Some(dialect.delimiter), dialect.quote);
        assert!(outcome.records.len() >= sample.len() / 9);
    }
}
