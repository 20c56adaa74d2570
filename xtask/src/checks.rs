//! The type checks of the Python package, the same for `test` and for `lint`.
use crate::shell::{Result, run};
use crate::venv::Venv;

/// mypy and basedpyright as pyproject.toml sets them up, and the private stub against the built extension.
pub(crate) fn types(venv: &Venv) -> Result {
    run(&mut venv.program("mypy"))?;
    run(&mut venv.program("basedpyright"))?;
    run(venv.python().args(["-m", "mypy.stubtest", "asyncgen._asyncgen"]))
}
