//! Each kind of compression on any input, cut and damaged in all ways.

use std::io::Write;
use std::process::Stdio;

use asyncgen_sources::{Compression, ErrorKind, Input, lines};

use crate::support::{Folder, Outcome, alone, count, run, settle};

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
        refused(Input::bytes(bomb.clone()).max_ratio(100), ratio);
        let error = read(Input::bytes(bomb).max_ratio(0)).end.unwrap_err();
        assert_eq!(error.to_string(), "<bytes>: max_ratio must be 1 or more, not 0");
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

/// How many they are: five chunks of them.
const LONG: usize = 12_000;

/// Lines that are long enough for a thread of their own.
fn long() -> Vec<u8> {
    (0..LONG).flat_map(|n| format!("{n:107}\n").into_bytes()).collect()
}

#[test]
fn what_is_long_is_undone_apart() {
    let expected = read(Input::bytes(long())).records;
    for kind in ALL {
        let packed = pack(kind, &long());
        let outcome = read(Input::bytes(packed.clone()));
        assert!(outcome.records == expected, "{kind:?}");
        assert_eq!(outcome.end.unwrap().bytes, packed.len() as u64);
        // What stands before a fault comes first.
        let torn = Input::bytes(packed[..packed.len() - 5].to_vec());
        let records = refused(torn, &format!("the {} data end too early", name(kind)));
        assert!(expected.starts_with(&records[..records.len() - 1]), "{kind:?}");
        assert!(records.len() > expected.len() / 2, "{kind:?}: {}", records.len());
    }
}

/// Batches wait in the queue and in the producer's hand, pieces of the same length in the thread's.
#[test]
fn a_thread_stays_close_to_the_consumer() {
    const AHEAD: u64 = 3 + 4;
    const CHUNK: u64 = 256 * 1024;
    let mut state = 1_u64;
    let hex = |_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:016x}\n", state ^ (state >> 32))
    };
    let text: String = (0..700_000).map(hex).collect();
    let packed = pack(Compression::Zstd, text.as_bytes());
    let (decoded, stored) = (text.len() as u64, packed.len() as u64);
    assert!(stored > 20 * CHUNK, "{stored}");
    let mut batches = lines(Input::bytes(packed)).batches();
    let mut delivered = 0;
    while let Some(batch) = pollster::block_on(batches.next()) {
        delivered += batch.unwrap().len() as u64 * 17;
        for _ in 0..100 {
            std::thread::yield_now();
            let read = batches.progress().bytes;
            // The chunk that is undone, and what is in memory of its text.
            let most = (delivered + AHEAD * CHUNK) * stored / decoded + 2 * CHUNK;
            assert!(read <= most, "{read} of {stored} bytes read, {delivered} of {decoded} given");
        }
    }
    assert_eq!(delivered, decoded);
}

#[test]
fn more_than_may_have_a_thread_are_read_side_by_side() {
    let packed = bytes::Bytes::from(pack(Compression::Zstd, &long()));
    let source = || lines(Input::bytes(packed.clone())).batches();
    pollster::block_on(async {
        let mut sources: Vec<_> = (0..60).map(|_| source()).collect();
        let (mut counts, mut ended) = (vec![0; sources.len()], 0);
        while ended < sources.len() {
            for (source, count) in sources.iter_mut().zip(&mut counts) {
                match source.next().await {
                    Some(batch) => *count += batch.unwrap().len(),
                    None => ended += 1,
                }
            }
        }
        assert!(counts.iter().all(|count| *count == LONG));
    });
}

#[test]
fn a_thread_ends_when_its_source_is_dropped() {
    let test = "compression::a_thread_ends_when_its_source_is_dropped";
    if !alone(test, Stdio::null()) {
        return;
    }
    let folder = Folder::new();
    let path = folder.file("long.gz", pack(Compression::Gzip, &long()));
    pollster::block_on(async {
        for round in 0..30 {
            let mut source = lines(&path).batches();
            // The second batch is of what was undone apart.
            for _ in 0..2 {
                source.next().await.unwrap().unwrap();
            }
            let before = count("fd");
            drop(source);
            settle("its file is open", || count("fd") < before);
            assert!(count("task") <= 16, "{round}: {} threads", count("task"));
        }
    });
}
