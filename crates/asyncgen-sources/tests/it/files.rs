//! Paths: what cannot be opened, what is not what it should be, what is long.

use std::os::unix::fs::PermissionsExt;

use asyncgen_sources::{ErrorKind, Header, Input, csv, lines, ndjson};

use crate::support::{Folder, run, text};

#[test]
fn what_cannot_be_opened_is_said_plainly() {
    let folder = Folder::new();
    let check = |path, expected: &str| {
        let outcome = run(lines(path).batches());
        assert!(matches!(outcome.end.as_ref().unwrap_err().kind(), ErrorKind::Open(_)));
        assert_eq!(outcome.error(&folder), expected);
    };
    let missing = "missing.csv: cannot open: No such file or directory (os error 2)";
    check(folder.path("missing.csv"), missing);
    std::fs::create_dir(folder.path("sub")).unwrap();
    check(folder.path("sub"), "sub: cannot open: it is a directory");

    let locked = folder.file("locked.csv", "a\n");
    std::fs::set_permissions(&locked, PermissionsExt::from_mode(0o0)).unwrap();
    // Root reads what it has no permission for.
    if std::fs::File::open(&locked).is_err() {
        check(locked, "locked.csv: cannot open: Permission denied (os error 13)");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_does_not_tell_its_length_is_read() {
    let mut batches = lines("/proc/self/limits").batches();
    let batch = pollster::block_on(batches.next()).unwrap().unwrap();
    assert!(batch.get(0).unwrap().get(0).unwrap().starts_with("Limit"));
    assert_eq!(batches.progress().total, None);
    assert_eq!(run(lines("/dev/null").batches()).records, [""; 0]);
}

#[test]
fn a_str_can_be_a_url_and_a_path_never_is() {
    let folder = Folder::new();
    let error = |input: Input| run(lines(input).batches()).error(&folder);
    let refused = "http://localhost/: URLs are refused here (http = false)";
    assert_eq!(error(Input::from("http://localhost/").http(false)), refused);
    let path = std::path::Path::new("http://localhost/");
    assert!(error(Input::from(path)).ends_with("No such file or directory (os error 2)"));
    assert!(error(Input::from("https//x")).ends_with("No such file or directory (os error 2)"));
    assert_eq!(
        error(Input::from("http://:80")),
        "<url>: not a URL that can be asked for: empty host"
    );
}

#[test]
fn everything_before_a_fault_is_delivered() {
    let folder = Folder::new();
    let check = |table: &[u8], records: &[&str], error: &str| {
        let outcome = run(csv(folder.file("t.csv", table)).batches());
        assert_eq!(outcome.records, records, "{}", String::from_utf8_lossy(table));
        assert_eq!(outcome.error(&folder), error);
    };
    check(b"a,b\n1,2\n3,4", &["1|2", "3|4"], "no error");
    check(b"a,b\n", &[], "no error");
    check(b"", &[], "no error");
    check(b"a,b\n1,2\n3,4,5\n", &["1|2"], "t.csv:3:5: record 2 has 3 fields, the header has 2");
    check(b"a,b\n1,2\n3,\xff\n", &["1|2"], "t.csv:3:3: record 2: not UTF-8, byte 0xff");
    check(
        b"a,b\n1,2\n3,\"4\n5,6\n",
        &["1|2"],
        "t.csv:3:3: record 2: the quote opened here is never closed",
    );
}

#[test]
fn a_fault_in_the_header_has_no_record() {
    let folder = Folder::new();
    let error = run(csv(folder.file("t.csv", b"a,\xff\n1,2\n")).batches()).end.unwrap_err();
    assert_eq!((error.place().line, error.place().record), (Some(1), None));
    let error = run(csv(folder.file("t.csv", b"a,b\n1\n")).batches()).end.unwrap_err();
    assert_eq!((error.place().line, error.place().record), (Some(2), Some(1)));
}

#[test]
fn json_that_is_none_is_named() {
    let folder = Folder::new();
    let outcome = run(ndjson(folder.file("t.ndjson", "{\"a\":1}\n{\"a\":\n")).batches());
    assert_eq!(outcome.records, ["{\"a\":1}"]);
    let error = outcome.error(&folder);
    assert!(error.starts_with("t.ndjson:2:"), "{error}");
    assert!(error.contains("record 2 is not JSON"), "{error}");
}

#[test]
fn options_that_contradict_are_said_before_any_io() {
    let outcome = run(csv("missing.csv").delimiter(b'"').batches());
    assert!(matches!(outcome.end.unwrap_err().kind(), ErrorKind::Usage(_)));
}

#[test]
fn columns_and_figures_are_there_afterwards() {
    let folder = Folder::new();
    let path = folder.file("t.csv", "a,b\n1,2\n");
    let mut batches = csv(path.clone()).batches();
    assert!(batches.columns().is_none());
    assert_eq!(batches.progress().total, None);
    assert_eq!(batches.name().as_ref(), path.to_str().unwrap());
    pollster::block_on(async { while batches.next().await.is_some() {} });
    assert_eq!(batches.columns().unwrap().as_ref(), ["a".into(), "b".into()]);
    let progress = batches.progress();
    assert_eq!((progress.bytes, progress.total, progress.records), (8, Some(8), 1));
    let summary = batches.summary().unwrap();
    assert_eq!((summary.records, summary.bytes, summary.pages, summary.retries), (1, 8, 0, 0));

    let mut batches = csv(folder.file("header.csv", "a,b\n")).batches();
    assert!(pollster::block_on(batches.next()).is_none());
    assert_eq!(batches.columns().unwrap().len(), 2);

    let names = Header::Names(vec!["x".into(), "y".into()]);
    assert_eq!(run(csv(path).header(names).batches()).records, ["a|b", "1|2"]);
}

#[test]
fn a_long_file_comes_whole_and_in_order() {
    let folder = Folder::new();
    let text = text(200_000, |n| format!("{n},\"x, {n}\"\n"));
    let path = folder.file("long.csv", &text);
    let outcome = run(csv(path).header(Header::None).batches());
    assert_eq!(outcome.records.len(), 200_000);
    for (n, record) in outcome.records.iter().enumerate() {
        assert_eq!(*record, format!("{n}|x, {n}"));
    }
    assert_eq!(outcome.end.unwrap().bytes, text.len() as u64);
}

#[test]
fn special_files_are_read() {
    assert!(run(lines("/dev/null").batches()).records.is_empty());
    let zeros = run(lines("/dev/zero").max_line(1000).batches());
    let error = zeros.end.unwrap_err().to_string();
    assert_eq!(error, "/dev/zero:1:1: record 1 is longer than the limit of 1000 bytes");
}
