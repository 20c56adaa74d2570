//! Longer sources, cut at random, against the naive decoder.

use asyncgen_formats::{CsvDecoder, CsvOptions, Header, Ragged};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::naive_csv;
use crate::run::run;

/// Pieces a source is put together from. Long ones make fields go over the end of a block of the
/// scan; the last ones are not UTF-8, or only in part.
fn piece() -> impl Strategy<Value = &'static [u8]> {
    prop_oneof![
        8 => Just(b"a".as_slice()),
        6 => Just(b",".as_slice()),
        4 => Just(b"\n".as_slice()),
        2 => Just(b"\r\n".as_slice()),
        1 => Just(b"\r".as_slice()),
        2 => Just(b"\"".as_slice()),
        2 => Just(b",\"".as_slice()),
        2 => Just(b"\",".as_slice()),
        2 => Just(b"\"\"".as_slice()),
        1 => Just(b"\n\"".as_slice()),
        1 => Just(b"\"\n".as_slice()),
        2 => Just("é漢🦀".as_bytes()),
        1 => Just(b"\0".as_slice()),
        1 => Just(b"\xEF\xBB\xBF".as_slice()),
        1 => Just(b"the quick brown fox jumps over the lazy dog, not \"once\" but twice".as_slice()),
    ]
}

fn broken_piece() -> impl Strategy<Value = &'static [u8]> {
    prop_oneof![
        40 => piece(),
        1 => Just(b"\xFF".as_slice()),
        1 => Just(b"\xC3".as_slice()),
        1 => Just(b"\xF0\x9F\xA6".as_slice()),
    ]
}

/// A well-formed source of five columns.
fn table() -> impl Strategy<Value = Vec<u8>> {
    let field = prop_oneof![
        "[a-z0-9 .'é漢-]{0,30}",
        "[a-z0-9 ,\n\ré\"]{0,90}".prop_map(|text| format!("\"{}\"", text.replace('"', "\"\""))),
    ];
    let line_end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r"), Just("\n\n")];
    vec((vec(field, 5), line_end), 0..12).prop_map(|rows| {
        let rows = rows.into_iter().map(|(fields, end)| fields.join(",") + end);
        rows.collect::<String>().into_bytes()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn any_bytes(pieces in vec(broken_piece(), 0..80), cuts in vec(1_usize..40, 0..40)) {
        check(&pieces.concat(), &cuts);
    }

    #[test]
    fn tables(input in table(), cuts in vec(1_usize..200, 0..20)) {
        let rows = check(&input, &cuts);
        prop_assert!(rows.iter().all(|row| row.len() == 5));
    }
}

fn check(input: &[u8], cuts: &[usize]) -> Vec<Vec<String>> {
    let naive = naive_csv::decode(input);
    let mut rest = input;
    let mut chunks = Vec::new();
    for &length in cuts {
        let (chunk, after) = rest.split_at(length.min(rest.len()));
        chunks.push(chunk);
        rest = after;
    }
    chunks.push(rest);
    for chunks in [vec![input], chunks, input.chunks(1).collect()] {
        let options = CsvOptions::new().header(Header::None).ragged(Ragged::Keep);
        let outcome = run(&mut CsvDecoder::new(options).unwrap(), chunks);
        assert_eq!(outcome, naive);
    }
    naive.rows()
}
