//! Longer sources, cut at random, against the naive decoder.

use asyncgen_formats::Blank;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::naive_csv::Reading;
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
        1 => Just(b"\\".as_slice()),
        1 => Just(b"\\\r\n".as_slice()),
        1 => Just(b" ".as_slice()),
        1 => Just(b"\n#, \"".as_slice()),
        1 => Just(b"'; |".as_slice()),
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

/// Rows of three columns, many alike, and between them one that is not: blocks in which there is nothing special are read
/// apart, and many at a time.
fn runs() -> impl Strategy<Value = Vec<u8>> {
    let usual = prop_oneof![Just("a,bc,def\n"), Just("a longer text of it,,b\n"), Just(",,\n")];
    let other = prop_oneof![
        Just("\n".to_owned()),
        Just("a,b\r\n".to_owned()),
        Just("a,b,c\r".to_owned()),
        Just("one\n".to_owned()),
        Just("a,b,c,d\n".to_owned()),
        Just("a,12\" monitor,c\n".to_owned()),
        Just("a,\"b\"\" and\n b\",c\n".to_owned()),
        (0..300_usize).prop_map(|length| format!("a,\"{}\n\"\"\",c\n", "x".repeat(length))),
        (0..300_usize).prop_map(|length| format!("{},b,c\n", "é".repeat(length))),
    ];
    let runs = vec((usual, 0..400_usize, other), 1..8);
    runs.prop_map(|runs| {
        let runs = runs.into_iter().map(|(usual, count, other)| usual.repeat(count) + &other);
        runs.collect::<String>().into_bytes()
    })
}

/// Any dialect. The bytes that mean something are all different, and none is a space.
fn reading() -> impl Strategy<Value = Reading> {
    let specials = Just(b",;\t|\"'\\#a".to_vec()).prop_shuffle();
    let given = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (specials, given, any::<bool>(), any::<bool>(), 0_u64..3).prop_map(
        |(specials, (quote, escape, comment, space), strict, keep, skip)| Reading {
            delimiter: specials[0],
            quote: quote.then_some(specials[1]),
            escape: escape.then_some(specials[2]),
            comment: comment.then_some(specials[3]),
            skip_initial_space: space,
            strict,
            blank: if keep { Blank::Keep } else { Blank::Skip },
            skip,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn any_bytes(pieces in vec(broken_piece(), 0..80), cuts in vec(1_usize..40, 0..40)) {
        check(Reading::STRICT, &pieces.concat(), &cuts);
        check(Reading::LENIENT, &pieces.concat(), &cuts);
    }

    #[test]
    fn any_dialect(
        reading in reading(),
        pieces in vec(broken_piece(), 0..80),
        cuts in vec(1_usize..40, 0..40),
    ) {
        check(reading, &pieces.concat(), &cuts);
    }

    #[test]
    fn tables(input in table(), cuts in vec(1_usize..200, 0..20)) {
        let rows = check(Reading::STRICT, &input, &cuts);
        prop_assert!(rows.iter().all(|row| row.len() == 5));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(16) })]

    #[test]
    fn long_runs(input in runs(), cuts in vec(1_usize..9000, 0..6)) {
        check(Reading::STRICT, &input, &cuts);
        check(Reading::LENIENT, &input, &cuts);
    }
}

/// Blocks without quotes are looked at apart once there were some: what stood at the end of those before must be known in
/// the first of them, and nowhere else.
#[test]
fn between_blocks_with_and_without_quotes() {
    let block = |first: &str, last: &str| {
        first.to_owned() + &"x".repeat(64 - first.len() - last.len()) + last
    };
    let edges = ["\n", "\r", ",", "\"", "x"];
    let ends = edges.iter().flat_map(|first| edges.iter().map(move |last| (first, last)));
    for ((first, last), after) in ends.flat_map(|ends| edges.map(|after| (ends, after))) {
        for (before, behind) in (0..6).flat_map(|before| (0..3).map(move |behind| (before, behind)))
        {
            let input = [
                block("\"q\",", "x"),
                block("x", "x").repeat(before),
                block(first, last),
                block("x", "x").repeat(behind),
                block(after, ",\"q\"\"\"\n"),
            ];
            for reading in [Reading::LENIENT, Reading::STRICT] {
                check(reading, input.concat().as_bytes(), &[]);
            }
        }
    }
}

fn check(reading: Reading, input: &[u8], cuts: &[usize]) -> Vec<Vec<String>> {
    let naive = reading.decode(input);
    let mut rest = input;
    let mut chunks = Vec::new();
    for &length in cuts {
        let (chunk, after) = rest.split_at(length.min(rest.len()));
        chunks.push(chunk);
        rest = after;
    }
    chunks.push(rest);
    for chunks in [vec![input], chunks, input.chunks(1).collect()] {
        assert_eq!(run(&mut reading.decoder(), chunks), naive, "{reading:?}");
    }
    naive.rows()
}
