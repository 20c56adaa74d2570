//! The progress bar and the summary, on a pseudo-terminal.

use std::{
    fs::File,
    io::{Read, Write},
    process::Stdio,
};

use rustix::{
    fs::{Mode, OFlags},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Winsize, tcsetwinsize},
};

use crate::{command::Folder, server::serve};

/// A terminal: what is drawn on it, and what a child can be given.
fn terminal() -> (File, File) {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&screen).expect("granted");
    unlockpt(&screen).expect("unlocked");
    let name = ptsname(&screen, Vec::new()).expect("a name");
    let child = rustix::fs::open(&*name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty())
        .expect("the other end");
    let size = Winsize { ws_row: 24, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&screen, size).expect("sized");
    (screen.into(), child.into())
}

/// Reads the screen until it shows `text`, or nobody can draw on it any more.
fn read_until(screen: &mut File, text: &str, seen: &mut String) {
    let mut buf = [0; 4096];
    while !seen.contains(text) {
        match screen.read(&mut buf) {
            // Linux reports the end of a terminal as EIO.
            Ok(0) | Err(_) => return,
            Ok(read) => seen.push_str(&String::from_utf8_lossy(&buf[..read])),
        }
    }
}

#[test]
fn progress_and_summary_are_drawn_on_a_terminal() {
    let folder = Folder::with(&[]);
    let (mut screen, child_end) = terminal();
    let mut child = folder
        .command(&["lines", "-", "-o", "o.txt"])
        .stderr(Stdio::from(child_end))
        .spawn()
        .expect("the binary");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(b"one\ntwo\n").expect("written");
    let mut seen = String::new();
    read_until(&mut screen, "2 records", &mut seen);
    drop(stdin);
    assert!(child.wait().expect("its end").success());
    assert!(seen.contains("8 B,"), "{seen:?}");
    let mut seen = String::new();
    read_until(&mut screen, "B/s\r\n", &mut seen);
    assert!(seen.contains("2 records, 8 B in "), "{seen:?}");
    assert_eq!(folder.read("o.txt"), "one\ntwo\n");
}

#[test]
fn a_file_has_a_bar_with_its_size() {
    let text = "some text\n".repeat(1000);
    let folder = Folder::with(&[("a.txt", text.as_bytes())]);
    let (mut screen, child_end) = terminal();
    let mut command = folder.command(&["lines", "a.txt"]);
    let output = command.stderr(Stdio::from(child_end)).output().expect("its output");
    drop(command);
    assert_eq!(String::from_utf8_lossy(&output.stdout), text);
    let mut seen = String::new();
    read_until(&mut screen, "B/s\r\n", &mut seen);
    assert!(seen.contains(" of 10.00 kB, "), "{seen:?}");
    assert!(seen.contains("1,000 records, 10.00 kB in "), "{seen:?}");
}

#[test]
fn pages_have_a_bar_where_one_tells_how_many_items_there_are() {
    let (until, shown) = std::sync::mpsc::channel();
    let origin = serve(move |target, _| {
        let page = if target.contains("page=2") { 2 } else { 1 };
        if page == 2 {
            // Not before the bar was seen.
            shown.recv().expect("it is shown");
        }
        let next = if page == 1 { "\"/?page=2\"" } else { "null" };
        let body = format!("{{\"count\":3000,\"next\":{next},\"items\":[1,2]}}");
        (200, "Content-Type: application/json\r\n".to_owned(), body)
    });
    let folder = Folder::with(&[]);
    let (mut screen, child_end) = terminal();
    let mut command = folder.command(&["pages", &origin, "-o", "o.ndjson"]);
    let mut child = command.stderr(Stdio::from(child_end)).spawn().expect("the binary");
    drop(command);
    let mut seen = String::new();
    read_until(&mut screen, "2 of 3,000 records", &mut seen);
    assert!(seen.contains("] 2 of 3,000 records, "), "{seen:?}");
    until.send(()).expect("it waits");
    assert!(child.wait().expect("its end").success());
    assert_eq!(folder.read("o.ndjson"), "1\n2\n1\n2\n");
}

#[test]
fn no_secret_is_drawn() {
    let origin = serve(|target, _| {
        let link = if target.contains("page=2") {
            ""
        } else {
            "Link: </?odd=pl4nted&page=2>; rel=next\r\n"
        };
        (200, format!("Content-Type: application/json\r\n{link}"), "[1, 2]".to_owned())
    });
    let url = format!("{}/?token=pl4nted", origin.replace("://", "://pl4nted:pl4nted@"));
    let folder = Folder::with(&[]);
    let (mut screen, child_end) = terminal();
    let args = ["pages", &url, "--auth", "query:odd=pl4nted", "-H", "X-Key: pl4nted"];
    let mut command = folder.command(&args);
    let output = command.stderr(Stdio::from(child_end)).output().expect("its output");
    drop(command);
    assert_eq!(output.stdout, b"1\n2\n1\n2\n");
    let mut seen = String::new();
    read_until(&mut screen, "B/s\r\n", &mut seen);
    assert!(seen.contains("4 records"), "{seen:?}");
    assert!(!seen.contains("pl4nted"), "{seen:?}");
}
