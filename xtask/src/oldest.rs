//! The oldest Rust that the manifests promise: what is built with it, where rustup has it.
use std::process::Command;

use crate::shell::{self, Error, Result};
use crate::venv::Venv;

/// A manifest that promises a version, and the packages that go by it; what those use goes along.
const PROMISED: &[(&str, &[&str])] = &[
    ("crates/asyncgen/Cargo.toml", &["asyncgen", "asyncgen-macros"]),
    ("Cargo.toml", &["asyncgen-cli", "asyncgen-python"]),
];

/// `cargo check` of each of them.
pub(crate) fn check(venv: &Venv) -> Result {
    for (manifest, packages) in PROMISED {
        let text = shell::read_file(&shell::root().join(manifest))?;
        let version = promised(&text)
            .ok_or_else(|| Error::new(format!("{manifest}: promises no rust-version")))?;
        let toolchain = format!("{version}.0");
        if !shell::succeeds(rustup(&toolchain).args(["cargo", "--version"])) {
            println!(
                "skipped: no Rust {toolchain}; rustup toolchain install --profile minimal {toolchain}"
            );
            continue;
        }
        let mut check = rustup(&toolchain);
        check.args(["cargo", "check", "--all-features"]);
        check.args(packages.iter().flat_map(|package| ["--package", package]));
        // Its own folder: two compilers in one would build everything anew each time.
        check.arg("--target-dir").arg(shell::target().join("oldest"));
        shell::run(check.env("PYO3_PYTHON", venv.interpreter()))?;
    }
    Ok(())
}

/// What runs with this version of Rust, which is not fetched for it.
fn rustup(toolchain: &str) -> Command {
    let mut command = shell::command("rustup");
    command.env("RUSTUP_AUTO_INSTALL", "0").args(["run", toolchain]);
    command
}

/// The `rust-version` of a manifest.
fn promised(manifest: &str) -> Option<&str> {
    manifest.lines().find_map(|line| line.strip_prefix("rust-version = \"")?.strip_suffix('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises() {
        let check = |manifest, expected| assert_eq!(promised(manifest), expected);
        check("[package]\nname = \"a\"\nrust-version = \"1.85\"\n", Some("1.85"));
        check("[package]\nrust-version.workspace = true\n", None);
    }
}
