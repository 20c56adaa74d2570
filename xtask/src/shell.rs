//! Running commands: each is echoed, each section is timed, a failure names the command.
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

pub(crate) type Result<T = ()> = std::result::Result<T, Error>;

/// What went wrong, in words for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Error(String);

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The cargo that started this task.
pub(crate) fn cargo(words: &[&str]) -> Command {
    let mut command = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(words);
    command
}

/// A command in the workspace folder.
///
/// What `cargo run` tells this program about its own package is withheld from the child: `ring` and others
/// rebuild whenever these variables differ from those of the last build.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).stdin(Stdio::null());
    for (key, _) in std::env::vars_os() {
        let name = key.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
            .iter()
            .any(|own| name.starts_with(own))
        {
            command.env_remove(&key);
        }
    }
    command
}

/// Whether there is such a program.
pub(crate) fn is_there(program: &str) -> bool {
    succeeds(command(program).arg("--version"))
}

/// Whether `command` does, without a word of it.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Echoes and runs `command`; a failure is an error that names it.
pub(crate) fn run(command: &mut Command) -> Result {
    let line = describe(command);
    println!("$ {line}");
    let status =
        command.status().map_err(|error| Error::new(format!("`{line}` did not start: {error}")))?;
    if status.success() { Ok(()) } else { Err(Error::new(format!("`{line}` failed: {status}"))) }
}

/// As [`run`], beside others: what it writes comes as one piece when it has ended.
pub(crate) fn run_apart(command: &mut Command) -> Result {
    let line = describe(command);
    println!("$ {line}");
    let output =
        command.output().map_err(|error| Error::new(format!("`{line}` did not start: {error}")))?;
    let text = [output.stdout, output.stderr].concat();
    println!("\n$ {line}\n{}", String::from_utf8_lossy(&text));
    if output.status.success() {
        Ok(())
    } else {
        Err(Error::new(format!("`{line}` failed: {}", output.status)))
    }
}

/// Runs `command` and returns what it wrote to stdout; stderr passes through.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let line = describe(command);
    println!("$ {line}");
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Error::new(format!("`{line}` did not start: {error}")))?;
    if !output.status.success() {
        return Err(Error::new(format!("`{line}` failed: {}", output.status)));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| Error::new(format!("`{line}` wrote something that is not UTF-8")))
}

/// Reads a file of the workspace; the error names it.
pub(crate) fn read_file(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .map_err(|error| Error::new(format!("{}: {error}", path.display())))
}

/// Writes a file of the workspace and the folder it lies in; the error names it.
pub(crate) fn write_file(path: &Path, text: &str) -> Result {
    let folder = path.parent().expect("a file lies in a folder");
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, text))
        .map_err(|error| Error::new(format!("{}: {error}", path.display())))
}

/// Runs one timed section; `report` lists them all.
pub(crate) fn section<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\n== {name} ==");
    let start = Instant::now();
    let outcome = work();
    let verdict = if outcome.is_ok() { "ok" } else { "FAILED" };
    SECTIONS.lock().expect("no section panics").push((name.to_owned(), start.elapsed(), verdict));
    outcome
}

/// The table of sections, with the seconds each took.
pub(crate) fn report() {
    let sections = SECTIONS.lock().expect("no section panics");
    if sections.is_empty() {
        return;
    }
    println!();
    for (name, took, word) in sections.iter() {
        println!("{:>7.1} s  {word:6}  {name}", took.as_secs_f64());
    }
    let total: Duration = sections.iter().map(|(_, took, _)| *took).sum();
    println!("{:>7.1} s          together", total.as_secs_f64());
}

static SECTIONS: Mutex<Vec<(String, Duration, &'static str)>> = Mutex::new(Vec::new());

fn describe(command: &Command) -> String {
    let short = |text: &std::ffi::OsStr| {
        let path = Path::new(text);
        path.strip_prefix(root()).unwrap_or(path).to_string_lossy().into_owned()
    };
    let program = Path::new(command.get_program());
    let inside = program.starts_with(root());
    let name = program.file_name().filter(|_| !inside).unwrap_or(command.get_program());
    let mut words = vec![short(name)];
    words.extend(command.get_args().map(short));
    words.join(" ")
}
