//! `cargo xtask soak`: the same tests with the long counts, which take minutes.
use crate::shell::{self, Result, run, section};
use crate::test;
use crate::venv::Venv;

/// The variable that tests read to choose their long counts.
const LONG: &str = "ASYNCGEN_SOAK";

/// Where the sanitizer is to be had, which wants the target said: it is not for what builds the tests.
const SANITIZED: &str = "x86_64-unknown-linux-gnu";

pub(crate) fn all() -> Result {
    section("Rust, long counts", || run(shell::cargo(&["test", "--release"]).env(LONG, "1")))?;
    threads()?;
    unsafe_code()?;
    section("fuzz targets, built", || {
        run(&mut shell::cargo(&["check", "--manifest-path", "fuzz/Cargo.toml"]))
    })?;
    let venv = Venv::main()?;
    test::prepare(&venv, &["build", "test", "lint"])?;
    section("pytest, long counts", || {
        let mut pytest = venv.python();
        pytest.args(["-m", "pytest", "-m", "soak", "-rs"]);
        run(pytest.env(LONG, "1"))
    })
}

/// What threads of the generators' crate do to one another, in many orders of their steps.
fn threads() -> Result {
    section("generators, orders of threads", || {
        let mut cargo = shell::cargo(&["test", "--package", "asyncgen", "--test", "threads"]);
        cargo.env("RUSTFLAGS", "--cfg shuttle").env("RUST_BACKTRACE", "0");
        run(cargo.env("CARGO_TARGET_DIR", shell::target().join("shuttle")))
    })
}

/// The tests of the crate whose `unsafe` every generator runs through, where an access out of place is seen.
///
/// Neither tool is part of the stable toolchain: the sanitizer is asked for as the standard library's own
/// build does, Miri is skipped where no nightly toolchain has it.
fn unsafe_code() -> Result {
    // But for the one that starts a cargo: that would build with what is set here, and Miri starts nothing.
    let skipped = ["--", "--skip", "the_example_prints"];
    if cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        section("generators, AddressSanitizer", || {
            let mut cargo = shell::cargo(&["test", "--package", "asyncgen"]);
            cargo.args(["--test", "it", "--target", SANITIZED]).args(skipped);
            cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", "-Zsanitizer=address");
            run(cargo.env("CARGO_TARGET_DIR", shell::target().join("sanitized")))
        })?;
    }
    section("generators, Miri", || {
        let miri = |words: &[&str]| {
            let mut cargo = shell::command("rustup");
            cargo.args(["run", "nightly", "cargo", "miri"]).args(words);
            cargo
        };
        if !miri(&["--version"]).output().is_ok_and(|output| output.status.success()) {
            println!("skipped: no nightly toolchain with miri");
            return Ok(());
        }
        let test = |words: &[&str], flags: &str| {
            let mut test = miri(&["test", "--package", "asyncgen", "--test", "it"]);
            // Tokio asks for the time, which an isolated program has not.
            test.args(words).env("MIRIFLAGS", format!("-Zmiri-disable-isolation {flags}"));
            // Each takes it seconds, and tests that panic do so a hundred times.
            test.env("RUST_BACKTRACE", "0");
            run(test.env("CARGO_TARGET_DIR", shell::target().join("miri")))
        };
        test(&skipped, "")?;
        // Threads that race, tokio's among them: each seed is another order.
        test(&["handed_over_as_"], "-Zmiri-many-seeds=0..32")
    })
}
