//! Several files as one source.

use asyncgen_sources::{Batches, ErrorKind, Header, Input, Position, Progress, csv, lines, ndjson};

use crate::support::{Folder, run};

/// A source of `input` that is resumed at a position.
type Make = fn(Input, Option<String>) -> Batches;

fn of_lines(input: Input, at: Option<String>) -> Batches {
    lines(input).resume(at).batches()
}

fn of_csv(input: Input, at: Option<String>) -> Batches {
    csv(input).resume(at).batches()
}

/// The records as `file:record:line:offset text`, then the error if there is one.
fn told(mut batches: Batches) -> Vec<String> {
    pollster::block_on(async {
        let mut told = Vec::new();
        while let Some(batch) = batches.next().await {
            match batch {
                Ok(batch) => told.extend(batch.iter().map(|record| {
                    let Position { file, record: number, line, offset } = record.position();
                    let fields: Vec<_> = record.iter().collect();
                    format!("{file}:{number}:{line}:{offset} {}", fields.join("|"))
                })),
                Err(error) => {
                    let text = error.to_string();
                    told.push(text.rsplit('/').next().unwrap_or_default().to_owned());
                }
            }
        }
        told
    })
}

#[test]
fn each_record_knows_its_file() {
    let folder = Folder::new();
    let files = [folder.file("a", "one\ntwo"), folder.file("empty", ""), folder.file("b", "3\n")];
    let expected = ["0:0:1:0 one", "0:1:2:4 two", "2:0:1:0 3"];
    assert_eq!(told(lines(files.to_vec()).batches()), expected);
    let bytes = ["one\ntwo", "", "3\n"].map(Input::bytes);
    let batches = lines(Input::several(bytes)).batches();
    assert_eq!(&**batches.name(), "<bytes> and 2 more");
    assert_eq!(told(batches), expected);
    let list = Input::several([Input::from(files[0].clone()), Input::several([files[2].clone()])]);
    let batches = ndjson(list).batches();
    assert!(batches.file_name(Position { file: 1, ..Position::START }).ends_with("/b"));
    assert_eq!(told(batches), ["a:1:1: record 1 is not JSON: expected value"]);
}

#[test]
fn headers() {
    let of = |first: &'static str, second: &'static str| {
        told(csv(Input::several([Input::bytes(first), Input::bytes(second)])).batches())
    };
    assert_eq!(of("a,b\n1,2\n", "\u{feff}a,b\r\n3,4"), ["0:0:2:4 1|2", "1:0:2:8 3|4"]);
    assert_eq!(of("a,b\n", "a,b\n"), [""; 0]);
    for (second, expected) in [
        (
            "a,c\n",
            r#"<bytes>:1:3: the header has "c" as column 2, that of the file before has "b""#,
        ),
        (
            "a\n",
            r#"<bytes>:1:2: the header has nothing as column 2, that of the file before has "b""#,
        ),
        (
            "a,b,c\n3\n",
            r#"<bytes>:1:5: the header has "c" as column 3, that of the file before has nothing"#,
        ),
        ("a,b\n3\n", "<bytes>:2:2: record 1 has 1 field, the header has 2"),
    ] {
        assert_eq!(of("a,b\n1,2\n", second), ["0:0:2:4 1|2", expected]);
    }
    let bare = Input::several([Input::bytes("1,2\n"), Input::bytes("3\n")]);
    assert_eq!(
        told(csv(bare).header(Header::None).batches()),
        ["0:0:1:0 1|2", "<bytes>:1:2: record 1 has 1 field, the first record has 2"]
    );
    let named = Input::several([Input::bytes("1\n"), Input::bytes("2\n")]);
    let named = csv(named).header(Header::Names(vec!["n".to_owned()]));
    assert_eq!(told(named.batches()), ["0:0:1:0 1", "1:0:1:0 2"]);
}

