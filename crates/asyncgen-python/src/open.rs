//! The functions that make sources. None does I/O.

use asyncgen_sources::Batches;
use pyo3::prelude::*;

use crate::{
    build::Builder,
    core::{Core, Plan},
    csv_options::{CsvOptions, RowOptions},
    fairness::Fair,
    feed::Input,
    json,
    source::Source,
};

/// A source of lines.
#[pyfunction]
#[pyo3(signature = (input, *, keepends, max_line, fair, created))]
pub(crate) fn lines(
    input: &Input,
    keepends: bool,
    max_line: usize,
    fair: Fair,
    created: String,
) -> PyResult<Source> {
    let (input, reader) = input.take()?;
    let batches = asyncgen_sources::lines(input).max_line(max_line).keep_ends(keepends).batches();
    Ok(source("lines", batches, Plan { builder: Builder::Line, fair, created, reader }))
}

/// A source of the records of a CSV text.
#[pyfunction]
#[pyo3(signature = (input, *, options, rows, fair, created))]
pub(crate) fn csv(
    input: &Input,
    options: CsvOptions,
    rows: RowOptions,
    fair: Fair,
    created: String,
) -> PyResult<Source> {
    let (input, reader) = input.take()?;
    let batches = options.source(input).batches();
    let builder = Builder::Row(rows.rows(batches.name()));
    Ok(source("csv", batches, Plan { fair, builder, created, reader }))
}

/// A source of the values of newline-delimited JSON.
#[pyfunction]
#[pyo3(signature = (input, *, max_record, fair, created))]
pub(crate) fn ndjson(
    input: &Input,
    max_record: usize,
    fair: Fair,
    created: String,
) -> PyResult<Source> {
    let (input, reader) = input.take()?;
    let batches = asyncgen_sources::ndjson(input).max_record(max_record).batches();
    let builder = Builder::Json(json::Keys::new());
    Ok(source("ndjson", batches, Plan { fair, builder, created, reader }))
}

/// A source of what `batches` gives.
pub(crate) fn source(noun: &'static str, batches: Batches, plan: Plan) -> Source {
    Source::new(Core::new(batches, noun, plan))
}
