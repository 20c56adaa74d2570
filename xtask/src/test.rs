//! `cargo xtask test`: everything that must pass.
use crate::checks;
use crate::shell::{self, Result, section};
use crate::venv::Venv;

/// Rust first, because it is quick to fail, then Python.
pub(crate) fn all() -> Result {
    rust()?;
    python()
}

/// The default members: behaviour, UI and doc tests, tidy, and the Rust blocks of the docs; then xtask's own.
pub(crate) fn rust() -> Result {
    section("Rust tests, doc tests, tidy", || shell::run(&mut shell::cargo(&["test"])))?;
    section("tests of xtask", || shell::run(&mut shell::cargo(&["test", "--package", "xtask"])))
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
