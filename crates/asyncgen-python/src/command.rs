//! `python -m asyncgen`.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the command `asyncgen`, the name of the program first; gives its exit code.
#[pyfunction]
pub(crate) fn cli(py: Python<'_>, args: Vec<OsString>) -> u8 {
    py.detach(|| asyncgen_cli::run(args))
}
