//! Positions, progress and summaries as the named tuples of `asyncgen._facts`.

use asyncgen_sources::{CsvDialect, Dialect, Position, Progress, Record, Reject, Summary};
use pyo3::{prelude::*, sync::PyOnceLock, types::PyDict};

pub(crate) fn position<'py>(
    py: Python<'py>,
    position: Position,
    token: Option<String>,
    noun: &str,
) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    static PAGE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    static EVENT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    static FILE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let (record, line, offset) = (position.record, position.line, position.offset);
    let Some(token) = token else {
        return CLASS.import(py, "asyncgen._facts", "Position")?.call1((record, line, offset));
    };
    let (class, name) = match noun {
        "pages" => (&PAGE, "PagePosition"),
        "sse" => (&EVENT, "EventPosition"),
        _ => (&FILE, "FilePosition"),
    };
    class.import(py, "asyncgen._facts", name)?.call1((record, line, offset, token))
}

pub(crate) fn dialect<'py>(py: Python<'py>, dialect: &Dialect) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = CLASS.import(py, "asyncgen._facts", "Dialect")?;
    let CsvDialect { delimiter, quote, escape, skip_initial_space, header, skip } = dialect.csv;
    let marks = (char::from(delimiter), quote.map(char::from), escape.map(char::from));
    let encoding = dialect.encoding;
    class.call1((marks.0, marks.1, marks.2, skip_initial_space, header, skip, encoding))
}

pub(crate) fn event<'py>(py: Python<'py>, record: Record<'_>) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = CLASS.import(py, "asyncgen._facts", "Event")?;
    class.call1((record.get(0), record.get(1), record.get(2)))
}

/// The `WholePage` of the members of a dictionary.
pub(crate) fn page<'py>(members: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = members.py();
    let class = CLASS.import(py, "asyncgen._facts", "WholePage")?;
    class.call((), Some(members.cast::<PyDict>()?))
}

pub(crate) fn progress<'py>(py: Python<'py>, progress: &Progress) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = CLASS.import(py, "asyncgen._facts", "Progress")?;
    class.call1((progress.bytes, progress.total, progress.records, progress.expected))
}

pub(crate) fn summary<'py>(py: Python<'py>, summary: &Summary) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    static PAGES: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let Summary { records, bytes, pages, retries, throttled, rejects, blank_lines } = *summary;
    if pages == 0 {
        let class = CLASS.import(py, "asyncgen._facts", "Summary")?;
        return class.call1((records, bytes, pages, retries, rejects, blank_lines));
    }
    let class = PAGES.import(py, "asyncgen._facts", "PagesSummary")?;
    class.call1((records, bytes, pages, retries, throttled.as_secs_f64()))
}

/// `source` is the file it stands in.
pub(crate) fn reject<'py>(
    py: Python<'py>,
    reject: &Reject,
    source: &str,
) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = CLASS.import(py, "asyncgen._facts", "Reject")?;
    let (start, error) = (reject.start(), reject.error());
    let (kind, message) = (error.kind().name(), error.to_string());
    let (record, raw) = (error.position().record + 1, reject.raw());
    let place = (start.line, start.offset, reject.end(), error.column());
    class.call1((source, record, place.0, place.1, place.2, place.3, kind, message, raw))
}
