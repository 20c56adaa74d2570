//! Text into the types that columns can have.

use pyo3::{
    IntoPyObjectExt,
    exceptions::PyValueError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyInt, PyString},
};

use crate::raw;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cast {
    Str,
    Int,
    Float,
    Bool,
    Date,
    Datetime,
    Decimal,
}

/// What `bool` takes, in lower case.
const TRUE: [&str; 5] = ["true", "1", "t", "yes", "y"];
const FALSE: [&str; 5] = ["false", "0", "f", "no", "n"];

impl Cast {
    /// The type called `name`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "str" => Self::Str,
            "int" => Self::Int,
            "float" => Self::Float,
            "bool" => Self::Bool,
            "date" => Self::Date,
            "datetime" => Self::Datetime,
            "Decimal" => Self::Decimal,
            _ => return None,
        })
    }

    /// What an error says that a cell is not.
    pub(crate) fn expected(self) -> &'static str {
        match self {
            Self::Str => "a str",
            Self::Int => "an int",
            Self::Float => "a float",
            Self::Bool => "a bool",
            Self::Date => "a date",
            Self::Datetime => "a datetime",
            Self::Decimal => "a Decimal",
        }
    }

    /// The value that `text` stands for; `None` where it stands for none of this type.
    pub(crate) fn value<'py>(
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
                let is_in =
                    |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(bare));
                match (is_in(&TRUE), is_in(&FALSE)) {
                    (true, _) => true.into_bound_py_any(py).map(Some),
                    (_, true) => false.into_bound_py_any(py).map(Some),
                    _ => Ok(None),
                }
            }
            Self::Date => call(py, &DATE, ("datetime", "date", Some("fromisoformat")), bare),
            Self::Datetime => {
                call(py, &DATETIME, ("datetime", "datetime", Some("fromisoformat")), bare)
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
    // `Decimal` takes underscores, which are no part of a number that is written.
    if text.contains('_') {
        return Ok(None);
    }
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
