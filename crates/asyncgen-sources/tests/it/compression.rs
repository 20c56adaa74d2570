//! Each kind of compression on any input, cut and damaged in all ways.

use std::io::Write;

use asyncgen_sources::{Compression, ErrorKind, Input, lines};

use crate::support::{Outcome, run};

const ALL: [Compression; 4] =
    [Compression::Gzip, Compression::Zstd, Compression::Bzip2, Compression::Xz];

/// One member.
fn pack(compression: Compression, text: &[u8]) -> Vec<u8> {
    match compression {
        Compression::Gzip => {
            let level = flate2::Compression::default();
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        }
        Compression::Zstd => {
            let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
            encoder.include_checksum(true).unwrap();
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        }
        Compression::Bzip2 => {
            let level = bzip2::Compression::best();
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), level);
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        }
        Compression::Xz => {
            let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 6);
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        }
        Compression::Infer | Compression::None => text.to_vec(),
    }
}

fn name(compression: Compression) -> String {
    format!("{compression:?}").to_lowercase()
}

fn read(input: Input) -> Outcome {
    run(lines(input).batches())
}

/// Asserts that the data are refused, and returns the records that came before.
fn refused(input: Input, message: &str) -> Vec<String> {
    let outcome = read(input);
    let error = outcome.end.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Compression(_)), "{error}");
    assert_eq!(error.to_string(), format!("<bytes>: bad compressed data: {message}"));
    outcome.records
}

#[test]
fn all_members_are_read() {
    for kind in ALL {
        let parts = [pack(kind, b"one\ntw"), pack(kind, b""), pack(kind, b"o\nthree\n")].concat();
        let outcome = read(Input::bytes(parts.clone()));
        assert_eq!(outcome.records, ["one", "two", "three"], "{kind:?}");
        assert_eq!(outcome.end.unwrap().bytes, parts.len() as u64);
        assert!(read(Input::bytes(pack(kind, b""))).records.is_empty());
        let many = pack(kind, b"x\n").repeat(2000);
        assert_eq!(read(Input::bytes(many)).records.len(), 2000, "{kind:?}");
    }
}

#[test]
fn every_cut_is_an_error() {
    for kind in ALL {
        let too_early = format!("the {} data end too early", name(kind));
        let whole = pack(kind, b"one\ntwo\nthree\n");
        let both = [pack(kind, b"zero\n"), whole.clone()].concat();
        let first = both.len() - whole.len();
        for cut in 1..whole.len() {
            let cut_off = Input::bytes(whole[..cut].to_vec()).compression(kind);
            let records = refused(cut_off, &too_early);
            assert!("one two three".starts_with(&records.join(" ")), "{cut}: {records:?}");
            let records = refused(Input::bytes(both[..first + cut].to_vec()), &too_early);
            assert_eq!(records.first().map(String::as_str), Some("zero"), "{cut}");
        }
    }
}

#[test]
fn what_follows_the_last_member_is_an_error() {
    for kind in ALL {
        let name = name(kind);
        let garbage = format!("something that is not {name} follows the {name} data");
        let whole = pack(kind, b"one\n");
        let with = |more: &[u8]| Input::bytes([&whole[..], more].concat());
        assert_eq!(refused(with(b"x"), &garbage), ["one"]);
        if matches!(kind, Compression::Gzip | Compression::Xz) {
            assert_eq!(read(with(&[0; 1024])).records, ["one"]);
            assert_eq!(refused(with(b"\0\0x"), &garbage), ["one"]);
        } else {
            assert_eq!(refused(with(&[0]), &garbage), ["one"]);
        }
    }
}

#[test]
fn a_damaged_byte_is_an_error_or_changes_nothing() {
    let text: Vec<u8> = (0..200).flat_map(|n| format!("line {n}\n").into_bytes()).collect();
    for kind in ALL {
        let whole = pack(kind, &text);
        let expected = read(Input::bytes(text.clone())).records;
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x10;
            let outcome = read(Input::bytes(damaged).compression(kind));
            assert!(outcome.end.is_err() || outcome.records == expected, "{kind:?} at {at}");
        }
    }
}

#[test]
fn a_bomb_ends_at_a_limit() {
    let bytes = 8 << 20;
    let line = [b"x".repeat(1023), b"\n".to_vec()].concat();
    for kind in ALL {
        let bomb = pack(kind, &line.repeat(bytes / line.len()));
        assert_eq!(read(Input::bytes(bomb.clone())).records.len(), bytes / line.len());
        let limit = format!("they decode to more than the limit of {} bytes", 1 << 20);
        let records = refused(Input::bytes(bomb.clone()).max_decoded(1 << 20), &limit);
        assert!(records.len() >= 1024 && records.len() < 2048, "{kind:?}: {}", records.len());
        let ratio = "they decode to more than 100 times their length";
        refused(Input::bytes(bomb).max_ratio(100), ratio);
    }
}

#[test]
fn what_only_looks_compressed_is_text() {
    for text in ["B", "BZh", "BZh9", "BZhello, world", "BZh91AY&SX", "(", "(\u{b5}", "\u{1e}x"] {
        let outcome = read(Input::bytes(text.to_owned()));
        assert_eq!((outcome.records, outcome.end.is_ok()), (vec![text.to_owned()], true));
    }
    let gzip = pack(Compression::Gzip, b"one\n");
    let raw = read(Input::bytes(gzip).compression(Compression::None));
    assert_eq!(raw.end.unwrap_err().to_string(), "<bytes>:1:2: record 1: not UTF-8, byte 0x8b");
    assert_eq!(
        refused(Input::bytes("a line of text\n").compression(Compression::Xz), "corrupt xz data"),
        [""; 0]
    );
    assert!(read(Input::bytes("").compression(Compression::None)).records.is_empty());
}
