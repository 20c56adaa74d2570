//! Records into Python objects.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use asyncgen_cli::Shape;
use asyncgen_sources::{Batch, Columns, Error, Record};
use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::PyValueError,
    prelude::*,
    types::{PyBytes, PyDict, PyTuple},
};

use crate::{
    cursor::Taken,
    facts, json,
    members::Members,
    raw::{self, GilCell},
    recent::Recent,
    schema::{Schema, Wanted},
};

/// What a record becomes, and what is kept from one record to the next to build it.
pub(crate) enum Builder {
    /// A str: the first field.
    Line,
    /// The bytes of a chunk.
    Chunk,
    /// What the JSON of the first field says.
    Json(json::Keys),
    /// What is wanted of the object that the JSON of the first field says.
    Members(Box<Members>),
    /// A row of columns.
    Row(Rows),
    /// As `Json`; once it is asked for, a `WholePage` of the members of the object.
    Item(json::Keys, AtomicBool),
    /// The JSON text of the first field, as bytes.
    Raw,
    /// What a function of Python makes of the value that the JSON of the field with this number says.
    Made(json::Keys, Py<PyAny>, usize),
    /// An `Event`: the three fields.
    Event,
}

/// How rows are built.
pub(crate) struct Rows {
    kind: Kind,
    /// Whether they may be made so that no code of Python can run.
    is_quiet: bool,
    pub(crate) wanted: Wanted,
    /// That of the record before; taken out while a row is made, so that its references need not be counted.
    schema: GilCell<Option<Arc<Schema>>>,
    recent: Recent,
}

/// What a row is.
pub(crate) enum Kind {
    Row,
    List,
    Tuple,
    Dict,
    /// What this makes of the values.
    Made(Py<PyAny>),
}

/// Why a record became nothing.
pub(crate) enum Unbuilt {
    /// The interpreter, or code of the user, says so.
    Python(PyErr),
    /// It is not what was asked for.
    Fault(Error),
}

impl From<PyErr> for Unbuilt {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

impl From<Box<PyErr>> for Unbuilt {
    fn from(error: Box<PyErr>) -> Self {
        Self::Python(*error)
    }
}

impl Builder {
    /// What the records are, for who writes them; `None` of what is no record.
    pub(crate) fn shape(&self) -> Option<Shape> {
        match self {
            Self::Line => Some(Shape::Line),
            Self::Chunk => None,
            Self::Made(_, _, 0) | Self::Json(_) | Self::Members(_) | Self::Item(..) | Self::Raw => {
                Some(Shape::Json)
            }
            Self::Row(_) | Self::Event | Self::Made(..) => Some(Shape::Row),
        }
    }

    /// For the garbage collector: a function may well refer to the source.
    pub(crate) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self {
            Self::Made(_, make, _) | Self::Row(Rows { kind: Kind::Made(make), .. }) => {
                visit.call(make)
            }
            Self::Members(members) => members.make().map_or(Ok(()), |make| visit.call(make)),
            _ => Ok(()),
        }
    }

    /// What is wanted of the records, for who writes them.
    pub(crate) fn written(
        &self,
        columns: Option<&Columns>,
    ) -> Result<asyncgen_cli::Wanted, Unbuilt> {
        Ok(match self {
            Self::Row(rows) => rows.wanted.written(columns)?,
            Self::Members(members) => members.written(),
            _ => asyncgen_cli::Wanted::default(),
        })
    }

    /// Makes pages of the records to come; false where they are none.
    pub(crate) fn give_pages(&self) -> bool {
        let Self::Item(_, whole) = self else { return false };
        whole.store(true, Relaxed);
        true
    }

    /// Whether no code of a user runs for a record.
    pub(crate) fn is_ours(&self) -> bool {
        match self {
            Self::Line | Self::Chunk | Self::Json(_) | Self::Raw => true,
            Self::Row(rows) => !matches!(rows.kind, Kind::Made(_)),
            Self::Members(members) => members.make().is_none(),
            Self::Item(..) | Self::Made(..) | Self::Event => false,
        }
    }

    /// Whether not even the garbage collector can begin while a record becomes an object, so that a cell may be lent
    /// meanwhile; [`is_ours`](Self::is_ours) rules out less.
    #[inline]
    pub(crate) fn is_quiet(&self) -> bool {
        match self {
            Self::Line => true,
            Self::Row(rows) => rows.is_quiet,
            _ => false,
        }
    }

