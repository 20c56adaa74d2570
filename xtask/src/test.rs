//! `cargo xtask test`: everything that must pass.
use std::process::Command;

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

/// `.venv`, the extension, pytest with the blocks of the docs, the type checks; pytest on every further Python.
pub(crate) fn python() -> Result {
    let venv = Venv::main()?;
    prepare(&venv, &["build", "test", "lint"])?;
    pytest(&venv)?;
    section("type checks", || checks::types(&venv))?;
    for other in venv.further() {
        prepare(&other, &["build", "test"])?;
        pytest(&other)?;
    }
    Ok(())
}

/// Installs the groups and the package.
pub(crate) fn prepare(venv: &Venv, groups: &[&str]) -> Result {
    let version = venv.version();
    section(&format!("environment, Python {version}"), || venv.install(groups))?;
    section(&format!("extension, Python {version}"), || venv.build())
}

fn pytest(venv: &Venv) -> Result {
    section(&format!("pytest, Python {}", venv.version()), || {
        shell::run(venv.python().args(["-m", "pytest", "-rs"]))
    })
}
