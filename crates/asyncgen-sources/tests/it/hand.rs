//! Bytes that the consumer gives: nothing is asked for before all that came is handed out.

use std::future::Future;
use std::io::Write;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use asyncgen_sources::{Batches, ErrorKind, Input, csv, lines, ndjson};
use flate2::{Compression, write::GzEncoder};

use crate::support::text;

/// The most bytes that are decoded at a time.
const PIECE: usize = 64 * 1024;

/// What a chunk of the input leads to.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Records(Vec<String>),
    End,
    Failed(String),
}

fn records(expected: &[&str]) -> Step {
    Step::Records(expected.iter().map(ToString::to_string).collect())
}

/// What `batches` has to give until it asks for more.
fn served(batches: &mut Batches, is_asked: impl Fn() -> bool) -> Step {
    let mut served = Vec::new();
    loop {
        let next = pin!(batches.next()).poll(&mut Context::from_waker(Waker::noop()));
        match next {
            Poll::Ready(Some(Ok(batch))) => {
                assert!(!is_asked(), "it asked for more while it had a batch");
                assert!(batch.memory() <= 16 * PIECE);
                let fields = |record: asyncgen_sources::Record<'_>| {
                    record.iter().collect::<Vec<_>>().join("|")
                };
                served.extend(batch.iter().map(fields));
            }
            Poll::Ready(Some(Err(error))) => return Step::Failed(error.to_string()),
            Poll::Ready(None) => return Step::End,
            Poll::Pending if is_asked() => return Step::Records(served),
            // It lets others run.
            Poll::Pending => {}
        }
    }
}

/// Gives each chunk and compares what it leads to; then comes the end.
#[track_caller]
fn check(make: impl FnOnce(Input) -> Batches, steps: &[(&[u8], &[&str])], last: &[&str]) {
    let (hand, input) = Input::by_hand("<chunks>");
    let mut batches = make(input);
    assert!(!hand.is_asked(), "it asks before it is polled");
    assert_eq!(served(&mut batches, || hand.is_asked()), records(&[]));
    for (chunk, expected) in steps {
        hand.give(chunk.to_vec());
        assert_eq!(served(&mut batches, || hand.is_asked()), records(expected), "{chunk:?}");
    }
    hand.finish();
    let mut rest = Vec::new();
    while let Some(batch) = pollster::block_on(batches.next()) {
        rest.extend(batch.unwrap().iter().map(|record| record.get(0).unwrap().to_owned()));
    }
    assert_eq!(rest, last);
    let bytes: usize = steps.iter().map(|(chunk, _)| chunk.len()).sum();
    assert_eq!(batches.summary().unwrap().bytes, bytes as u64);
}

#[test]
fn a_record_is_there_with_its_last_byte() {
    let of_lines = |input| lines(input).batches();
    check(of_lines, &[(b"\n", &[""]), (b"on", &[]), (b"e\ntwo\nth", &["one", "two"])], &["th"]);
    check(of_lines, &[(b"", &[]), (b"a\r\n", &["a"]), (b"", &[]), (b"b\n", &["b"])], &[]);
    check(of_lines, &[], &[]);
    let of_csv = |input| csv(input).batches();
    let steps: &[(&[u8], &[&str])] = &[(b"a,b\n", &[]), (b"1,\"2\n3\"\n", &["1|2\n3"])];
    check(of_csv, steps, &[]);
    check(
        |input| ndjson(input).batches(),
        &[(b"[1]\n{\"", &["[1]"]), (b"a\":2}\n", &["{\"a\":2}"])],
        &[],
    );
}

#[test]
fn byte_by_byte() {
    let text = "one\ntwo\n\u{fc}\n";
    let bytes: Vec<[u8; 1]> = text.bytes().map(|byte| [byte]).collect();
    let mut ends = text.lines();
    let expected: Vec<Vec<&str>> = bytes
        .iter()
        .map(|[byte]| if *byte == b'\n' { ends.next().into_iter().collect() } else { Vec::new() })
        .collect();
    let steps: Vec<(&[u8], &[&str])> =
        bytes.iter().zip(&expected).map(|(byte, lines)| (&byte[..], &lines[..])).collect();
    check(|input| lines(input).batches(), &steps, &[]);
}

#[test]
fn gzip_is_undone_as_it_comes() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(b"one\n").unwrap();
    encoder.flush().unwrap();
    let first = std::mem::take(encoder.get_mut());
    encoder.write_all(b"two\n").unwrap();
    let second = encoder.finish().unwrap();
    let steps: &[(&[u8], &[&str])] =
        &[(&first[..1], &[]), (&first[1..], &["one"]), (&second, &["two"])];
    check(|input| lines(input).batches(), steps, &[]);
}

#[test]
fn a_large_chunk_becomes_small_batches() {
    let chunk = text(200_000, |n| format!("{n}\n"));
    let expected: Vec<&str> = chunk.lines().collect();
    check(|input| lines(input).batches(), &[(chunk.as_bytes(), &expected)], &[]);
}

#[test]
fn a_failure_comes_after_the_records_before_it() {
    let (hand, input) = Input::by_hand("<chunks>");
    let mut batches = lines(input).batches();
    let mut served = || served(&mut batches, || hand.is_asked());
    assert_eq!(served(), records(&[]));
    hand.give("one\ntw");
    assert_eq!(served(), records(&["one"]));
    hand.fail("no more");
    assert_eq!(served(), Step::Failed("<chunks>: cannot read: no more".to_owned()));
    assert_eq!(served(), Step::End);
}

#[test]
fn a_fault_is_found_in_the_chunk_it_stands_in() {
    let (hand, input) = Input::by_hand("<chunks>");
    let mut batches = lines(input).batches();
    assert!(matches!(served(&mut batches, || hand.is_asked()), Step::Records(_)));
    hand.give(&b"one\n\xff\n"[..]);
    let first = pollster::block_on(batches.next()).unwrap().unwrap();
    assert_eq!(first.len(), 1);
    let error = pollster::block_on(batches.next()).unwrap().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Decode(_)), "{error}");
    assert_eq!(error.place().line, Some(2));
    assert!(!hand.is_asked());
}
