//! The functions that make sources. None does I/O.

use asyncgen_sources::Batches;
use pyo3::prelude::*;

use crate::{
    build::Builder,
    core::Core,
    csv_options::{CsvOptions, RowOptions, faulty},
    fairness::Fair,
    feed::Input,
    json,
    plan::{Faulty, Plan},
    source::Source,
};

/// A source of lines.
#[pyfunction]
#[pyo3(signature = (input, *, keepends, resume, max_line, fair, created))]
pub(crate) fn lines(
    input: &Input,
    keepends: bool,
    resume: Option<String>,
    max_line: usize,
    fair: Fair,
    created: String,
) -> PyResult<Source> {
    let (input, reader) = input.take()?;
    let batches = asyncgen_sources::lines(input)
        .max_line(max_line)
        .keep_ends(keepends)
        .resume(resume)
        .batches();
    Ok(source(
        "lines",
        batches,
        Plan { builder: Builder::Line, fair, created, reader, faulty: Faulty::Raise },
    ))
}

/// A source of chunks of bytes.
#[pyfunction]
#[pyo3(signature = (input, *, size, resume, fair, created))]
pub(crate) fn chunks(
    input: &Input,
    size: usize,
    resume: Option<String>,
    fair: Fair,
    created: String,
) -> PyResult<Source> {
    let (input, reader) = input.take()?;
    let batches = asyncgen_sources::chunks(input, size).resume(resume).batches();
    let plan = Plan { builder: Builder::Chunk, fair, created, reader, faulty: Faulty::Raise };
    Ok(source("chunks", batches, plan))
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
    let faulty = options.faulty();
    let batches = options.source(input).batches();
    let builder = Builder::Row(rows.rows(&batches));
    Ok(source("csv", batches, Plan { fair, builder, created, reader, faulty }))
}

/// A source of the values of newline-delimited JSON.
#[pyfunction]
#[pyo3(signature = (input, *, rows, on_error, resume, max_record, fair, created))]
#[expect(clippy::too_many_arguments, reason = "the options of Python")]
pub(crate) fn ndjson(
    py: Python<'_>,
    input: &Input,
    rows: RowOptions,
    on_error: &str,
    resume: Option<String>,
    max_record: usize,
    fair: Fair,
    created: String,
) -> PyResult<Source> {
    let (input, reader) = input.take()?;
    let faulty = faulty(on_error);
    let mut values = asyncgen_sources::ndjson(input)
        .max_record(max_record)
        .on_error(faulty.into())
        .resume(resume);
    if let Some(names) = rows.names() {
        values = values.columns(names);
    }
    let batches = values.batches();
    let builder = match rows.members(py, &batches) {
        Some(members) => Builder::Members(Box::new(members)),
        None => Builder::Json(json::Keys::new()),
    };
    let plan = Plan { fair, builder, created, reader, faulty };
    Ok(source("ndjson", batches, plan))
}

/// A source of what `batches` gives.
pub(crate) fn source(noun: &'static str, batches: Batches, plan: Plan) -> Source {
    Source::new(Core::new(batches, noun, plan))
}
