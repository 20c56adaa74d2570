//! The extension module `_asyncgen`: sources as Python objects, and the bridge to event loops.
//!
//! What must stay true here: no Rust thread ever attaches to Python; no lock is held while Python
//! code may run; a record is taken in the very step that delivers it.

use pyo3::prelude::*;

mod arrow;
mod asker;
mod batched;
mod bell;
mod blocking;
mod bridge;
mod build;
mod cast;
mod command;
mod core;
mod csv_options;
mod cursor;
mod encode;
mod entered;
mod errors;
mod exit;
mod facts;
mod fairness;
mod feed;
mod gather;
mod generator;
mod hand;
mod html;
mod json;
mod members;
mod open;
mod outcome;
mod owed;
mod pages;
mod pause;
mod plan;
mod raw;
mod reader;
mod recent;
mod request;
mod row;
mod schema;
mod source;
mod sse;
mod step;
mod stream;
mod thrown;

/// The private half of the package `asyncgen`.
#[pymodule(gil_used = true)]
mod _asyncgen {
    use pyo3::{prelude::*, types::PySequence};

    use crate::raw;

    #[pymodule_export]
    use crate::arrow::{ArrowBatch, ArrowBatches};
    #[pymodule_export]
    use crate::asker::Questions;
    #[pymodule_export]
    use crate::batched::Batched;
    #[pymodule_export]
    use crate::blocking::Blocking;
    #[pymodule_export]
    use crate::bridge::Bridge;
    #[pymodule_export]
    use crate::command::cli;
    #[pymodule_export]
    use crate::encode::Encoded;
    #[pymodule_export]
    use crate::exit::leave;
    #[pymodule_export]
    use crate::fairness::check_fair;
    #[pymodule_export]
    use crate::feed::{Feed, Input};
    #[pymodule_export]
    use crate::generator::{Asend, Athrow, Generator, generate, learn};
    #[pymodule_export]
    use crate::hand::Hand;
    #[pymodule_export]
    use crate::open::{chunks, csv, lines, ndjson};
    #[pymodule_export]
    use crate::pages::pages;
    #[pymodule_export]
    use crate::row::{Row, row};
    #[pymodule_export]
    use crate::source::Source;
    #[pymodule_export]
    use crate::sse::sse;
    #[pymodule_export]
    use crate::step::Step;
    #[pymodule_export]
    use crate::stream::Stream;

    /// The version of the package.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name Python gives it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let py = module.py();
        raw::check_main_interpreter(py)?;
        // What `match` takes as a sequence.
        PySequence::register::<Row>(py)?;
        raw::sequence::<Row>(py);
        raw::subscriptable::<Row>(py);
        raw::awaitable::<Step>(py);
        raw::awaitable::<Asend>(py);
        raw::awaitable::<Athrow>(py);
        raw::async_iterator::<Source>(py);
        raw::async_iterator::<Stream>(py);
        raw::async_iterator::<Generator>(py);
        raw::iterator::<Blocking>(py);
        raw::finalizer::<Generator>(py);
        #[cfg(Py_3_13)]
        {
            raw::finalizer::<Asend>(py);
            raw::finalizer::<Athrow>(py);
        }
        Ok(())
    }
}
