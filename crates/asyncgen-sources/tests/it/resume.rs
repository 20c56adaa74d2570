//! Sources that are resumed at every record, and what refuses to be.

use std::io::Write;
use std::path::Path;

use asyncgen_sources::{
    Batches, Blank, ErrorKind, Header, Input, OnError, Position, Ragged, csv, lines, ndjson,
};

use crate::support::{Folder, run, text};

/// A source of `input` that is resumed at a position.
pub(crate) type Make = fn(Input, Option<String>) -> Batches;

const TABLE: &str = "\u{feff}a,b\r\n1,\"x\ny\"\r\n\r\n2,\"say \"\"hi\"\"\"\n3\n4,é\n5,z";

fn table(input: Input, at: Option<String>) -> Batches {
    csv(input).ragged(Ragged::Pad).resume(at).batches()
}

/// All records with their places, and the token at each of them where a token is wanted.
pub(crate) async fn all(
    mut batches: Batches,
    wanted: fn(u64) -> bool,
) -> (Vec<(String, Position)>, Vec<Option<String>>) {
    let (mut records, mut tokens) = (Vec::new(), Vec::new());
    while let Some(batch) = batches.next().await {
        let batch = batch.unwrap();
        for record in &batch {
            let place = Some(record.position()).filter(|place| wanted(place.record));
            tokens.push(place.and_then(|place| batches.token(place)).map(Result::unwrap));
            let fields: Vec<&str> = record.iter().collect();
            records.push((fields.join("|"), record.position()));
        }
    }
    (records, tokens)
}

pub(crate) fn check(make: Make, input: impl Fn() -> Input) -> usize {
    pollster::block_on(async {
        let (records, tokens) = all(make(input(), None), |_| true).await;
        for (index, token) in tokens.iter().enumerate() {
            let token = token.clone().expect("a position to resume at");
            let (rest, again) = all(make(input(), Some(token.clone())), |_| true).await;
            assert_eq!(rest, records[index..], "at {token}");
            assert_eq!(again.first(), Some(&Some(token)));
        }
        records.len()
    })
}

