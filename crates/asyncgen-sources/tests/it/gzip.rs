//! Gzip on any input, cut and damaged in all ways.

use std::io::Write;

use asyncgen_sources::{ErrorKind, Input, lines};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Outcome, run};

fn member(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn read(bytes: impl Into<bytes::Bytes>) -> Outcome {
    run(lines(Input::bytes(bytes)).batches())
}

/// Asserts that the data are refused, and returns the records that came before.
fn refused(bytes: impl Into<bytes::Bytes>, message: &str) -> Vec<String> {
    let outcome = read(bytes);
    let error = outcome.end.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Compression(_)), "{error}");
    assert_eq!(error.to_string(), format!("<bytes>: bad compressed data: {message}"));
    outcome.records
}

const TOO_EARLY: &str = "the gzip data end too early";
const GARBAGE: &str = "something that is not gzip follows the gzip data";

#[test]
fn all_members_are_read() {
    let parts = [member(b"one\ntw"), member(b""), member(b"o\nthree\n")];
    let outcome = read(parts.concat());
    assert_eq!(outcome.records, ["one", "two", "three"]);
    assert_eq!(outcome.end.unwrap().bytes, parts.concat().len() as u64);
    assert!(read(member(b"")).records.is_empty());
    let many = member(b"x\n").repeat(20_000);
    assert_eq!(read(many).records.len(), 20_000);
}

#[test]
fn every_cut_is_an_error() {
    let whole = member(b"one\ntwo\nthree\n");
    for cut in 1..whole.len() {
        let records = refused(whole[..cut].to_vec(), TOO_EARLY);
        assert!("one two three".starts_with(&records.join(" ")), "{cut}: {records:?}");
    }
    assert!(read(Vec::new()).records.is_empty());
    let both = [member(b"one\n"), whole.clone()].concat();
    let first = both.len() - whole.len();
    for cut in first + 1..both.len() {
        assert_eq!(refused(both[..cut].to_vec(), TOO_EARLY)[0], "one", "{cut}");
    }
}

#[test]
fn what_follows_the_last_member_must_be_zeros() {
    let whole = member(b"one\n");
    assert_eq!(read([&whole[..], &vec![0; 600_000]].concat()).records, ["one"]);
    assert_eq!(refused([&whole[..], b"garbage"].concat(), GARBAGE), ["one"]);
    assert_eq!(refused([&whole[..], &[0, 0, 1]].concat(), GARBAGE), ["one"]);
    let header = [&whole[..], b"\x1fgarbage!"].concat();
    assert_eq!(refused(header, "incorrect header check"), ["one"]);
}

#[test]
fn damage_is_found_and_what_came_before_is_delivered() {
    let mut whole = member(b"one\ntwo\n");
    let checksum = whole.len() - 8;
    whole[checksum] ^= 1;
    assert_eq!(refused(whole, "incorrect data check"), ["one", "two"]);
}

#[test]
fn a_bomb_costs_no_memory() {
    let bomb = member(&vec![b'x'; 1 << 20]).repeat(1000);
    let outcome = run(lines(Input::bytes(bomb)).max_line(1 << 20).batches());
    let error = outcome.end.unwrap_err();
    assert_eq!(
        error.to_string(),
        "<bytes>:1:1: record 1 is longer than the limit of 1048576 bytes"
    );
}

#[test]
fn text_that_is_short_is_text() {
    for text in ["", "a", "\u{1e}\n", "ab"] {
        let expected: Vec<&str> = text.lines().collect();
        assert_eq!(read(text).records, expected);
    }
}
