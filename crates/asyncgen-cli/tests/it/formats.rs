//! What each command writes by default, and with `--to`.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

use crate::command::{Folder, check};

/// Runs `args` over `input` on stdin, which must go well and be silent.
#[track_caller]
fn writes(args: &[&str], input: &str, stdout: &str) {
    check(args, input, stdout, "", 0);
}

const CITIES: &str = "id,city\n1,Zürich\n2,\"Washington, DC\"\n3,\"a \"\"b\"\"\nc\"\n";

#[test]
fn csv_to_csv() {
    writes(&["csv", "-"], CITIES, CITIES);
    writes(&["csv", "-", "--to", "csv"], "a,b\r\n1,\"2\"\r\n", "a,b\n1,2\n");
    writes(&["csv", "-"], "a,b\n", "a,b\n");
    writes(&["csv", "-"], "a\n\"\"\n", "a\n\"\"\n");
}

#[test]
fn csv_to_json() {
    writes(
        &["csv", "-", "--to", "ndjson"],
        CITIES,
        "{\"id\":\"1\",\"city\":\"Zürich\"}\n{\"id\":\"2\",\"city\":\"Washington, DC\"}\n\
         {\"id\":\"3\",\"city\":\"a \\\"b\\\"\\nc\"}\n",
    );
    writes(&["csv", "-", "--to", "json"], "a\n1\n2\n", "[\n{\"a\":\"1\"},\n{\"a\":\"2\"}\n]\n");
    writes(&["csv", "-", "--to", "json"], "a\n", "[]\n");
}

#[test]
fn csv_without_names() {
    writes(&["csv", "-", "--no-header"], "1,2\n3,4\n", "1,2\n3,4\n");
    writes(&["csv", "-", "--no-header", "--to", "ndjson"], "1,2\n", "[\"1\",\"2\"]\n");
    writes(&["csv", "-", "--header", "a,\"b,c\""], "1,2\n", "a,\"b,c\"\n1,2\n");
    writes(
        &["csv", "-", "--header", "a,b", "--to", "ndjson"],
        "1,2\n",
        "{\"a\":\"1\",\"b\":\"2\"}\n",
    );
}

#[test]
fn csv_dialect() {
    writes(&["csv", "-", "--delimiter", ";", "--quotechar", "'"], "a;b\n'1;2';3\n", "a,b\n1;2,3\n");
    writes(&["csv", "-", "--delimiter", "\\t"], "a\tb\n1,5\t2\n", "a,b\n\"1,5\",2\n");
}

#[test]
fn csv_that_is_worked_out() {
    let told = "<stdin>: --delimiter ';' --skip 1\n";
    let odd = "made by a machine\nid;price\n1;2,50\n2;0,99\n";
    let detect = ["csv", "-", "--detect"];
    check(&detect, odd, "id,price\n1,\"2,50\"\n2,\"0,99\"\n", told, 0);
    // What is told can be written down.
    writes(&["csv", "-", "--delimiter", ";", "--skip", "1", "--select", "id"], odd, "id\n1\n2\n");
    // What is said counts.
    let told = "<stdin>: --delimiter ',' --no-header\n";
    check(
        &[&detect[..], &["--delimiter", ","]].concat(),
        "1;2,3\n4;5,6\n",
        "1;2,3\n4;5,6\n",
        told,
        0,
    );
    check(&detect, "", "", "<stdin>: --delimiter ','\n", 0);
    let fault =
        "<stdin>: --delimiter '|'\n<stdin>:3:2: record 2 has 1 field, the header has 2\n3\n ^\n";
    check(&detect, "a|b\n1|2\n3\n", "a,b\n1,2\n", fault, 1);
}

