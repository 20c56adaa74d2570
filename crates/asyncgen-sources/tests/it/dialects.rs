//! The files of `testdata/dialects`: how many are read as their labels say.

use std::fmt::Write as _;
use std::path::Path;

use asyncgen_sources::{Dialect, ErrorKind, Input, OnError, Ragged, csv};

use crate::support::run;

/// The labels of one file.
struct Labels {
    file: String,
    /// One column has none.
    delimiter: Option<u8>,
    quote: Option<u8>,
    escape: Option<u8>,
    space: bool,
    header: Option<bool>,
    skip: u64,
    encoding: String,
    held_out: bool,
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/dialects")
}

fn labels() -> Vec<Labels> {
    let mut rows = csv(folder().join("labels.csv")).rows();
    let mut all = Vec::new();
    while let Some(row) = pollster::block_on(rows.next()) {
        let row = row.unwrap();
        let field = |name: &str| row.by_name(name).unwrap().to_owned();
        let delimiter = match &*field("delimiter") {
            "tab" => Some(b'\t'),
            "space" => Some(b' '),
            "\\x01" => Some(1),
            "\\x1f" => Some(0x1f),
            other => other.bytes().next(),
        };
        all.push(Labels {
            file: field("file"),
            delimiter,
            quote: field("quote").bytes().next(),
            escape: field("escape").bytes().next(),
            space: field("space") == "true",
            header: Some(field("header") == "true").filter(|_| !field("header").is_empty()),
            skip: field("skip").parse().unwrap(),
            encoding: field("encoding"),
            held_out: field("held_out") == "true",
        });
    }
    all
}

/// The dialect of the file, and how many fields its widest record has.
fn detected(input: Input) -> (Dialect, usize) {
    let source = csv(input).detect(true).ragged(Ragged::Keep).on_error(OnError::Skip);
    let mut rows = source.rows();
    let mut widest = 0;
    while let Some(row) = pollster::block_on(rows.next()) {
        widest = widest.max(row.unwrap().record().len());
    }
    widest = widest.max(rows.columns().map_or(0, |columns| columns.len()));
    (*rows.dialect().expect("known at the end"), widest)
}

/// What is counted, in the order of the counts.
const PARTS: [&str; 7] = ["delimiter", "quote", "escape", "space", "header", "skip", "encoding"];

fn is_right(labels: &Labels, (found, widest): (Dialect, usize)) -> [bool; 7] {
    let delimiter = match labels.delimiter {
        Some(delimiter) => delimiter == found.csv.delimiter,
        None => widest < 2,
    };
    [
        delimiter,
        labels.quote == found.csv.quote,
        labels.escape == found.csv.escape,
        labels.space == found.csv.skip_initial_space,
        labels.header.is_none_or(|header| header == found.csv.header),
        labels.skip == found.csv.skip,
        labels.encoding == found.encoding,
    ]
}

/// The counts of the files that were looked at while it was tuned, and of those that were not: which
/// of these are wrong is not told, so that it stays so.
#[test]
#[expect(clippy::print_stdout, reason = "the figures are for who runs the test")]
fn as_the_labels_say() {
    let mut wrong = String::new();
    for held_out in [false, true] {
        let (mut right, mut files) = ([0; 7], 0);
        for labels in labels().iter().filter(|labels| labels.held_out == held_out) {
            let found = detected(folder().join(&labels.file).into());
            let parts = is_right(labels, found);
            files += 1;
            for (count, is_right) in right.iter_mut().zip(parts) {
                *count += usize::from(is_right);
            }
            if parts.contains(&false) && !held_out {
                let parts: Vec<_> =
                    PARTS.iter().zip(parts).filter(|part| !part.1).map(|part| *part.0).collect();
                writeln!(wrong, "{}: {} not as in {}", labels.file, parts.join(", "), found.0)
                    .unwrap();
            }
        }
        let which = if held_out { "held out" } else { "tuned on" };
        let counts: Vec<String> =
            PARTS.iter().zip(right).map(|(part, right)| format!("{part} {right}")).collect();
        println!("{which}: {files} files, right: {}", counts.join(", "));
        for (part, right) in PARTS.iter().zip(right) {
            assert!(right * 100 >= files * 95, "{which}: {part}: {right} of {files}\n{wrong}");
        }
    }
    println!("{wrong}");
}

/// All that comes out of `input`, by a dialect that is worked out.
fn read(input: Input) -> (Vec<String>, Option<String>) {
    let outcome = run(csv(input).detect(true).batches());
    (outcome.records, outcome.end.err().map(|error| error.to_string()))
}