pub(crate) fn pack(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn at_every_record() {
    let folder = Folder::new();
    let path = folder.file("a.csv", TABLE);
    assert_eq!(check(table, || Input::from(&*path)), 5);
    assert_eq!(check(table, || Input::bytes(TABLE)), 5);
    let packed = folder.file("a.csv.gz", pack(TABLE.as_bytes()));
    assert_eq!(check(table, || Input::from(&*packed)), 5);
    let wide: Vec<u8> = TABLE.replace('é', "e").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide = folder.file("wide.csv", wide);
    assert_eq!(check(table, || Input::from(&*wide)), 5);
    let bare: Make =
        |input, at| csv(input).header(Header::None).ragged(Ragged::Keep).resume(at).batches();
    assert_eq!(check(bare, || Input::from(&*path)), 6);
    let skipping: Make = |input, at| csv(input).on_error(OnError::Skip).resume(at).batches();
    assert_eq!(check(skipping, || Input::from(&*path)), 4);
    assert_eq!(check(|input, at| lines(input).resume(at).batches(), || Input::from(&*path)), 8);
    let values = folder.file("a.ndjson", "1\n\n {\"a\": 2}\n[3]\n");
    let of_json: Make = |input, at| ndjson(input).resume(at).batches();
    assert_eq!(check(of_json, || Input::from(&*values)), 3);
}

#[test]
fn a_large_file() {
    let is_wanted = |record| matches!(record, 1 | 49_999 | 99_999);
    let folder = Folder::new();
    let text = text(100_000, |n| format!("{n},{}\n", n * 7));
    for (name, bytes) in [("a.csv", text.clone().into_bytes()), ("a.gz", pack(text.as_bytes()))] {
        let path = folder.file(name, bytes);
        pollster::block_on(async {
            let (records, tokens) = all(lines(&path).batches(), is_wanted).await;
            for index in [1, 49_999, 99_999] {
                let token = tokens[index].clone();
                let (rest, _) = all(lines(&path).resume(token).batches(), is_wanted).await;
                assert!(rest == records[index..], "at {index} of {name}");
            }
        });
    }
}

/// The token at the second record of a file of `before`, and what becomes of it in `after`.
fn then(path: &Path, before: &str, after: &str) -> Result<Vec<String>, String> {
    std::fs::write(path, before).unwrap();
    let token =
        pollster::block_on(async { all(lines(path).batches(), |_| true).await.1[1].clone() });
    std::fs::write(path, after).unwrap();
    // Another time than before, whatever the clock of the file system.
    let file = std::fs::File::options().append(true).open(path).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    let outcome = run(lines(path).resume(token).batches());
    outcome.end.map(|_| outcome.records).map_err(|error| {
        assert!(matches!(error.kind(), ErrorKind::Stale { .. }), "{error}");
        error.to_string().split(": ").skip(2).collect::<Vec<_>>().join(": ")
    })
}

#[test]
fn what_has_changed() {
    let folder = Folder::new();
    let path = folder.path("log");
    let before = "one\ntwo\nthree\n";
    assert_eq!(then(&path, before, before).unwrap(), ["two", "three"]);
    assert_eq!(then(&path, before, "one\ntwo\nthree\nfour\n").unwrap(), ["two", "three", "four"]);
    // What comes after the position may be another: nothing of it was handed out.
    assert_eq!(then(&path, before, "one\nTWO\n").unwrap(), ["TWO"]);
    assert_eq!(
        then(&path, before, "o").unwrap_err(),
        "it is shorter than the position to resume at"
    );
    assert_eq!(
        then(&path, before, "One\ntwo\nthree\n").unwrap_err(),
        "its beginning is not what it was at the position to resume at"
    );
    let long = "x".repeat(8000) + "\n";
    let other = "x".repeat(7999) + "y\n";
    assert_eq!(
        then(&path, &(long.clone() + "two\n"), &(other + "two\n")).unwrap_err(),
        "what stands before the position to resume at is not what it was"
    );
}

/// What comes of `after` at the end of `before`, and how the first of it is placed.
fn grown(make: Make, before: &str, after: &str) -> String {
    let folder = Folder::new();
    let path = folder.file("log", before);
    let token = pollster::block_on(async {
        let mut batches = make(Input::from(&*path), None);
        let mut end = Position::START;
        while let Some(batch) = batches.next().await {
            end = batch.unwrap().end();
        }
        batches.token(end).unwrap().unwrap()
    });
    // Nothing has come: the position stays what it is.
    let same = run(make(Input::from(&*path), Some(token.clone())));
    assert_eq!((same.records.len(), same.end.is_ok()), (0, true), "{token}");
    let path = folder.file("log", format!("{before}{after}"));
    pollster::block_on(async {
        let mut batches = make(Input::from(&*path), Some(token));
        let mut told = Vec::new();
        while let Some(batch) = batches.next().await {
            match batch {
                Ok(batch) => told.extend(batch.iter().map(|record| {
                    let fields: Vec<_> = record.iter().collect();
                    format!("{}:{}", record.position().line, fields.join("|"))
                })),
                Err(error) => {
                    assert!(matches!(error.kind(), ErrorKind::Stale { .. }), "{error}");
                    told.push(error.message());
                }
            }
        }
        told.join(" ")
    })
}

#[test]
fn what_has_grown() {
    const TORN: &str = "it has changed: what stood last before the position to resume at has grown";
    const GROWN: &str =
        "it has changed: its last line had no line end at the position to resume at, and has grown";
    let plain: Make = |input, at| lines(input).resume(at).batches();
    let kept: Make = |input, at| lines(input).keep_ends(true).resume(at).batches();
    let comma: Make = |input, at| csv(input).header(Header::None).resume(at).batches();
    let loose: Make = |input, at| {
        let blank = csv(input).strict(false).escape(b'\\').blank(Blank::Keep);
        blank.header(Header::None).ragged(Ragged::Keep).resume(at).batches()
    };
    let late: Make = |input, at| csv(input).skip(2).resume(at).batches();
    let comment: Make = |input, at| csv(input).comment(b'#').resume(at).batches();
    let json: Make = |input, at| ndjson(input).resume(at).batches();
    for (make, before, after, expected) in [
        (plain, "a\nb", "c\n", GROWN),
        (plain, "a\nb", "\n", ""),
        (plain, "a\nb", "\nc\n", "3:c"),
        (plain, "a\nb", "\r\nc\n", "3:c"),
        (plain, "a\nb", "\r", GROWN),
        (plain, "a\nb\r", "\n", TORN),
        (plain, "a\nb\n", "c", "3:c"),
        (kept, "a\nb", "\nc\n", TORN),
        (kept, "a\nb\n", "c\n", "3:c\n"),
        (comma, "a,b\n1,2", "3\n", GROWN),
        (comma, "a,b\n1,2", "\n3,4\n", "3:3|4"),
        (comma, "a,b\n1,\"2\"", "\n3,4\n", "3:3|4"),
        (comma, "a,b\n1,2", "\r", ""),
        (comma, "a,b\n1,2", "\r3,4\r", "3:3|4"),
        (comma, "a,b\n1,2", "\r\n3,4", "3:3|4"),
        (comment, "a\n1\n# x", "\r2\n", "4:2"),
        (comma, "a,b\r1,2\r", "3,4\r", "3:3|4"),
        (comma, "a,b\r\n1,2\r", "\n3,4\r\n", "3:3|4"),
        (loose, "a,b\r\n1,2\r", "\n3,4\r\n", "3:3|4"),
        (loose, "a\n\"b\n", "c\"\n", TORN),
        (loose, "a\nb\\", "\n", TORN),
        (late, "x", "\ny\na\n1\n", "4:1"),
        (comment, "a\n1\n# x", "y\n2\n", "4:2"),
        (comment, "a\n1\n# x", "\n2\n", "4:2"),
        (comment, "a", "b\n1\n", "2:1"),
        (comment, "a\n", "1\n", "2:1"),
        (json, "[1]\n[2]", "3\n", GROWN),
        (json, "[1]\n[2]\r", "\n[3]\n", "3:[3]"),
        (json, "[1]\n[2]\n", "[3]\n", "3:[3]"),
    ] {
        assert_eq!(grown(make, before, after), expected, "{before:?} + {after:?}");
    }
}

#[test]
fn a_fault_comes_in_its_turn() {
    for (make, text) in [
        (table as Make, "a,b\n1,2\n3,4\n5,6,7\n"),
        (|input, at| ndjson(input).resume(at).batches(), "1\n2\n3 4\n"),
    ] {
        let first = pollster::block_on(async {
            let mut batches = make(Input::bytes(text), None);
            let end = batches.next().await.unwrap().unwrap().get(0).unwrap().end();
            batches.token(end).unwrap().unwrap()
        });
        let outcome = run(make(Input::bytes(text), Some(first)));
        assert_eq!((outcome.records.len(), outcome.end.is_err()), (1, true), "{text}");
    }
}

#[test]
fn what_is_refused() {
    let token = r#"{"v":1,"k":"csv","s":"x","o":4,"r":1,"l":2,"sz":8,"mt":0,"h":"0","t":"0"}"#;
    for (text, expected) in [
        ("x", "resume: this is no position of a source"),
        ("{}", "resume: this position is of another version of asyncgen"),
        (r#"{"v":2}"#, "resume: this position is of another version of asyncgen"),
        (r#"{"v":1}"#, "resume: this is no position of a source"),
        (token, "resume: this is a position of csv, not lines"),
        (r#"{"v":1,"k":"lines"}"#, "resume: this position is not whole"),
    ] {
        let outcome = run(lines(Input::bytes("a\n")).resume(text.to_owned()).batches());
        let error = outcome.end.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Usage(_)), "{error}");
        assert_eq!(error.message(), expected);
    }
    let (feed, input) = Input::feed("<fed>").unwrap();
    std::thread::spawn(move || feed.push("a\n").map(|()| feed.finish()));
    let token = token.replace("csv", "lines");
    let error = run(lines(input).resume(token).batches()).end.unwrap_err();
    assert_eq!(
        error.message(),
        "resume: only a file, bytes or what is at a URL can be gone on with"
    );
}

#[test]
fn in_a_dialect_that_was_worked_out() {
    fn table(input: Input, at: Option<String>) -> Batches {
        csv(input).detect(true).resume(at).batches()
    }
    let text = "made by hand\n\nid;note\n1;\"a\nb\"\n2;'x'\n3;\u{fc}\n";
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let folder = Folder::new();
    let path = folder.file("table.csv", text);
    for input in [
        &(|| Input::bytes(text)) as &dyn Fn() -> Input,
        &|| Input::from(&path),
        &|| Input::bytes(pack(text.as_bytes())),
        &|| Input::bytes(latin.clone()),
    ] {
        assert_eq!(check(table, input), 3);
    }
    // A file that has grown may look otherwise: what was found stands.
    let (_, tokens) =
        pollster::block_on(all(table(Input::from(&path), None), |record| record == 1));
    let token = tokens[1].clone().unwrap();
    std::fs::write(&path, format!("{text}{}", "4,5,6;1,2,3\n".repeat(50))).unwrap();
    let mut batches = table(Input::from(&path), Some(token.clone()));
    let first = pollster::block_on(batches.next()).unwrap().unwrap();
    assert_eq!(first.get(0).unwrap().by_name("note"), Some("'x'"));
    assert_eq!(batches.dialect().unwrap().to_string(), "--delimiter ';' --skip 2");
    // One whose beginning is another is refused, and so is a position that tells no dialect.
    std::fs::write(&path, text.replace(';', ",")).unwrap();
    let outcome = run(table(Input::from(&path), Some(token.clone())));
    let changed =
        "table.csv: it has changed: its beginning is not what it was at the position to resume at";
    assert_eq!(outcome.error(&folder), changed);
    let (_, plain) = pollster::block_on(all(
        csv(Input::bytes("a;b\n1;2\n3;4\n")).delimiter(b';').batches(),
        |_| true,
    ));
    let outcome = run(table(Input::bytes("a;b\n1;2\n3;4\n"), plain[1].clone()));
    assert_eq!(outcome.records, ["3|4"], "worked out again");
    let broken = token.replace("[59,34,null", "[59,59,null");
    let outcome = run(table(Input::bytes(text), Some(broken)));
    assert_eq!(outcome.error(&folder), "<bytes>: delimiter and quote are both ';'");
}

#[test]
fn behind_a_record_that_was_not_whole() {
    let folder = Folder::new();
    let path = folder.path("t.csv");
    for (before, after) in
        [("a,b\n1,2\n3", ",4\n"), ("a,b\n1,2\n3,\"x", "\"\n"), ("a\n1\n\"\n", "\"\n")]
    {
        std::fs::write(&path, before).unwrap();
        let mut batches = csv(&path).batches();
        let token = pollster::block_on(async {
            let end = batches.next().await.unwrap().unwrap().end();
            assert!(batches.next().await.unwrap().is_err());
            batches.token(end).unwrap().unwrap()
        });
        let error = run(csv(&path).resume(token.clone()).batches()).end.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Decode(_)), "{error}");
        std::fs::write(&path, format!("{before}{after}")).unwrap();
        assert_eq!(run(csv(&path).resume(token).batches()).records.len(), 1);
    }
}