#[test]
fn csv_that_is_odd() {
    let odd = "made by a machine\n# a, b\nid, note\n1, \"x\"y\n\n2\n3,\\,\n";
    let options = ["csv", "-", "--skip", "1", "--comment", "#", "--skipinitialspace"];
    let more = ["--no-strict", "--escapechar", "\\", "--blank", "keep", "--ragged", "pad"];
    let mut all: Vec<&str> = options.iter().chain(&more).copied().collect();
    writes(&all, odd, "id,note\n1,xy\n\n2,\n3,\",\"\n");
    all.extend(["--to", "ndjson"]);
    let null = "{\"id\":null,\"note\":null}\n";
    let first = "{\"id\":\"1\",\"note\":\"xy\"}\n";
    let rest = "{\"id\":\"2\",\"note\":\"\"}\n{\"id\":\"3\",\"note\":\",\"}\n";
    writes(&all, odd, &format!("{first}{null}{rest}"));
    writes(&["csv", "-", "--no-quotechar"], "a\n\"1\n", "a\n\"\"\"1\"\n");
    let keep = ["csv", "-", "--ragged", "keep"];
    writes(&keep, "a,b\n1\n2,3,4\n", "a,b\n1\n2,3,4\n");
    writes(&[&keep[..], &["--select", "b"]].concat(), "a,b\n1\n2,3,4\n", "b\n\"\"\n3\n");
    let fault = "<stdin>: record 2 has 3 fields, and an object has 2 columns for them\n";
    let first = "{\"a\":\"1\",\"b\":null}\n";
    check(&[&keep[..], &["--to", "ndjson"]].concat(), "a,b\n1\n2,3,4\n", first, fault, 1);
}

#[test]
fn lines() {
    writes(&["lines", "-"], "one\r\n\ntwo", "one\n\ntwo\n");
    writes(&["lines", "-", "--to", "ndjson"], "a\tb\n\"c\"\n", "\"a\\tb\"\n\"\\\"c\\\"\"\n");
    writes(&["lines", "-", "--to", "csv"], "a,b\nc\n", "line\n\"a,b\"\nc\n");
    writes(&["lines", "-", "--to", "json"], "a\nb\n", "[\n\"a\",\n\"b\"\n]\n");
    writes(&["lines", "-"], "", "");
}

#[test]
fn lines_with_their_ends() {
    let keep = ["lines", "-", "--keepends"];
    writes(&keep, "one\r\n\ntwo", "one\r\n\ntwo");
    writes(&[&keep[..], &["--to", "ndjson"]].concat(), "a\r\nb", "\"a\\r\\n\"\n\"b\"\n");
    writes(&[&keep[..], &["--to", "csv"]].concat(), "a\nb", "line\n\"a\n\"\nb\n");
}

#[test]
fn chunks() {
    let packed = gzip(b"a\xff\r\nb");
    let folder = Folder::with(&[("a.csv", &b"\0\xff\xfeabc"[..]), ("b.gz", &packed), ("c", b"")]);
    let all = b"\0\xff\xfeabca\xff\r\nb";
    for size in ["1", "3", "65536", "1073741824"] {
        // A name that says a format says nothing of bytes.
        let ran =
            folder.run(&["chunks", "a.csv", "b.gz", "c", "--size", size, "-o", "out.csv"], b"");
        assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, "", ""), "{size}");
        assert_eq!(std::fs::read(folder.path("out.csv")).expect("written"), all, "{size}");
    }
    writes(&["chunks", "-", "--size", "3", "--take", "2"], "abcdefgh", "abcdef");
    for size in ["0", "1073741825"] {
        assert_eq!(folder.run(&["chunks", "c", "--size", size], b"").code, 2);
    }
}

#[test]
fn records_that_are_too_long() {
    for (args, at) in [
        (["lines", "-", "--max-line", "3"], "3:1: record 3"),
        (["csv", "-", "--max-record", "3"], "3:1: record 2"),
        (["ndjson", "-", "--max-record", "3"], "3:1: record 3"),
    ] {
        let told = format!("<stdin>:{at} is longer than the limit of 3 bytes\n");
        let ran = Folder::with(&[]).run(&args, b"12\n345\n6789\n");
        assert_eq!((&*ran.stdout, ran.code), ("12\n345\n", 1), "{args:?}");
        assert!(ran.stderr.starts_with(&told), "{}", ran.stderr);
    }
}

#[test]
fn ndjson_keeps_the_text_of_values() {
    let exact = "{\"n\": 1.50, \"big\":12345678901234567890123, \"e\":1e400}\n[1,\"é\"]\n";
    writes(&["ndjson", "-"], exact, exact);
    writes(&["ndjson", "-", "--to", "json"], "1\n\"a\"\n", "[\n1,\n\"a\"\n]\n");
}

