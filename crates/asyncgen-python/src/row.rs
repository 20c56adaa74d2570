//! A row that makes of its fields what is asked for, when it is asked for.

use std::sync::Arc;

use asyncgen_sources::{Batch, Record, RecordBuf};
use pyo3::{
    exceptions::{PyIndexError, PyKeyError, PyTypeError},
    prelude::*,
    pyclass::CompareOp,
    sync::PyOnceLock,
    types::{PyDict, PyInt, PyIterator, PyList, PySlice, PyString, PyTuple, PyType},
};

use crate::{
    build::Unbuilt,
    cursor::Taken,
    raw::{self, GilCell, Subscript},
    schema::Schema,
};

/// A record of a CSV text: a sequence of its values, which have names too where there is a header.
///
/// A value is made when it is asked for. A row that is kept holds its own text alone, so that keeping some of
/// many rows takes the memory of those.
#[pyclass(frozen, module = "asyncgen", name = "Row", freelist = 64)]
pub(crate) struct Row {
    values: GilCell<Values>,
    /// Those of the columns that have a type, in the order of their places.
    typed: Box<[(usize, Py<PyAny>)]>,
    schema: Arc<Schema>,
}

enum Values {
    /// Those of a record where it stands.
    View(Taken),
    /// With their own text.
    Kept(RecordBuf),
    /// Of a row that was pickled.
    Known { values: Py<PyTuple>, line: u64, offset: u64 },
}

impl Row {
    pub(crate) fn new(
        py: Python<'_>,
        taken: &Taken,
        record: Record<'_>,
        schema: &Arc<Schema>,
    ) -> Result<Self, Unbuilt> {
        let typed = schema.types().iter().filter(|(index, _)| *index < schema.len(record));
        let typed = typed
            .map(|&(index, typed)| Ok((index, schema.typed(py, record, index, typed)?.unbind())));
        Ok(Self {
            values: GilCell::new(Values::View(taken.clone())),
            typed: typed.collect::<Result<_, Unbuilt>>()?,
            schema: Arc::clone(schema),
        })
    }

    /// Makes it the row of another record, which must have the same columns; not where they have types.
    pub(crate) fn turn_to(&self, py: Python<'_>, taken: &Taken, schema: &Arc<Schema>) -> bool {
        let turns = Arc::ptr_eq(&self.schema, schema) && schema.types().is_empty();
        if turns {
            self.values.with(py, |values| match values {
                Values::View(view) if Arc::ptr_eq(&view.batch, &taken.batch) => {
                    view.index = taken.index;
                }
                values => *values = Values::View(taken.clone()),
            });
        }
        turns
    }

    /// Makes it the row at `index` of `batch`, if it is a view of that batch: the columns are the same then. For rows without
    /// types.
    #[inline]
    pub(crate) fn turn_within(&self, py: Python<'_>, batch: &Arc<Batch>, index: usize) -> bool {
        let turned = self.values.try_with(py, |values| match values {
            Values::View(view) if Arc::ptr_eq(&view.batch, batch) => {
                view.index = index;
                true
            }
            _ => false,
        });
        turned == Some(true)
    }

    /// Gives it its own text, if it has not: its batch is wanted for other records.
    pub(crate) fn keep(&self, py: Python<'_>) {
        self.values.with(py, |values| {
            let Values::View(Taken { batch, index }) = values else { return };
            let Some(record) = batch.get(*index) else { return };
            *values = Values::Kept(match self.schema.places() {
                Some(places) => record.pick(places),
                None => record.to_buf(),
            });
        });
    }

    /// The value at `index`, if there is one.
    #[inline]
    fn get<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Option<Bound<'py, PyAny>>> {
        if let Ok(at) = self.typed.binary_search_by_key(&index, |(place, _)| *place) {
            return Ok(Some(self.typed[at].1.bind(py).clone()));
        }
        // A str or None: no code of Python runs for it.
        self.values
            .with(py, |values| match values {
                Values::View(Taken { batch, index: record }) => batch
                    .get(*record)
                    .filter(|record| index < self.schema.len(*record))
                    .map(|record| self.schema.untyped(py, record, index)),
                Values::Kept(text) => (index < text.len()).then(|| match text.get(index) {
                    Some(field) => Ok(raw::string(py, field, text.is_ascii())?.into_any()),
                    None => Ok(py.None().into_bound(py)),
                }),
                Values::Known { values, .. } => {
                    let values = values.bind(py);
                    (index < values.len()).then(|| values.get_item(index))
                }
            })
            .transpose()
    }

    fn value<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        // A record that is short, where such are taken, has names without values.
        self.get(py, index)?.ok_or_else(|| {
            PyIndexError::new_err(format!("the row has {} values", self.__len__(py)))
        })
    }

    fn tuple<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        raw::tuple(py, self.__len__(py), |index| self.value(py, index))
    }

    /// The line and the byte it begins at.
    fn place(&self, py: Python<'_>) -> (u64, u64) {
        let position = self.values.with(py, |values| match values {
            Values::View(Taken { batch, index }) => Ok(batch.position(*index)),
            Values::Kept(text) => Ok(text.position()),
            Values::Known { line, offset, .. } => Err((*line, *offset)),
        });
        position.map_or_else(|known| known, |position| (position.line, position.offset))
    }

    fn names<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        self.schema.names().map(|names| PyTuple::new(py, names)).transpose()
    }

    fn name_of(&self, name: &Bound<'_, PyString>) -> PyResult<usize> {
        let shown = || name.repr().map_or_else(|_| "it".to_owned(), |repr| repr.to_string());
        self.schema.index_of(name).map_err(|twice| {
            if twice {
                let message = format!("the column {} comes twice: use an index", shown());
                return PyKeyError::new_err(message);
            }
            match self.schema.names() {
                None => PyKeyError::new_err("the columns have no names: use an index"),
                Some(_) => PyKeyError::new_err(format!("no column {}", shown())),
            }
        })
    }
}

