//! `cargo xtask soak`: the same tests with the long counts, which take minutes.
use crate::shell::{self, Result, run, section};
use crate::test;
use crate::venv::Venv;

/// The variable that tests read to choose their long counts.
const LONG: &str = "ASYNCGEN_SOAK";

pub(crate) fn all() -> Result {
    section("Rust, long counts", || run(shell::cargo(&["test", "--release"]).env(LONG, "1")))?;
    let venv = Venv::main()?;
    test::prepare(&venv, &["build", "test", "lint"])?;
    section("pytest, long counts", || {
        let mut pytest = venv.python();
        pytest.args(["-m", "pytest", "-m", "soak", "-rs"]);
        run(pytest.env(LONG, "1"))
    })
}