    /// The object that the record at `index` of `batch` becomes, if it can be made so; else nothing has happened.
    #[inline]
    pub(crate) fn quietly<'py>(
        &self,
        py: Python<'py>,
        batch: &Arc<Batch>,
        index: usize,
    ) -> Option<Bound<'py, PyAny>> {
        match self {
            Self::Line => {
                let line = raw::string(py, batch.first(index)?, batch.is_ascii()).ok()?;
                Some(line.into_any())
            }
            Self::Row(rows) => rows.quietly(py, batch, index),
            _ => None,
        }
    }

    /// No record follows: what is kept of those before is let go.
    pub(crate) fn end(&self, py: Python<'_>) {
        if let Self::Row(rows) = self {
            rows.recent.clear(py);
        }
    }

    pub(crate) fn build<'py>(
        &self,
        py: Python<'py>,
        taken: &Taken,
    ) -> Result<Bound<'py, PyAny>, Unbuilt> {
        let Some(record) = taken.batch.get(taken.index) else {
            return Ok(py.None().into_bound(py));
        };
        match self {
            Self::Line => Ok(raw::string(py, first(record), record.is_ascii())?.into_any()),
            Self::Chunk => {
                let chunk = taken.batch.chunk(taken.index).unwrap_or_default();
                Ok(PyBytes::new(py, chunk).into_any())
            }
            Self::Json(keys) => Ok(json::checked(py, first(record), keys)?),
            Self::Members(members) => members.build(py, record),
            Self::Row(rows) => rows.build(py, taken, record),
            Self::Item(keys, whole) => {
                let value = json::checked(py, first(record), keys)?;
                if whole.load(Relaxed) { Ok(facts::page(&value)?) } else { Ok(value) }
            }
            Self::Raw => Ok(PyBytes::new(py, first(record).as_bytes()).into_any()),
            Self::Made(keys, make, field) => {
                // The data of an event may be any text.
                let value = json::value(py, record.get(*field).unwrap_or_default(), keys)?;
                Ok(raw::call(make.bind(py), &PyTuple::new(py, [value])?)?)
            }
            Self::Event => Ok(facts::event(py, record)?),
        }
    }
}

impl Kind {
    fn is_quiet(&self) -> bool {
        match self {
            Self::Row => true,
            // Before 3.12 the garbage collector, which runs finalizers, may begin where one is made; since then between
            // bytecodes alone.
            Self::List | Self::Tuple => cfg!(Py_3_12),
            Self::Dict | Self::Made(_) => false,
        }
    }
}

impl Rows {
    pub(crate) fn new(kind: Kind, wanted: Wanted) -> Self {
        let is_quiet = wanted.types.is_empty() && kind.is_quiet();
        Self { kind, is_quiet, wanted, schema: GilCell::new(None), recent: Recent::new() }
    }

    fn build<'py>(
        &self,
        py: Python<'py>,
        taken: &Taken,
        record: Record<'_>,
    ) -> Result<Bound<'py, PyAny>, Unbuilt> {
        let schema = self.schema(py, record)?;
        let length = schema.len(record);
        let row = match &self.kind {
            Kind::Row => self.recent.row(py, taken, record, &schema).map(Bound::into_any),
            Kind::List => raw::list(py, length, schema.values(py, record)).map(Bound::into_any),
            Kind::Tuple => raw::tuple(py, length, schema.values(py, record)).map(Bound::into_any),
            Kind::Dict => dict(py, record, &schema),
            Kind::Made(make) => raw::tuple(py, length, schema.values(py, record))
                .and_then(|values| Ok(raw::call(make.bind(py), &values)?)),
        };
        drop(self.schema.with(py, |known| known.replace(schema)));
        row
    }

    #[inline]
    fn quietly<'py>(
        &self,
        py: Python<'py>,
        batch: &Arc<Batch>,
        index: usize,
    ) -> Option<Bound<'py, PyAny>> {
        if matches!(self.kind, Kind::Row) {
            return Some(self.recent.turned(py, batch, index)?.into_any());
        }
        let record = batch.get(index)?;
        let made = self.schema.try_with(py, |schema| {
            let schema = schema.as_ref().filter(|schema| schema.is_of(record))?;
            let (length, values) = (schema.len(record), schema.values(py, record));
            match self.kind {
                Kind::List => raw::list(py, length, values).map(Bound::into_any).ok(),
                Kind::Tuple => raw::tuple(py, length, values).map(Bound::into_any).ok(),
                Kind::Row | Kind::Dict | Kind::Made(_) => None,
            }
        });
        made.flatten()
    }

    /// The schema of this record, which mostly is that of the one before; it is put back when the row is made.
    fn schema(&self, py: Python<'_>, record: Record<'_>) -> Result<Arc<Schema>, Unbuilt> {
        let known = self.schema.with(py, |schema| schema.take_if(|schema| schema.is_of(record)));
        if let Some(schema) = known {
            return Ok(schema);
        }
        if matches!(self.kind, Kind::Dict) && record.columns().is_none() {
            // Known only now, where it was worked out whether there is a header.
            let message = "a dict needs the names of the columns, and the text has no header";
            return Err(self.wanted.refused(message.to_owned()));
        }
        Ok(Arc::new(self.wanted.schema(py, record)?))
    }
}

fn dict<'py>(
    py: Python<'py>,
    record: Record<'_>,
    schema: &Schema,
) -> Result<Bound<'py, PyAny>, Unbuilt> {
    let names = schema.unique_names().map_err(|twice| {
        PyValueError::new_err(format!(
            "the column {twice:?} comes twice in the header and a dict has it once: ask for \
             rows=\"list\", or give other names as header=[...]"
        ))
    })?;
    let length = schema.len(record);
    if length > names.len() {
        // A dict would lose what has no name.
        return Err(Unbuilt::Python(PyValueError::new_err(format!(
            "record {} has {length} fields, and a dict has {} columns for them: ask for rows=\"list\"",
            record.position().record + 1,
            names.len(),
        ))));
    }
    let dict = if length == names.len() { schema.dict(py)? } else { PyDict::new(py) };
    let mut value = schema.values(py, record);
    for (index, name) in names[..length].iter().enumerate() {
        dict.set_item(name, value(index)?)?;
    }
    Ok(dict.into_any())
}

fn first(record: Record<'_>) -> &str {
    record.get(0).unwrap_or_default()
}