impl Subscript for Row {
    #[inline]
    fn at_once<'py>(&self, key: &Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
        let py = key.py();
        let index = if let Ok(number) = key.cast_exact::<PyInt>() {
            raw::index(number)?
        } else {
            self.schema.index_of(key.cast_exact::<PyString>().ok()?).ok()?
        };
        self.get(py, index).ok()?
    }

    fn item<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = key.py();
        let index = if let Ok(name) = key.cast::<PyString>() {
            self.name_of(name)?
        } else if let Ok(number) = key.extract::<isize>() {
            let length = self.__len__(py).cast_signed();
            let index = if number < 0 { number + length } else { number };
            usize::try_from(index).unwrap_or(usize::MAX)
        } else if key.is_instance_of::<PySlice>() {
            return self.tuple(py)?.as_any().get_item(key);
        } else {
            let kind = key.get_type().name()?;
            let message = format!("a row has indices, slices and names, not {kind}");
            return Err(PyTypeError::new_err(message));
        };
        self.value(py, index)
    }
}

#[pymethods]
impl Row {
    fn __len__(&self, py: Python<'_>) -> usize {
        self.values.with(py, |values| match values {
            Values::View(Taken { batch, index }) => {
                batch.get(*index).map_or(0, |record| self.schema.len(record))
            }
            Values::Kept(text) => text.len(),
            Values::Known { values, .. } => values.bind(py).len(),
        })
    }

    fn __getitem__<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.item(key)
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.tuple(py)?.as_any().try_iter()
    }

    /// The names of the columns.
    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let names = self.schema.names().unwrap_or_default();
        PyList::new(py, names.iter().take(self.__len__(py)))
    }

    /// The row as a dict by column.
    fn asdict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        let names = self.schema.unique_names().map_err(|twice| {
            PyKeyError::new_err(format!("the column {twice:?} comes twice: a dict has it once"))
        })?;
        if self.__len__(py) > names.len() {
            let message = "there are values without a name: use tuple(row)";
            return Err(PyTypeError::new_err(message));
        }
        for (index, name) in names.iter().take(self.__len__(py)).enumerate() {
            dict.set_item(name, self.value(py, index)?)?;
        }
        Ok(dict)
    }

    /// The line it begins at, counted from 1.
    #[getter]
    fn line(&self, py: Python<'_>) -> u64 {
        self.place(py).0
    }

    /// The byte it begins at in the decoded source, counted from 0.
    #[getter]
    fn offset(&self, py: Python<'_>) -> u64 {
        self.place(py).1
    }

    /// The name of its source.
    #[getter]
    fn source(&self) -> &str {
        &self.schema.source
    }

    fn __richcmp__<'py>(
        &self,
        other: &Bound<'py, PyAny>,
        op: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = other.py();
        let Ok(other) = other.cast::<Self>() else {
            return Ok(py.NotImplemented().into_bound(py));
        };
        let other = other.get();
        let equal = self.names(py)?.into_pyobject(py)?.eq(other.names(py)?)?
            && self.tuple(py)?.eq(other.tuple(py)?)?;
        match op {
            CompareOp::Eq => Ok(equal.into_pyobject(py)?.to_owned().into_any()),
            CompareOp::Ne => Ok((!equal).into_pyobject(py)?.to_owned().into_any()),
            _ => Ok(py.NotImplemented().into_bound(py)),
        }
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        (self.names(py)?, self.tuple(py)?).into_pyobject(py)?.hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let names = self.schema.names().unwrap_or_default();
        let mut parts = Vec::new();
        for index in 0..self.__len__(py) {
            let value = self.value(py, index)?.repr()?;
            parts.push(match names.get(index) {
                Some(name) => format!("{}={value}", name.bind(py)),
                None => value.to_string(),
            });
        }
        Ok(format!("Row({})", parts.join(", ")))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let make = MAKE.import(py, "asyncgen._asyncgen", "row")?;
        let (line, offset) = self.place(py);
        let parts = (self.tuple(py)?, self.names(py)?, line, offset, self.source());
        (make, parts).into_pyobject(py)
    }

    /// `Row[str]` in annotations.
    #[classmethod]
    fn __class_getitem__(cls: &Bound<'_, PyType>, item: Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        crate::source::Source::__class_getitem__(cls, item)
    }
}

/// A row of these values: what is pickled.
#[pyfunction]
#[pyo3(signature = (values, names, line, offset, source))]
pub(crate) fn row(
    py: Python<'_>,
    values: Py<PyTuple>,
    names: Option<Vec<String>>,
    line: u64,
    offset: u64,
    source: String,
) -> PyResult<Row> {
    let schema = Arc::new(Schema::known(py, names, source.into())?);
    let values = GilCell::new(Values::Known { values, line, offset });
    Ok(Row { values, typed: Box::default(), schema })
}
