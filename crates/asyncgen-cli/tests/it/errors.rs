//! What goes wrong: the message, the place, the caret, the exit code, and what was written
//! before.

use crate::command::{Folder, check};

#[test]
fn a_ragged_row() {
    let folder = Folder::with(&[("big.csv", b"a,b,c\n1,2,3\n4,5,6\n7,8\n9,9,9\n")]);
    let ran = folder.run(&["csv", "big.csv"], b"");
    assert_eq!(ran.stdout, "a,b,c\n1,2,3\n4,5,6\n");
    assert_eq!(ran.stderr, "big.csv:4:4: record 3 has 2 fields, the header has 3\n7,8\n   ^\n");
    assert_eq!(ran.code, 1);
}

#[test]
fn json_is_closed_after_the_last_good_record() {
    check(
        &["csv", "-", "--to", "json"],
        "a,b\n1,2\n3\n",
        "[\n{\"a\":\"1\",\"b\":\"2\"}\n]\n",
        "<stdin>:3:2: record 2 has 1 field, the header has 2\n3\n ^\n",
        1,
    );
    check(
        &["csv", "-", "--to", "json"],
        "a,b\n1\n",
        "",
        "<stdin>:2:2: record 1 has 1 field, the header has 2\n1\n ^\n",
        1,
    );
}

#[test]
fn a_file_that_cannot_be_opened() {
    let folder = Folder::with(&[]);
    let ran = folder.run(&["csv", "missing.csv"], b"");
    assert_eq!(ran.stderr, "missing.csv: cannot open: No such file or directory (os error 2)\n");
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    let ran = folder.run(&["csv", ""], b"");
    assert_eq!(ran.stderr, "'': cannot open: No such file or directory (os error 2)\n");
    let ran = folder.run(&["lines", "."], b"");
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    assert!(ran.stderr.starts_with(".: cannot open: "), "{}", ran.stderr);
}

#[test]
fn json_that_has_no_columns() {
    check(
        &["ndjson", "-", "--to", "csv"],
        "{\"a\":1}\n[2]\n",
        "a\n1\n",
        "<stdin>: record 2 is not a JSON object: it has no keys\n",
        1,
    );
    check(
        &["ndjson", "-", "--to", "csv"],
        "{\"a\":1}\n{\"b\":1}\n",
        "a\n1\n",
        "<stdin>: record 2 has the key \"b\", the first one has not: --select the columns\n",
        1,
    );
}

#[test]
fn two_columns_of_one_name_do_not_fit_into_an_object() {
    check(
        &["csv", "-", "--to", "ndjson"],
        "a,a\n1,2\n",
        "",
        "<stdin>: the column \"a\" comes twice, a JSON object has it once: --select the columns, \
         name them with --header, or write --to csv\n",
        2,
    );
    check(&["csv", "-"], "a,a\n1,2\n", "a,a\n1,2\n", "", 0);
}

#[test]
fn records_that_are_passed_over() {
    let bad =
        "<stdin>:3:2: record 2 has 1 field, the header has 2\n3\n ^\n1 record was passed over\n";
    check(&["csv", "-", "--on-error", "skip"], "a,b\n1,2\n3\n4,5\n", "a,b\n1,2\n4,5\n", bad, 0);
    let input = "x\n".repeat(12) + "1\n";
    let ran = Folder::with(&[]).run(&["ndjson", "-", "--on-error", "skip"], input.as_bytes());
    assert_eq!((ran.code, &*ran.stdout), (0, "1\n"));
    assert_eq!(ran.stderr.matches("record 1 is not JSON").count(), 10);
    assert!(ran.stderr.ends_with("12 records were passed over\n"), "{}", ran.stderr);
}

#[test]
fn records_that_are_passed_over_are_kept() {
    let folder = Folder::with(&[
        ("a.csv", b"a,b\n1,2\n3\n\xff,\n"),
        ("b.csv", b"a,b\n\"4\"x,\n"),
        ("c.csv", b"a,b\n1,2\n"),
        ("r", b"old"),
    ]);
    let run = |args: &[&str]| folder.run(&[&["csv"], args, &["--rejects", "r"]].concat(), b"");
    let ran = run(&["a.csv", "b.csv"]);
    assert_eq!((ran.code, &*ran.stdout), (0, "a,b\n1,2\n"));
    assert_eq!(ran.stderr, "3 records were passed over\n");
    let first = "{\"source\":\"a.csv\",\"record\":2,\"line\":3,\"offset\":8,\"end\":9,\"column\":2,\
                 \"kind\":\"ragged\",\"message\":\"record 2 has 1 field, the header has 2\",\"raw\":\"3\"}\n";
    let kept = folder.read("r");
    assert!(kept.starts_with(first), "{kept}");
    let places: Vec<_> = kept.lines().map(|line| &line[..28]).collect();
    let expected = ["a.csv\",\"record\":2", "a.csv\",\"record\":2", "b.csv\",\"record\":1"];
    assert_eq!(places, expected.map(|place| format!("{{\"source\":\"{place}")));
    // Where there are none it is empty; where one goes on, they are added.
    assert_eq!(run(&["c.csv"]).code, 0);
    assert_eq!(folder.read("r"), "");
    assert_eq!(run(&["b.csv", "--position", "p"]).code, 0);
    assert_eq!(folder.read("r").lines().count(), 1);
    std::fs::write(folder.path("b.csv"), "a,b\n\"4\"x,\n5\n").expect("a file");
    assert_eq!(run(&["b.csv", "--position", "p"]).code, 0);
    assert_eq!(folder.read("r").lines().count(), 2);
    for args in [&["a.csv", "-o", "r"][..], &["r"]] {
        let ran = run(args);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.ends_with("is the output as well; write to another file\n"), "{args:?}");
    }
    let ran = folder.run(&["csv", "a.csv", "--rejects", "/dev/full"], b"");
    assert_eq!(ran.code, 1);
    let told = "/dev/full: cannot write: No space left on device (os error 28)\n";
    assert!(ran.stderr.ends_with(told), "{}", ran.stderr);
}

#[test]
fn bad_usage() {
    for (args, expected) in [
        (&["csv"][..], "required arguments were not provided"),
        (&["nonsense"], "unrecognized subcommand 'nonsense'"),
        (&["csv", "-", "--delimiter", "ab"], "it must be one ASCII character"),
        (&["csv", "-", "--delimiter", ";", "--quotechar", ";"], "delimiter and quote are both ';'"),
        (&["csv", "-", "--header", "a", "--no-header"], "cannot be used with"),
        (&["csv", "-", "--take", "-1"], "unexpected argument '-1'"),
        (&["csv", "-", "--to", "xml"], "invalid value 'xml'"),
        (&["csv", "http://localhost:1/", "--no-http"], "http"),
        (
            &["pages", "http://localhost:1/", "--next", "nonsense"],
            "auto, link, a path such as /next",
        ),
        (&["pages", "http://localhost:1/", "--next", "page:p:x"], "is not a page number"),
        (&["pages", "http://localhost:1/", "-H", "nonsense"], "'Name: value' is needed"),
        (&["pages", "http://localhost:1/", "--param", "nonsense"], "name=value is needed"),
        (&["pages", "not a url"], "not a URL"),
    ] {
        let ran = Folder::with(&[]).run(args, b"");
        assert_eq!((ran.code, &*ran.stdout), (2, ""), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{args:?}: {}", ran.stderr);
    }
}
