//! Leaving early: a reader that goes, Ctrl-C, SIGTERM.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, ChildStdout},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::command::{Folder, Ran};

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("a running child");
}

fn line(stdout: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    line
}

#[test]
fn a_reader_that_goes_ends_it_silently() {
    let text = "some text\n".repeat(100_000);
    let folder = Folder::with(&[("a.txt", text.as_bytes())]);
    let mut child = folder.command(&["lines", "a.txt"]).spawn().expect("the binary");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    assert_eq!(line(&mut stdout), "some text\n");
    drop(stdout);
    let ran = Ran::from(child.wait_with_output().expect("its output"));
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
}

#[test]
fn a_signal_ends_it_at_once_beside_a_silent_stdin() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let folder = Folder::with(&[]);
        let mut child = folder.command(&["lines", "-"]).spawn().expect("the binary");
        let mut stdin = child.stdin.take().expect("a pipe");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        stdin.write_all(b"one\ntwo\nhal").expect("written");
        // What is complete comes while the source is silent.
        assert_eq!(line(&mut stdout), "one\n");
        assert_eq!(line(&mut stdout), "two\n");
        send(&child, signal);
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).expect("the end");
        let ran = Ran::from(child.wait_with_output().expect("its output"));
        assert_eq!((ran.code, &*ran.stderr, &*rest), (code, "", ""));
        drop(stdin);
    }
}

#[test]
fn a_signal_leaves_whole_records_in_the_file() {
    let folder = Folder::with(&[]);
    let mut child =
        folder.command(&["csv", "-", "--to", "json", "-o", "o.json"]).spawn().expect("the binary");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(b"a\n1\n2\nhal").expect("written");
    // The file is there once the first records are written.
    while !folder.path("o.json").exists() || !folder.read("o.json").contains("2\"}") {
        std::thread::yield_now();
    }
    send(&child, Signal::INT);
    let ran = Ran::from(child.wait_with_output().expect("its output"));
    assert_eq!((ran.code, &*ran.stderr), (130, ""));
    assert_eq!(folder.read("o.json"), "[\n{\"a\":\"1\"},\n{\"a\":\"2\"}\n]\n");
    drop(stdin);
}

#[test]
fn a_signal_ends_it_beside_a_reader_that_is_stuck() {
    let text = "some text\n".repeat(1_000_000);
    let folder = Folder::with(&[("a.txt", text.as_bytes())]);
    let mut child = folder.command(&["lines", "a.txt"]).spawn().expect("the binary");
    // It runs; its pipe fills up, and nobody reads on.
    let mut byte = [0];
    let mut stdout = child.stdout.take().expect("a pipe");
    stdout.read_exact(&mut byte).expect("a byte");
    send(&child, Signal::INT);
    assert_eq!(child.wait().expect("its end").code(), Some(130));
}
