//! Positions, progress and summaries as the named tuples of `asyncgen._facts`.

use asyncgen_sources::{Position, Progress, Summary};
use pyo3::{prelude::*, sync::PyOnceLock};

pub(crate) fn position(py: Python<'_>, position: Position) -> PyResult<Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = CLASS.import(py, "asyncgen._facts", "Position")?;
    class.call1((position.record, position.line, position.offset))
}

pub(crate) fn progress<'py>(py: Python<'py>, progress: &Progress) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = CLASS.import(py, "asyncgen._facts", "Progress")?;
    class.call1((progress.bytes, progress.total, progress.records))
}

pub(crate) fn summary<'py>(py: Python<'py>, summary: &Summary) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = CLASS.import(py, "asyncgen._facts", "Summary")?;
    class.call1((summary.records, summary.bytes, summary.pages, summary.retries))
}