#[test]
fn compression_is_that_of_each() {
    let folder = Folder::new();
    let zstd = zstd::encode_all(&b"a\n1\n"[..], 0).unwrap();
    let files = vec![folder.file("a.zst", zstd), folder.file("b", "a\n2\n")];
    assert_eq!(told(csv(files).batches()), ["0:0:2:2 1", "1:0:2:2 2"]);
}

#[test]
fn what_is_missing() {
    let folder = Folder::new();
    let files = vec![folder.file("a", "1\n"), folder.path("b")];
    let expected = ["0:0:1:0 1", "b: cannot open: No such file or directory (os error 2)"];
    assert_eq!(told(lines(files).batches()), expected);
    assert_eq!(told(lines(Vec::new()).batches()), ["the list of files is empty"]);
    let refused = Input::several(["a", "http://localhost/"]).http(false);
    let error = run(lines(refused).batches()).end.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Open(_)), "{error}");
}

#[test]
fn progress_is_of_all() {
    let folder = Folder::new();
    let files = vec![folder.file("a", "1\n2\n"), folder.file("b", "3\n")];
    pollster::block_on(async {
        let mut batches = lines(files.clone()).batches();
        let first = batches.next().await.unwrap().unwrap();
        assert_eq!(batches.progress().total, Some(6));
        let token = batches.token(first.end()).unwrap().unwrap();
        while batches.next().await.is_some() {}
        let all = Progress { bytes: 6, total: Some(6), records: 3, expected: None };
        assert_eq!(batches.progress(), all);
        let mut rest = lines(files).resume(token).batches();
        while rest.next().await.is_some() {}
        assert_eq!(rest.progress(), Progress { records: 1, ..all });
    });
}

/// All that follows each record, and the position there.
fn check(make: Make, files: &[std::path::PathBuf]) -> Vec<String> {
    let input = || Input::from(files.to_vec());
    let all = told(make(input(), None));
    let tokens = pollster::block_on(async {
        let mut batches = make(input(), None);
        let mut tokens = Vec::new();
        while let Some(batch) = batches.next().await {
            let batch = batch.unwrap();
            tokens.extend(batch.iter().map(|record| batches.token(record.end()).unwrap().unwrap()));
        }
        tokens
    });
    for (index, token) in tokens.iter().enumerate() {
        assert_eq!(told(make(input(), Some(token.clone()))), all[index + 1..], "at {token}");
    }
    tokens
}

#[test]
fn at_every_record() {
    let folder = Folder::new();
    let name = |n: u32| format!("{n}.csv");
    let files: Vec<_> =
        (0..40).map(|n| folder.file(&name(n), format!("a,b\n{n},x\n\"{n}\n\",y"))).collect();
    assert_eq!(check(of_csv, &files).len(), 80);
    assert_eq!(check(of_lines, &files).len(), 160);
    let gzipped = |n: u8| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut encoder, format!("a\n{n}\n9\n").as_bytes()).unwrap();
        folder.file(&format!("{n}.gz"), encoder.finish().unwrap())
    };
    assert_eq!(check(of_csv, &[gzipped(1), gzipped(2)]).len(), 4);
}

