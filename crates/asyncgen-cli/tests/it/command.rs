//! Runs the binary in a folder of its own.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Output, Stdio},
    thread,
};

use tempfile::TempDir;

/// A temporary folder in which the binary runs.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// With these files, names and contents.
    pub(crate) fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(TempDir::new().expect("a temporary folder"));
        for (name, content) in files {
            fs::write(folder.path(name), content).expect("a file");
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file of text")
    }

    /// The binary, ready to run with `args`, all streams piped.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_asyncgen"));
        command
            .args(args)
            .current_dir(self.0.path())
            .env_remove("COLUMNS")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs it to its end with `stdin`.
    pub(crate) fn run(&self, args: &[&str], stdin: &[u8]) -> Ran {
        let mut child = self.command(args).spawn().expect("the binary");
        let mut pipe = child.stdin.take().expect("a pipe");
        let stdin = stdin.to_vec();
        // It may end without reading all.
        let feed = thread::spawn(move || drop(pipe.write_all(&stdin)));
        let output = child.wait_with_output().expect("its output");
        feed.join().expect("fed");
        output.into()
    }
}

/// What a run printed, and its exit code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
            code: output.status.code().expect("not killed"),
        }
    }
}

/// Runs the binary with `args`, fed with `input` as stdin, and compares all it says.
#[track_caller]
pub(crate) fn check(args: &[&str], input: &str, stdout: &str, stderr: &str, code: i32) {
    let ran = Folder::with(&[]).run(args, input.as_bytes());
    let expected = Ran { stdout: stdout.to_owned(), stderr: stderr.to_owned(), code };
    assert_eq!(ran, expected, "{args:?}");
}
