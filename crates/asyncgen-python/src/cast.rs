//! Text into the types that columns can have.

use asyncgen_sources::Kind;
use pyo3::{
    IntoPyObjectExt,
    exceptions::PyValueError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyInt, PyString},
};

use crate::raw;

/// What a text becomes that is of a kind.
pub(crate) trait Cast {
    /// The value that `text` stands for; `None` where it stands for none of this type.
    fn value<'py>(
        self,
        py: Python<'py>,
        text: &str,
        ascii: bool,
    ) -> PyResult<Option<Bound<'py, PyAny>>>;
}

impl Cast for Kind {
    fn value<'py>(
        self,
        py: Python<'py>,
        text: &str,
        ascii: bool,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let bare = text.trim_ascii();
        match self {
            Self::Str => Ok(Some(raw::string(py, text, ascii)?.into_any())),
            Self::Int => int(py, bare),
            Self::Float => {
                bare.parse::<f64>().ok().map(|float| float.into_bound_py_any(py)).transpose()
            }
            Self::Bool => {
                let word = self.canonical(bare);
                word.map(|word| (word == "true").into_bound_py_any(py)).transpose()
            }
            Self::Date => call(py, &DATE, ("datetime", "date", Some("fromisoformat")), bare),
            Self::Datetime => {
                call(py, &DATETIME, ("datetime", "datetime", Some("fromisoformat")), bare)
            }
            // It takes underscores, white space and digits of other scripts, which are no part of a number that is
            // written.
            Self::Decimal if !bare.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'_') => {
                Ok(None)
            }
            Self::Decimal => call(py, &DECIMAL, ("decimal", "Decimal", None), bare),
        }
    }
}

static DATE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static DATETIME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static DECIMAL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

fn int<'py>(py: Python<'py>, text: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    if let Ok(int) = text.parse::<i64>() {
        return int.into_bound_py_any(py).map(Some);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    // The interpreter's own conversion keeps its guard against huge numbers.
    refused(py, py.get_type::<PyInt>().call1((text,)))
}

/// Calls what the standard library reads such a text with.
fn call<'py>(
    py: Python<'py>,
    cache: &'static PyOnceLock<Py<PyAny>>,
    (module, class, method): (&str, &str, Option<&str>),
    text: &str,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let function = cache.get_or_try_init(py, || {
        let class = py.import(module)?.getattr(class)?;
        PyResult::Ok(match method {
            Some(method) => class.getattr(method)?.unbind(),
            None => class.unbind(),
        })
    })?;
    refused(py, function.bind(py).call1((PyString::new(py, text),)))
}

/// What was refused as no value of the type is none.
fn refused<'py>(
    py: Python<'py>,
    result: PyResult<Bound<'py, PyAny>>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_instance_of::<PyValueError>(py) || is_decimal(py, &error) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// `decimal.InvalidOperation` is an `ArithmeticError`.
fn is_decimal(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<pyo3::exceptions::PyArithmeticError>(py)
}
