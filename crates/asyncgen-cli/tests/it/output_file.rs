//! `-o FILE`.

use std::process::Stdio;

use crate::command::Folder;

#[test]
fn rows_before_an_error_stay() {
    let folder = Folder::with(&[("a.csv", b"a,b\n1,2\n3\n"), ("o.csv", b"old")]);
    let ran = folder.run(&["csv", "a.csv", "-o", "o.csv"], b"");
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    assert_eq!(folder.read("o.csv"), "a,b\n1,2\n");
}

#[test]
fn it_is_left_alone_when_nothing_can_be_read() {
    let folder = Folder::with(&[("a.csv", b"a,b\n1,2\n"), ("o.csv", b"old")]);
    for args in [
        &["csv", "missing.csv", "-o", "o.csv"][..],
        &["csv", "a.csv", "--select", "x", "-o", "o.csv"],
    ] {
        assert_ne!(folder.run(args, b"").code, 0, "{args:?}");
        assert_eq!(folder.read("o.csv"), "old", "{args:?}");
    }
}

#[test]
fn an_empty_source_makes_an_empty_file() {
    let folder = Folder::with(&[("o.txt", b"old")]);
    assert_eq!(folder.run(&["lines", "-", "-o", "o.txt"], b"").code, 0);
    assert_eq!(folder.read("o.txt"), "");
}

#[test]
fn the_input_is_never_the_output() {
    let folder = Folder::with(&[("a.csv", b"a\n1\n")]);
    std::os::unix::fs::symlink("a.csv", folder.path("link.csv")).expect("a link");
    let refused = "is the output as well; write to another file\n";
    for output in ["a.csv", "./a.csv", "link.csv"] {
        let ran = folder.run(&["csv", "a.csv", "-o", output], b"");
        assert_eq!((ran.code, ran.stderr), (2, format!("a.csv: {refused}")), "{output}");
    }
    let open = || std::fs::File::options().read(true).append(true).open(folder.path("a.csv"));
    let output = folder
        .command(&["csv", "-", "-o", "a.csv"])
        .stdin(open().expect("a file"))
        .output()
        .expect("its output");
    assert_eq!(String::from_utf8_lossy(&output.stderr), format!("<stdin>: {refused}"));
    let output = folder
        .command(&["csv", "a.csv"])
        .stdin(Stdio::null())
        .stdout(open().expect("a file"))
        .output()
        .expect("its output");
    assert_eq!(String::from_utf8_lossy(&output.stderr), format!("a.csv: {refused}"));
    assert_eq!(folder.read("a.csv"), "a\n1\n");
}

#[test]
fn a_file_that_cannot_be_written() {
    let missing = "no/such/folder: cannot write: No such file or directory (os error 2)\n";
    // Found at the end, and, enough to be written at once, before it.
    for input in ["a\n".to_owned(), "a line\n".repeat(100_000)] {
        let ran = Folder::with(&[]).run(&["lines", "-", "-o", "no/such/folder"], input.as_bytes());
        assert_eq!((ran.code, &*ran.stderr), (1, missing));
    }
    let ran = Folder::with(&[]).run(&["lines", "-", "-o", "/dev/full"], b"a\n");
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stderr, "/dev/full: cannot write: No space left on device (os error 28)\n");
}

#[test]
fn a_file_that_cannot_be_written_is_told_beside_a_fault_of_the_data() {
    let ran = Folder::with(&[]).run(&["csv", "-", "-o", "/dev/full"], b"a,b\n1,2\n3\n");
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.stderr,
        "<stdin>:3:2: record 2 has 1 field, the header has 2\n3\n ^\n\
         /dev/full: cannot write: No space left on device (os error 28)\n"
    );
}
