//! Each call of the system that a file is read with fails once: what comes before is written, what failed is told, and
//! the command goes on there.

use std::process::{Command, Stdio};

use crate::command::{Folder, Ran};

/// Fails the calls of `which` on the file as `how` says.
fn run(folder: &Folder, which: &str, how: &str) -> Ran {
    let path = folder.path("log");
    let path = path.to_str().expect("UTF-8");
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-o", "/dev/null", "-P", path, "-e", &format!("trace={which}")]);
    traced.args(["-e", &format!("inject={which}:{how}")]);
    traced.args([env!("CARGO_BIN_EXE_asyncgen"), "lines", path, "--position"]);
    let traced = traced.arg(folder.path("p")).stdin(Stdio::null()).output();
    traced.expect("strace").into()
}

/// Whether the programs of this machine may be traced.
fn can_trace() -> bool {
    Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "true"])
        .status()
        .is_ok_and(|s| s.success())
}

/// What is read, a few chunks of it.
fn all() -> String {
    (0..100_000).map(|n| format!("{n}\n")).collect::<Vec<_>>().concat()
}

#[test]
#[expect(clippy::print_stderr, reason = "the reader of the test's output must know")]
fn each_call_fails() {
    const READS: &str = "read,pread64,preadv2";
    if !can_trace() {
        eprintln!("skipped: no strace");
        return;
    }
    let all = all();
    for (which, error, text, code) in [
        ("openat", "EACCES", "Permission denied (os error 13)", 1),
        ("openat", "EMFILE", "Too many open files (os error 24)", 1),
        ("statx", "EIO", "Input/output error (os error 5)", 1),
        (READS, "EIO", "Input/output error (os error 5)", 1),
    ] {
        let mut failed = 0;
        for nth in 1.. {
            let folder = Folder::with(&[("log", all.as_bytes())]);
            // That one, and all after it.
            let first = run(&folder, which, &format!("error={error}:when={nth}+"));
            assert!(first.stdout.is_empty() || first.stdout.ends_with('\n'), "{which} {nth}");
            if first.code == 0 {
                assert!(first.stdout == all, "{which} {nth}");
                break;
            }
            failed += 1;
            assert_eq!(first.code, code, "{which} {nth}: {}", first.stderr);
            assert!(first.stderr.contains(text), "{which} {nth}: {}", first.stderr);
            assert!(first.stderr.contains("log: "), "{which} {nth}: {}", first.stderr);
            let was_kept = folder.path("p").exists();
            let path = folder.path("log");
            let rest =
                folder.run(&["lines", path.to_str().expect("UTF-8"), "--position", "p"], b"");
            assert_eq!((&*rest.stderr, rest.code), ("", 0), "{which} {nth}");
            // Where the place itself could not be proven, all comes again.
            let kept = if was_kept { first.stdout } else { String::new() };
            assert!(kept + &rest.stdout == all, "{which} {nth}");
        }
        assert!(failed > 0, "{which} is not called");
    }
    // What only interrupts is not felt.
    for nth in 1..12 {
        let folder = Folder::with(&[("log", all.as_bytes())]);
        let ran = run(&folder, READS, &format!("error=EINTR:when={nth}"));
        assert_eq!((&*ran.stderr, ran.code, ran.stdout == all), ("", 0, true), "{nth}");
    }
}
