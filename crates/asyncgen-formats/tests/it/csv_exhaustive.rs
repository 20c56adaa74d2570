//! Every short string over the bytes that mean something, cut at every place, against the `csv`
//! crate and against the naive decoder.

use asyncgen_formats::{CsvDecoder, CsvOptions, Header, Ragged};

use crate::naive_csv;
use crate::run::{Outcome, run};

const ALPHABET: [u8; 5] = *b"a,\"\n\r";

/// How long the strings are: 3,905 of them, or 97,655 in a soak.
fn longest() -> u32 {
    if std::env::var_os("ASYNCGEN_SOAK").is_some() { 7 } else { 5 }
}

#[test]
fn equals_the_csv_crate_however_it_is_cut() {
    let mut strings = 0;
    for length in 1..=longest() {
        let mut input = vec![ALPHABET[0]; length as usize];
        let mut digits = vec![0; input.len()];
        loop {
            check(&input);
            strings += 1;
            let Some(place) = digits.iter().rposition(|digit| *digit + 1 < ALPHABET.len()) else {
                break;
            };
            digits[place] += 1;
            digits[place + 1..].fill(0);
            for (byte, digit) in input.iter_mut().zip(&digits) {
                *byte = ALPHABET[*digit];
            }
        }
    }
    let expected: usize = (1..=longest()).map(|length| ALPHABET.len().pow(length)).sum();
    assert_eq!(strings, expected);
}

fn check(input: &[u8]) {
    let naive = naive_csv::decode(input);
    let whole = decode([input]);
    assert_eq!(whole, naive, "{:?}", input.escape_ascii().to_string());
    for cut in 1..input.len() {
        let (left, right) = input.split_at(cut);
        assert_eq!(
            decode([left, right]),
            naive,
            "cut {}|{}",
            left.escape_ascii(),
            right.escape_ascii()
        );
    }
    assert_eq!(decode(input.chunks(1)), naive, "byte by byte: {}", input.escape_ascii());

    let peer = csv_crate(input);
    let rows = naive.rows();
    if naive.fault.is_none() {
        assert_eq!(rows, peer, "the csv crate on {}", input.escape_ascii());
    } else {
        assert_eq!(rows, peer[..rows.len()], "before the fault in {}", input.escape_ascii());
        assert!(
            peer.len() > rows.len(),
            "the csv crate makes a record of {}",
            input.escape_ascii()
        );
    }
}

fn decode<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> Outcome {
    let options = CsvOptions::new().header(Header::None).ragged(Ragged::Keep);
    run(&mut CsvDecoder::new(options).unwrap(), chunks)
}

fn csv_crate(input: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}
