//! The extension module `_asyncgen`: sources as Python objects, and the bridge to event loops.
//!
//! What must stay true here: no Rust thread ever attaches to Python; no lock is held while Python
//! code may run; a record is taken in the very step that delivers it.

use pyo3::prelude::*;

mod awaitable;
mod bell;
mod blocking;
mod bridge;
mod build;
mod command;
mod core;
mod cursor;
mod errors;
mod exit;
mod facts;
mod fairness;
mod feed;
mod json;
mod open;
mod pages;
mod raw;
mod source;
mod stream;

/// The private half of the package `asyncgen`.
#[pymodule(gil_used = true)]
mod _asyncgen {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::awaitable::Step;
    #[pymodule_export]
    use crate::blocking::Blocking;
    #[pymodule_export]
    use crate::bridge::Bridge;
    #[pymodule_export]
    use crate::command::cli;
    #[pymodule_export]
    use crate::exit::leave;
    #[pymodule_export]
    use crate::feed::{Feed, Input};
    #[pymodule_export]
    use crate::open::{csv, lines, ndjson};
    #[pymodule_export]
    use crate::pages::pages;
    #[pymodule_export]
    use crate::source::Source;
    #[pymodule_export]
    use crate::stream::Stream;

    /// The version of the package.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name Python gives it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) {
        crate::raw::hurry(module.py());
    }
}
