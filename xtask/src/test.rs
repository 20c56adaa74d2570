//! `cargo xtask test`: everything that must pass.
use std::process::Command;
use std::thread;

use crate::checks;
use crate::shell::{self, Result, section};
use crate::venv::Venv;

/// Rust first, because it is quick to fail, then Python.
pub(crate) fn all() -> Result {
    rust()?;
    python()
}

/// The default members: behaviour, UI and doc tests, tidy, and the Rust blocks of the docs; then xtask's own, and the
/// cost of a generator.
pub(crate) fn rust() -> Result {
    section("Rust tests, doc tests, tidy", || shell::run(&mut shell::cargo(&["test"])))?;
    section("tests of xtask", || shell::run(&mut shell::cargo(&["test", "--package", "xtask"])))?;
    section("instructions of a generator", instructions)
}

/// The generators against `benches/generators/src/limits.rs`; nothing is built where nothing can be counted.
fn instructions() -> Result {
    if shell::is_there("valgrind") {
        shell::run(&mut generators(&["--check"]))
    } else {
        println!("skipped: no valgrind on the PATH");
        Ok(())
    }
}

/// The benchmark of generators, with these words.
pub(crate) fn generators(words: &[&str]) -> Command {
    let mut bench = shell::cargo(&["run", "--release", "--package", "generators-bench", "--"]);
    bench.args(words);
    bench
}

/// The environments, the extensions, the type checks, and pytest on each Python: on the first one all of it, with the
/// blocks of the docs.
pub(crate) fn python() -> Result {
    let venv = Venv::main()?;
    prepare(&venv, &["build", "test", "lint"])?;
    section("type checks", || checks::types(&venv))?;
    let mut venvs = venv.further();
    for other in &venvs {
        prepare(other, &["build", "test"])?;
    }
    venvs.insert(0, venv);
    let versions: Vec<String> = venvs.iter().map(Venv::version).collect();
    section(&format!("pytest, Python {}", versions.join(", ")), || pytest(&venvs))
}

/// Installs the groups and the package.
pub(crate) fn prepare(venv: &Venv, groups: &[&str]) -> Result {
    let version = venv.version();
    section(&format!("environment, Python {version}"), || venv.install(groups))?;
    section(&format!("extension, Python {version}"), || venv.build())
}

/// All side by side: half of the time each waits, for servers and for programs of its own. What one says comes when it
/// has ended.
fn pytest(venvs: &[Venv]) -> Result {
    let run = |(index, venv): (usize, &Venv)| {
        let mut pytest = venv.python();
        pytest.args(["-m", "pytest", "-rs", "--durations=12"]);
        if index > 0 {
            pytest.args(["-m", "not one_python"]);
        }
        shell::run_apart(&mut pytest)
    };
    thread::scope(|scope| {
        let runs: Vec<_> =
            venvs.iter().enumerate().map(|each| scope.spawn(move || run(each))).collect();
        let ended = runs.into_iter().map(|run| run.join().expect("no run panics"));
        ended.fold(Ok(()), Result::and)
    })
}
