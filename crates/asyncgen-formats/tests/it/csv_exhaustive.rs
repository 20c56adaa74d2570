//! Every short string over the bytes that mean something, cut in every way, against the `csv`
//! crate and against the naive decoder.

use asyncgen_formats::{Blank, CsvDecoder, OnError};

use crate::naive_csv::Reading;
use crate::run::{Outcome, run};

/// The strings whole: 97,655 of them.
const LONGEST: u32 = 7;

/// How long the strings are that are cut in every way: 3,905 of them, or all in a soak.
fn longest_cut() -> u32 {
    if is_soak() { LONGEST } else { 5 }
}

fn is_soak() -> bool {
    std::env::var_os("ASYNCGEN_SOAK").is_some()
}

/// Calls `check` with every string of up to `longest` bytes over `alphabet`.
fn every_string(alphabet: &[u8], longest: u32, mut check: impl FnMut(&[u8])) {
    let mut strings = 0;
    for length in 1..=longest {
        let mut input = vec![alphabet[0]; length as usize];
        let mut digits = vec![0; input.len()];
        loop {
            check(&input);
            strings += 1;
            let Some(place) = digits.iter().rposition(|digit| *digit + 1 < alphabet.len()) else {
                break;
            };
            digits[place] += 1;
            digits[place + 1..].fill(0);
            for (byte, digit) in input.iter_mut().zip(&digits) {
                *byte = alphabet[*digit];
            }
        }
    }
    let expected: usize = (1..=longest).map(|length| alphabet.len().pow(length)).sum();
    assert_eq!(strings, expected);
}

/// Holds the decoder against the naive one, cut in every way if the input is short.
fn check_reading(reading: Reading, input: &[u8], longest_cut: u32) -> Outcome {
    let naive = reading.decode(input);
    // A bit for each place between two bytes: whether it is cut there.
    let cuts: u128 = if input.len() <= longest_cut as usize { 1 << (input.len() - 1) } else { 1 };
    for cut in 0..cuts {
        let mut chunks = Vec::new();
        let mut start = 0;
        for end in 1..=input.len() {
            if end == input.len() || cut >> (end - 1) & 1 == 1 {
                chunks.push(&input[start..end]);
                start = end;
            }
        }
        let shown = || {
            let chunks = chunks.iter().map(|chunk| chunk.escape_ascii().to_string());
            chunks.collect::<Vec<_>>().join("|")
        };
        let outcome = run(&mut reading.decoder(), chunks.iter().copied());
        assert_eq!(outcome, naive, "{} as {reading:?}", shown());
    }
    naive
}

/// Holds what is left where faulty records are passed over against the records one by one.
fn check_skipping(reading: Reading, input: &[u8]) {
    let (good, bad) = reading.good(input);
    for size in 1..=input.len() {
        let options = reading.options().on_error(OnError::Skip);
        let outcome = run(&mut CsvDecoder::new(options).unwrap(), input.chunks(size));
        let shown = input.escape_ascii().to_string();
        assert_eq!(outcome.fault, None, "{shown}");
        assert_eq!(outcome.records, good, "{shown} by {size}");
        assert_eq!(outcome.rejects, bad, "{shown} by {size}");
    }
}

#[test]
fn faulty_records_are_passed_over_however_it_is_cut() {
    every_string(b"a,\"\n\r\xFF", if is_soak() { 6 } else { 5 }, |input| {
        check_skipping(Reading::STRICT, input);
    });
}

#[test]
fn equals_the_csv_crate_however_it_is_cut() {
    every_string(b"a,\"\n\r", LONGEST, |input| {
        let lenient = check_reading(Reading::LENIENT, input, longest_cut()).rows();
        let strict = check_reading(Reading::STRICT, input, longest_cut());

        let peer = csv_crate(input);
        let records: Vec<_> = lenient.into_iter().filter(|row| !row.is_empty()).collect();
        assert_eq!(records, peer, "the csv crate on {}", input.escape_ascii());
        let rows = strict.rows();
        if strict.fault.is_none() {
            assert_eq!(rows, peer, "the csv crate on {}", input.escape_ascii());
        } else {
            let before = &peer[..rows.len()];
            assert_eq!(rows, before, "before the fault in {}", input.escape_ascii());
            assert!(peer.len() > rows.len(), "a record of {}", input.escape_ascii());
        }
    });
}

/// The scan looks at 64 bytes at a time: here the end of a block is before, within and after the string.
#[test]
fn over_the_end_of_a_block() {
    const BLOCK: usize = 64;
    let longest = if is_soak() { 6 } else { 4 };
    every_string(b"a,\"\n\r", longest, |string| {
        for before in BLOCK - string.len()..=BLOCK {
            for first in [&b"x"[..], b"\n", b"\"\n"] {
                let filler = first.iter().copied().chain(std::iter::repeat(b'x'));
                let input: Vec<u8> = filler.take(before).chain(string.iter().copied()).collect();
                for reading in [Reading::LENIENT, Reading::STRICT] {
                    check_reading(reading, &input, 0);
                }
            }
        }
    });
}

#[test]
fn every_option_however_it_is_cut() {
    let strict = Reading {
        escape: Some(b'\\'),
        comment: Some(b'a'),
        skip_initial_space: true,
        skip: 1,
        ..Reading::STRICT
    };
    let longest = if is_soak() { 6 } else { 4 };
    every_string(b"a,\"\n\r\\ ", longest, |input| {
        for reading in [
            strict,
            Reading { strict: false, blank: Blank::Keep, skip: 0, ..strict },
            Reading { quote: None, comment: None, ..strict },
            Reading { quote: None, ..Reading::LENIENT },
        ] {
            check_reading(reading, input, longest);
        }
    });
}

fn csv_crate(input: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}
