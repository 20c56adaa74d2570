//! `--position` and `--resume`: a command that goes on where it has stopped.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
};

use crate::{
    command::{Folder, Ran},
    server::serve,
};

fn ran(folder: &Folder, args: &[&str]) -> (String, String, i32) {
    let Ran { stdout, stderr, code } = folder.run(args, b"");
    (stdout, stderr, code)
}

fn good(text: &str) -> (String, String, i32) {
    (text.to_owned(), String::new(), 0)
}

#[test]
fn only_what_is_new_is_written() {
    let folder = Folder::with(&[("log", b"1\n2\n3\n")]);
    let next = |take: &str| ran(&folder, &["lines", "log", "--position", "p", "--take", take]);
    assert_eq!(next("2"), good("1\n2\n"));
    let token = folder.read("p");
    assert_eq!(next("9"), good("3\n"));
    assert_eq!(next("9"), good(""));
    fs::write(folder.path("log"), "1\n2\n3\n4\n").expect("written");
    assert_eq!(next("9"), good("4\n"));
    assert_eq!(ran(&folder, &["lines", "log", "--resume", token.trim()]), good("3\n4\n"));
    fs::write(folder.path("log"), "1\n").expect("written");
    let changed = "log: it has changed: it is shorter than the position to resume at\n";
    assert_eq!(next("9"), (String::new(), changed.to_owned(), 1));
}

/// A server of a text, in a version that its name tells; of `/plain` nothing is said.
fn library() -> String {
    serve(|target, headers| {
        let body = "1\n2\n3\n4\n";
        let tag = match target {
            "/plain" => String::new(),
            _ => format!("ETag: \"{target}\"\r\n"),
        };
        let range = headers.iter().find_map(|line| {
            line.to_lowercase()
                .strip_prefix("range: bytes=")?
                .strip_suffix('-')?
                .parse::<usize>()
                .ok()
        });
        match range {
            None => (200, tag, body.to_owned()),
            Some(from) => {
                let range =
                    format!("Content-Range: bytes {from}-{}/{}\r\n", body.len() - 1, body.len());
                (206, tag + &range, body[from..].to_owned())
            }
        }
    })
}

#[test]
fn what_is_at_a_url() {
    let (folder, origin) = (Folder::with(&[]), library());
    let next = |target: &str, take: &str| {
        ran(&folder, &["lines", &format!("{origin}{target}"), "--position", "p", "--take", take])
    };
    assert_eq!(next("/log", "3"), good("1\n2\n3\n"));
    assert_eq!(next("/log", "9"), good("4\n"));
    assert_eq!(next("/log", "9"), good(""));
    let other = format!("{origin}/other: resume: this is a position of {origin}/log\n");
    assert_eq!(next("/other", "9"), (String::new(), other, 2));
    fs::remove_file(folder.path("p")).expect("removed");
    let unproven = format!(
        "--position: {origin}/plain cannot be gone on with: it is neither a file, nor at a server that says \
         which version it has sent\n"
    );
    assert_eq!(next("/plain", "3"), ("1\n2\n3\n".to_owned(), unproven, 2));
}

#[test]
fn what_comes_before_a_fault_is_kept() {
    let folder = Folder::with(&[("a.csv", b"a,b\n1,2\n"), ("b.csv", b"a,b\n3,4\n5\n7,8\n")]);
    let run = || ran(&folder, &["csv", "a.csv", "b.csv", "--position", "p", "--to", "ndjson"]);
    let fault = "b.csv:3:2: record 2 has 1 field, the header has 2\n5\n ^\n";
    let first = "{\"a\":\"1\",\"b\":\"2\"}\n{\"a\":\"3\",\"b\":\"4\"}\n".to_owned();
    assert_eq!(run(), (first, fault.to_owned(), 1));
    assert_eq!(run(), (String::new(), fault.to_owned(), 1));
    fs::write(folder.path("b.csv"), "a,b\n3,4\n5,6\n7,8\n").expect("written");
    assert_eq!(run(), good("{\"a\":\"5\",\"b\":\"6\"}\n{\"a\":\"7\",\"b\":\"8\"}\n"));
    assert_eq!(run(), good(""));
}

#[test]
fn a_header_is_written_once() {
    let folder = Folder::with(&[("a.csv", b"a,b\n1,2\n3,4\n")]);
    let next = |take: &str| {
        ran(&folder, &["csv", "a.csv", "--position", "p", "--to", "csv", "--take", take])
    };
    assert_eq!(next("1"), good("a,b\n1,2\n"));
    assert_eq!(next("9"), good("3,4\n"));
    assert_eq!(next("9"), good(""));
}

#[test]
fn a_tail_of_rejects_is_told_once() {
    let names: Vec<String> = (0..20).map(|n| format!("{n:02}.csv")).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (&**name, if name == "00.csv" { &b"a\n1\n"[..] } else { b"a\n1,2\n" }))
        .collect();
    let folder = Folder::with(&files);
    let mut args = vec!["csv", "--position", "p", "--on-error", "skip"];
    args.extend(names.iter().map(String::as_str));
    let (out, told, code) = ran(&folder, &args);
    assert_eq!((&*out, code), ("a\n1\n", 0));
    assert!(told.contains("01.csv:2:3: "), "{told}");
    let (out, told, code) = ran(&folder, &args);
    assert_eq!((&*out, &*told, code), ("", "", 0));
}

#[test]
fn a_signal_ends_it_with_a_position_that_is_right() {
    let all = (0..2_000_000).map(|n| n.to_string() + "\n").collect::<Vec<_>>().concat();
    let folder = Folder::with(&[("log", all.as_bytes())]);
    let mut child = folder.command(&["lines", "log", "--position", "p"]).spawn().expect("runs");
    let mut reader = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut text = String::new();
    reader.read_line(&mut text).expect("a line");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("sent");
    reader.read_to_string(&mut text).expect("text");
    child.wait().expect("ended");
    // A reader that was too slow gets no new position, and the records again.
    if !folder.path("p").exists() {
        text.clear();
    }
    let (rest, _, code) = ran(&folder, &["lines", "log", "--position", "p"]);
    assert!(code == 0 && text + &rest == all);
}

#[test]
fn what_is_refused() {
    let folder = Folder::with(&[("log", b"1\n"), ("bad", b"x\n")]);
    for (args, error) in [
        (
            &["lines", "-", "--position", "p"][..],
            "--position: standard input cannot be gone on with, but a file or a URL\n",
        ),
        (&["lines", "log", "--position", "bad"], "log: resume: this is no position of a source\n"),
        (&["lines", "log", "--position", "."], "--position: .: Is a directory (os error 21)\n"),
    ] {
        assert_eq!(ran(&folder, args), (String::new(), error.to_owned(), 2), "{args:?}");
    }
    assert_eq!(folder.read("bad"), "x\n");
}
