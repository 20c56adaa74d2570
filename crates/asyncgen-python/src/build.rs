//! Records into Python objects.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use asyncgen_cli::Shape;
use asyncgen_sources::{Columns, Record};
use pyo3::{
    exceptions::PyValueError,
    prelude::*,
    types::{PyDict, PyString},
};

use crate::{
    cursor::Taken,
    facts, json,
    raw::{self, GilCell},
};

/// What a record becomes, and what is kept from one record to the next to build it.
pub(crate) enum Builder {
    /// A str: the first field.
    Line,
    /// A list of str.
    List,
    /// A dict of str by column.
    Dict(GilCell<Option<Keys>>),
    /// What the JSON of the first field says.
    Json(json::Keys),
    /// As `Json`; once it is asked for, a `WholePage` of the members of the object.
    Item(json::Keys, AtomicBool),
    /// An `Event`: the three fields.
    Event,
}

/// The names of the columns as Python strings.
#[derive(Clone)]
pub(crate) struct Keys {
    columns: Columns,
    names: Arc<[Py<PyString>]>,
}

impl Builder {
    /// What the records are, for who writes them.
    pub(crate) fn shape(&self) -> Shape {
        match self {
            Self::Line => Shape::Line,
            Self::List | Self::Dict(_) | Self::Event => Shape::Row,
            Self::Json(_) | Self::Item(..) => Shape::Json,
        }
    }

    /// Makes pages of the records to come; false where they are none.
    pub(crate) fn give_pages(&self) -> bool {
        let Self::Item(_, whole) = self else { return false };
        whole.store(true, Relaxed);
        true
    }

    pub(crate) fn build<'py>(&self, py: Python<'py>, taken: &Taken) -> PyResult<Bound<'py, PyAny>> {
        let ascii = taken.batch.is_ascii();
        let Some(record) = taken.batch.get(taken.index) else {
            return Ok(py.None().into_bound(py));
        };
        match self {
            Self::Line => Ok(raw::string(py, first(record), ascii)?.into_any()),
            Self::List => Ok(raw::strings(py, record.iter(), ascii)?.into_any()),
            Self::Dict(cache) => {
                let row = PyDict::new(py);
                let Some(columns) = record.columns() else { return Ok(row.into_any()) };
                for (name, field) in keys(py, cache, columns)?.iter().zip(record) {
                    row.set_item(name, raw::string(py, field, ascii)?)?;
                }
                Ok(row.into_any())
            }
            Self::Json(keys) => json::value(py, first(record), keys),
            Self::Item(keys, whole) => {
                let value = json::value(py, first(record), keys)?;
                if whole.load(Relaxed) { facts::page(&value) } else { Ok(value) }
            }
            Self::Event => facts::event(py, record),
        }
    }
}

fn first(record: Record<'_>) -> &str {
    record.get(0).unwrap_or_default()
}

fn keys(
    py: Python<'_>,
    cache: &GilCell<Option<Keys>>,
    columns: &Columns,
) -> PyResult<Arc<[Py<PyString>]>> {
    let known = cache.with(py, |keys| {
        let keys = keys.as_ref().filter(|keys| Arc::ptr_eq(&keys.columns, columns))?;
        Some(Arc::clone(&keys.names))
    });
    if let Some(names) = known {
        return Ok(names);
    }
    let mut seen = HashSet::new();
    if let Some(twice) = columns.iter().find(|name| !seen.insert(*name)) {
        let message = format!(
            "the column {twice:?} comes twice in the header and a dict has it once: ask for \
             rows=\"list\", or give other names as header=[...]"
        );
        return Err(PyValueError::new_err(message));
    }
    let names: Arc<[_]> = columns.iter().map(|name| PyString::new(py, name).unbind()).collect();
    let keys = Keys { columns: Arc::clone(columns), names: Arc::clone(&names) };
    drop(cache.with(py, |cache| cache.replace(keys)));
    Ok(names)
}