#[test]
fn in_another_dialect_than_was_worked_out() {
    let text = "a;b\n1;2\n3;4\n";
    let (_, tokens) =
        pollster::block_on(all(csv(Input::bytes(text)).detect(true).batches(), |_| true));
    let source = || csv(Input::bytes(text)).resume(tokens[1].clone());
    let error = run(source().batches()).end.unwrap_err();
    let refused = "resume: this is a position in another dialect, which was worked out";
    assert_eq!(error.message(), refused);
    assert_eq!(run(source().delimiter(b';').batches()).records, ["3|4"]);
}

#[test]
fn asked_for_in_any_order() {
    let folder = Folder::new();
    let path = folder.file("log", text(3000, |n| format!("{n:99}\n")));
    pollster::block_on(async {
        let mut batches = lines(&path).batches();
        let mut places = Vec::new();
        while let Some(batch) = batches.next().await {
            places.extend(batch.unwrap().iter().map(|line| line.position()));
        }
        let all = |order: &mut dyn Iterator<Item = usize>| {
            let tokens = order.map(|at| (at, batches.token(places[at]).unwrap().unwrap()));
            tokens.collect::<std::collections::BTreeMap<_, _>>()
        };
        let asked = || (0..3000).step_by(7);
        // Each by a source that was asked for nothing else.
        let mut alone = std::collections::BTreeMap::new();
        for at in asked() {
            let mut fresh = lines(&path).batches();
            fresh.next().await.unwrap().unwrap();
            alone.insert(at, fresh.token(places[at]).unwrap().unwrap());
        }
        assert_eq!(all(&mut asked()), alone);
        assert_eq!(all(&mut asked().rev()), alone);
        assert_eq!(all(&mut (0..3000).map(|n| n * 1201 % 3000).filter(|at| at % 7 == 0)), alone);
        // The file is another now, of the same length: so are the positions.
        std::fs::write(&path, text(3000, |n| format!("{:99}\n", n + 1))).unwrap();
        let file = std::fs::File::options().append(true).open(&path).unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
        let mut fresh = lines(&path).batches();
        fresh.next().await.unwrap().unwrap();
        for at in [7, 2100, 14] {
            let now = batches.token(places[at]);
            let now = now.unwrap().unwrap();
            assert_eq!(now, fresh.token(places[at]).unwrap().unwrap(), "at {at}");
            assert_ne!(now, alone[&at], "at {at}");
        }
    });
}