#[test]
fn lists_that_have_changed() {
    let folder = Folder::new();
    let [a, b, c] = ["a", "b", "c"].map(|name| folder.file(name, format!("{name}\n{name}2\n")));
    let token = check(of_lines, &[a.clone(), b.clone()]).swap_remove(2);
    let then = |files: &[&std::path::PathBuf]| {
        let files: Vec<_> = files.iter().copied().cloned().collect();
        told(of_lines(files.into(), Some(token.clone())))
    };
    assert_eq!(then(&[&a, &b, &c]), ["1:1:2:2 b2", "2:0:1:0 c", "2:1:2:2 c2"]);
    let changed = |name| {
        format!(
            "{name}it has changed: the files up to the position to resume at are not those of then"
        )
    };
    assert_eq!(then(&[&b, &a]), [changed("a: ")]);
    assert_eq!(then(&[&a]), [changed("")]);
    let one = told(of_lines(Input::from(a.clone()), Some(token)));
    assert_eq!(one, ["resume: this is a position of a list of files"]);
    let single = pollster::block_on(async {
        let mut batches = of_lines(Input::from(a.clone()), None);
        let end = batches.next().await.unwrap().unwrap().end();
        batches.token(end).unwrap().unwrap()
    });
    // A file that others have come to.
    let listed = told(of_lines(Input::from(vec![a.clone(), b.clone()]), Some(single.clone())));
    assert_eq!(listed, ["1:0:1:0 b", "1:1:2:2 b2"]);
    assert_eq!(told(of_lines(Input::from(vec![b, a]), Some(single))), [changed("b: ")]);
}

#[test]
fn the_dialect_of_the_first_is_that_of_all() {
    let first = "made by hand\nid;note\n1;x,y\n2;z\n";
    // By itself it would be taken for one of commas.
    let second = "made by hand\nid;note\n3;1,2,3\n4;4,5,6\n";
    let list = || Input::several([first, second].map(Input::bytes));
    let mut batches = csv(list()).detect(true).batches();
    let (mut records, mut tokens) = (Vec::new(), Vec::new());
    pollster::block_on(async {
        while let Some(batch) = batches.next().await {
            for record in &batch.unwrap() {
                tokens.push(batches.token(record.position()).unwrap().unwrap());
                records.push(record.iter().collect::<Vec<_>>().join("|"));
            }
        }
    });
    assert_eq!(records, ["1|x,y", "2|z", "3|1,2,3", "4|4,5,6"]);
    assert_eq!(batches.dialect().unwrap().to_string(), "--delimiter ';' --skip 1");
    for (index, token) in tokens.into_iter().enumerate() {
        let rest = told(csv(list()).detect(true).resume(token).batches());
        let rest: Vec<_> = rest.iter().map(|told| told.split_once(' ').unwrap().1).collect();
        assert_eq!(rest, records[index..]);
    }
}

#[test]
fn an_empty_file_says_nothing() {
    let of = |texts: &[&'static str], detect: bool| {
        let list = Input::several(texts.iter().map(|text| Input::bytes(*text)));
        told(csv(list).detect(detect).batches())
    };
    let expected =
        r#"<bytes>:1:1: the header has "x" as column 1, that of the file before has "a""#;
    for detect in [false, true] {
        let found = of(&["a,b\n1,2\n", "", "x,y,z\n1,2,3\n"], detect);
        assert_eq!(found, ["0:0:2:4 1|2", expected], "{detect}");
    }
    let found = of(&["", "name;size\nan apple;1\na pear;2\n"], true);
    assert_eq!(found, ["1:0:2:10 an apple|1", "1:1:3:21 a pear|2"]);
}

#[test]
fn lines_before_the_first_are_of_the_first() {
    let list =
        || Input::several(["Report 2024\n1;2\n3;4\n", "5;6\n7;8\n", "9;0\n"].map(Input::bytes));
    let make: Make = |input, at| csv(input).detect(true).resume(at).batches();
    let expected = ["0:0:2:12 1|2", "0:1:3:16 3|4", "1:0:1:0 5|6", "1:1:2:4 7|8", "2:0:1:0 9|0"];
    assert_eq!(told(make(list(), None)), expected);
    let tokens = pollster::block_on(async {
        let (mut batches, mut tokens) = (make(list(), None), Vec::new());
        while let Some(batch) = batches.next().await {
            let batch = batch.unwrap();
            tokens.extend(batch.iter().map(|record| batches.token(record.end()).unwrap().unwrap()));
        }
        tokens
    });
    for (index, token) in tokens.into_iter().enumerate() {
        assert_eq!(told(make(list(), Some(token))), expected[index + 1..]);
    }
}
