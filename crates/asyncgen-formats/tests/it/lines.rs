//! Lines, cut everywhere.

use asyncgen_formats::LinesDecoder;

use crate::run::run;

fn check(input: &[u8], expected: &[(&str, u64)]) {
    for chunk in 1..=input.len().max(1) {
        let outcome = run(&mut LinesDecoder::new(1 << 20), input.chunks(chunk));
        assert_eq!(outcome.fault, None);
        assert_eq!(outcome.columns, None);
        let seen: Vec<(&str, u64)> =
            outcome.records.iter().map(|line| (&*line.fields[0], line.offset)).collect();
        assert_eq!(seen, expected, "{} in chunks of {chunk}", input.escape_ascii());
        for (number, line) in (1..).zip(&outcome.records) {
            assert_eq!((line.line, line.fields.len()), (number, 1));
        }
    }
}

#[test]
fn what_a_line_is() {
    check(b"", &[]);
    check(b"\n", &[("", 0)]);
    check(b"a", &[("a", 0)]);
    check(b"a\n", &[("a", 0)]);
    check(b"a\r\n\r\n\nb", &[("a", 0), ("", 3), ("", 5), ("b", 6)]);
    check(b"a\rb\r\r\nc\r", &[("a\rb\r", 0), ("c\r", 6)]);
    check(b"\0\n\0", &[("\0", 0), ("\0", 2)]);
    check("\u{feff}é\n漢\u{feff}".as_bytes(), &[("é", 3), ("漢\u{feff}", 6)]);
    check("\u{feff}".as_bytes(), &[]);
    check("\u{feff}\n".as_bytes(), &[("", 3)]);
}

#[test]
fn lines_with_their_ends() {
    let input = "a\r\n\n\r\nb\rc\nd".as_bytes();
    for chunk in 1..=input.len() {
        let mut decoder = LinesDecoder::new(3).keep_ends(true);
        let outcome = run(&mut decoder, input.chunks(chunk));
        let lines: Vec<&str> = outcome.records.iter().map(|line| &*line.fields[0]).collect();
        assert_eq!(lines, ["a\r\n", "\n", "\r\n", "b\rc\n", "d"]);
        assert_eq!(lines.concat().as_bytes(), input);
    }
}

#[test]
fn what_is_not_utf8() {
    for (input, before, expected) in [
        (&b"a\nb\xFFc\nd\n"[..], 1, "2:2 @3: record 2: not UTF-8, byte 0xff"),
        (b"\xEF\xBB", 0, "1:1 @0: record 1: not UTF-8, byte 0xef"),
        (b"\xEF\xBB\xBFx\n\xF0\x9F\x98", 1, "2:1 @5: record 2: not UTF-8, byte 0xf0"),
    ] {
        for chunk in 1..=input.len() {
            let outcome = run(&mut LinesDecoder::new(1 << 20), input.chunks(chunk));
            assert_eq!(outcome.records.len(), before);
            assert_eq!(outcome.fault.as_deref(), Some(expected));
        }
    }
}
