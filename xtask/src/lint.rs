//! `cargo xtask lint`: what a reviewer should not have to say.
use crate::shell::{self, Result, run, section};
use crate::venv::Venv;
use crate::{checks, oldest, test};

pub(crate) fn all() -> Result {
    section("rustfmt", || run(&mut shell::cargo(&["fmt", "--all", "--check"])))?;
    let venv = Venv::main()?;
    test::prepare(&venv, &["build", "test", "lint"])?;
    section("clippy", || {
        let words = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
        run(shell::cargo(&words).env("PYO3_PYTHON", venv.interpreter()))
    })?;
    section("clippy, generators without std", || {
        let words = ["clippy", "--package", "asyncgen", "--no-default-features"];
        run(shell::cargo(&words).args(["--", "-D", "warnings"]))
    })?;
    section("rustdoc", || {
        let mut doc = shell::cargo(&["doc", "--workspace", "--no-deps"]);
        run(doc.env("RUSTDOCFLAGS", "-D warnings").env("PYO3_PYTHON", venv.interpreter()))
    })?;
    section("oldest Rust", || oldest::check(&venv))?;
    section("ruff", || {
        run(venv.program("ruff").args(["check", "."]))?;
        run(venv.program("ruff").args(["format", "--check", "."]))
    })?;
    section("type checks", || checks::types(&venv))
}