#[test]
fn the_encoding_too() {
    let text = "Stra\u{df}e;Preis\nK\u{f6}nig;1,50\nM\u{fc}ller;2,00\n";
    let rows = ["K\u{f6}nig|1,50", "M\u{fc}ller|2,00"];
    let units = || text.encode_utf16();
    let marked = units().flat_map(u16::to_le_bytes);
    for (bytes, name) in [
        (text.as_bytes().to_vec(), "UTF-8"),
        (text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(), "windows-1252"),
        (units().flat_map(u16::to_le_bytes).collect(), "UTF-16LE"),
        (units().flat_map(u16::to_be_bytes).collect(), "UTF-16BE"),
        ([0xFF, 0xFE].into_iter().chain(marked).collect(), "UTF-16LE"),
    ] {
        for size in [1, 2, 3, bytes.len()] {
            let (feed, input) = Input::feed("<fed>").unwrap();
            let chunks: Vec<Vec<u8>> = bytes.chunks(size).map(<[u8]>::to_vec).collect();
            std::thread::spawn(move || {
                assert!(chunks.into_iter().all(|chunk| feed.push(chunk).is_ok()));
                feed.finish();
            });
            let mut batches = csv(input).detect(true).batches();
            let mut records = Vec::new();
            while let Some(batch) = pollster::block_on(batches.next()) {
                for record in &batch.unwrap() {
                    records.push(record.iter().collect::<Vec<_>>().join("|"));
                }
            }
            assert_eq!(records, rows, "{name} by {size}");
            assert_eq!(batches.dialect().unwrap().encoding, name, "by {size}");
        }
    }
    // What is said counts.
    let input = Input::bytes(&b"a;b\n\xe4;1\n"[..]).encoding("utf-8").unwrap();
    let fault = "<bytes>:2:1: record 1: not UTF-8, byte 0xe4";
    assert_eq!(read(input), (vec![], Some(fault.to_owned())));
    let input = Input::bytes(&b"a;b\n\xe4;1\n"[..]).encoding("windows-1251").unwrap();
    assert_eq!(read(input), (vec!["\u{434}|1".to_owned()], None));
    // What comes after the sample does not change what was taken for the encoding.
    let mut late = "a;b\n".to_owned() + &"1;2\n".repeat(20_000);
    late.push_str("x;");
    let input = Input::bytes([late.as_bytes(), b"\xe4\n"].concat());
    let (records, fault) = read(input);
    assert_eq!(records.len(), 20_000);
    assert_eq!(fault.unwrap(), "<bytes>:20002:3: record 20001: not UTF-8, byte 0xe4");
}

#[test]
fn compressed() {
    let text = "x|y\n1|2\n3|4\n";
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, text.as_bytes()).unwrap();
    let input = Input::bytes(encoder.finish().unwrap());
    assert_eq!(read(input), (vec!["1|2".to_owned(), "3|4".to_owned()], None));
}

#[test]
fn nothing_at_all() {
    let mut rows = csv(Input::bytes("")).detect(true).rows();
    assert!(pollster::block_on(rows.next()).is_none());
    assert_eq!(rows.dialect().unwrap().to_string(), "--delimiter ','");
}

#[test]
fn shown_as_options_of_the_command() {
    let shown = |text: &'static str| detected(Input::bytes(text)).0.to_string();
    assert_eq!(shown("a\tb\n1\t2\n"), "--delimiter '\\t'");
    assert_eq!(shown("1\x1f'x'\n2\x1f'y'\n"), "--delimiter $'\\x1f' --quotechar \"'\" --no-header");
    assert_eq!(
        shown("'a', 'b'\n'1', 'x'\n"),
        "--delimiter ',' --quotechar \"'\" --skipinitialspace"
    );
    let said = csv(Input::bytes("a^b\n")).delimiter(b'^').quote(None).escape(b'!').skip(0);
    let mut rows = said.rows();
    assert!(pollster::block_on(rows.next()).is_none());
    let told = rows.dialect().unwrap().to_string();
    assert_eq!(told, "--delimiter '^' --no-quotechar --escapechar '!'");
}

#[test]
fn a_delimiter_that_is_none() {
    let of = |text: &'static [u8], comment| {
        let input = Input::bytes(text).encoding("utf-8").unwrap();
        run(csv(input).detect(true).comment(comment).batches())
    };
    let outcome = of(b"sep=\xa9\nh\xc3\xa9,b\n1\xc3\xa9,2\n", None);
    assert!(!outcome.end.is_err_and(|error| matches!(error.kind(), ErrorKind::Panicked(_))));
    let outcome = of(b"sep=#\na,b\n1,2\n", Some(b'#'));
    assert_eq!(outcome.records, ["1|2"]);
}