#[test]
fn ndjson_to_csv() {
    writes(
        &["ndjson", "-", "--to", "csv"],
        "{\"a\":1.50,\"b\":\"x,\\u00e9\\n\",\"c\":{\"d\":[1, 2]}}\n{\"c\":null,\"b\":true,\"a\":\"\"}\n{}\n",
        "a,b,c\n1.50,\"x,é\n\",\"{\"\"d\"\":[1, 2]}\"\n,true,\n,,\n",
    );
}

#[test]
fn the_ending_of_the_file_tells_the_format() {
    let folder = Folder::with(&[("a.csv", b"a\n1\n")]);
    for (file, expected) in [
        ("o.json", "[\n{\"a\":\"1\"}\n]\n"),
        ("o.ndjson", "{\"a\":\"1\"}\n"),
        ("o.jsonl", "{\"a\":\"1\"}\n"),
        ("o.csv", "a\n1\n"),
        ("o.txt", "a\n1\n"),
    ] {
        let ran = folder.run(&["csv", "a.csv", "-o", file], b"");
        assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, "", ""), "{file}");
        assert_eq!(folder.read(file), expected, "{file}");
    }
    folder.run(&["csv", "a.csv", "--to", "csv", "-o", "o.json"], b"");
    assert_eq!(folder.read("o.json"), "a\n1\n", "--to comes first");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).expect("memory");
    gzip.finish().expect("memory")
}

#[test]
fn gzip_is_recognised() {
    let gzip = gzip(b"a,b\n1,2\n");
    let folder = Folder::with(&[("a.csv.gz", &gzip)]);
    for (args, stdin) in [(["csv", "a.csv.gz"], &b""[..]), (["csv", "-"], &gzip[..])] {
        let ran = folder.run(&args, stdin);
        assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, "a,b\n1,2\n", ""), "{args:?}");
    }
}

#[test]
fn bytes_that_are_read_otherwise() {
    let folder = Folder::with(&[("a.txt", b"K\xF6ln\n\xFF\n"), ("b.txt", b"one\xFF\n")]);
    for (args, expected) in [
        (&["lines", "a.txt", "--encoding", "latin1"][..], "Köln\nÿ\n"),
        (&["lines", "b.txt", "--errors", "replace"], "one\u{fffd}\n"),
        (&["lines", "b.txt", "--errors", "ignore", "--compression", "none"], "one\n"),
    ] {
        let ran = folder.run(args, b"");
        assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, expected, ""), "{args:?}");
    }
    let ran = folder.run(&["lines", "b.txt", "--encoding", "utf-9"], b"");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no encoding is called \"utf-9\""), "{}", ran.stderr);
}

#[test]
fn take_stops_early() {
    writes(&["lines", "-", "--take", "2"], "a\nb\nc\n", "a\nb\n");
    writes(&["lines", "-", "--take", "0"], "a\nb\nc\n", "");
    writes(&["csv", "-", "--take", "1"], "a,b\n1,2\nbad\n", "a,b\n1,2\n");
    writes(&["csv", "-", "--take", "1", "--to", "json"], "a\n1\n2\n", "[\n{\"a\":\"1\"}\n]\n");
}

#[test]
fn several_sources() {
    let files: [(&str, &[u8]); 4] =
        [("a.csv", b"id,x\n1,a"), ("b.csv", b"id,x\n2,b\n"), ("c.csv", b"id\n3\n"), ("d", b"4\n")];
    let folder = Folder::with(&files);
    let run = |args: &[&str]| {
        let ran = folder.run(args, b"id,x\n0,-\n");
        (ran.stdout, ran.stderr, ran.code)
    };
    let all = "id,x\n1,a\n0,-\n2,b\n".to_owned();
    assert_eq!(run(&["csv", "a.csv", "-", "b.csv"]), (all, String::new(), 0));
    assert_eq!(run(&["lines", "d", "d"]).0, "4\n4\n");
    assert_eq!(run(&["ndjson", "d", "d", "--take", "1"]).0, "4\n");
    let error = "c.csv:1:3: the header has nothing as column 2, that of the file before has \"x\"\nid\n  ^\n";
    assert_eq!(run(&["csv", "a.csv", "c.csv"]), ("id,x\n1,a\n".to_owned(), error.to_owned(), 1));
    let output = "b.csv: is the output as well; write to another file\n";
    assert_eq!(
        run(&["csv", "a.csv", "b.csv", "-o", "b.csv"]),
        (String::new(), output.to_owned(), 2)
    );
}
