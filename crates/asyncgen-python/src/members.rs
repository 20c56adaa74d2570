//! JSON objects of which only some members are wanted, or which have types.

use std::{borrow::Cow, collections::BTreeMap};

use asyncgen_cli::{Selector, Typed, Typing, Wanted};
use asyncgen_sources::{Error, Record};
use pyo3::{
    prelude::*,
    types::{PyDict, PyString, PyTuple},
};

use crate::{
    build::{Kind, Unbuilt},
    cast::Cast as _,
    json::{Checked, Keys, Made, Spot},
    raw,
    schema::Sources,
};

/// What is wanted of each object.
pub(crate) struct Members {
    kind: Kind,
    sources: Sources,
    /// Only these, in this order; all if `None`.
    columns: Option<Box<[Py<PyString>]>>,
    /// The members that have a type, by their names.
    by_name: BTreeMap<String, Typed>,
    /// The types of the columns, in their order.
    types: Box<[Option<Typed>]>,
    /// The columns of a table: those, or the members that have a type.
    table: Box<[(String, Option<Typed>)]>,
    keys: Keys,
}

impl Members {
    pub(crate) fn new(
        py: Python<'_>,
        kind: Kind,
        sources: Sources,
        columns: Option<Vec<String>>,
        types: Vec<(String, Typed)>,
    ) -> Self {
        let by_name: BTreeMap<_, _> = types.iter().cloned().collect();
        let column = |name: &String| (name.clone(), by_name.get(name).copied());
        let table: Box<[_]> = match &columns {
            Some(columns) => columns.iter().map(column).collect(),
            None => types.into_iter().map(|(name, typed)| (name, Some(typed))).collect(),
        };
        let types = table.iter().map(|(_, typed)| *typed).collect();
        let interned = |name: &String| PyString::intern(py, name).unbind();
        let columns = columns.map(|columns| columns.iter().map(interned).collect());
        Self { kind, sources, columns, by_name, types, table, keys: Keys::new() }
    }

    /// The names of the columns of a table, and their types.
    pub(crate) fn table_columns(&self) -> impl Iterator<Item = (&str, Option<Typed>)> {
        self.table.iter().map(|(name, typed)| (name.as_str(), *typed))
    }

    /// What is wanted, for who writes the objects.
    pub(crate) fn written(&self) -> Wanted {
        let named = |name: &String| Selector::Name(name.clone());
        let columns = self.table.iter().map(|(name, _)| named(name)).collect();
        let types = self.by_name.iter().map(|(name, typed)| (named(name), *typed)).collect();
        Wanted {
            select: self.columns.as_ref().map(|_| columns),
            typing: Typing { types, nulls: Vec::new() },
            may_lack: true,
        }
    }

    /// What makes an object of the values, where it is not the interpreter.
    pub(crate) fn make(&self) -> Option<&Py<PyAny>> {
        match &self.kind {
            Kind::Made(make) => Some(make),
            _ => None,
        }
    }

    pub(crate) fn build<'py>(
        &self,
        py: Python<'py>,
        record: Record<'_>,
    ) -> Result<Bound<'py, PyAny>, Unbuilt> {
        let text = record.get(0).unwrap_or_default();
        let mut reader = Checked::new(py, text, &self.keys);
        if reader.next()? != b'{' {
            let error = record.not_an_object();
            return Err(Unbuilt::Fault(Error::decode(error, self.sources.of(record.file()))));
        }
        match &self.columns {
            None => self.all(py, record, &mut reader),
            Some(columns) => self.chosen(py, record, columns),
        }
    }

    /// All members, those with a type as values of it.
    fn all<'py>(
        &self,
        py: Python<'py>,
        record: Record<'_>,
        reader: &mut Checked<'py, '_, '_>,
    ) -> Result<Bound<'py, PyAny>, Unbuilt> {
        let dict = PyDict::new(py);
        // Those whose value, the last of one name that has come, is not of their type.
        let mut wrong: Vec<(&str, Cow<'_, str>, Typed, usize)> = Vec::new();
        reader.members(Spot::ROOT, |reader, key| {
            let value = match self.by_name.get_key_value(key.name.to_str()?) {
                None => reader.read(key.value())?,
                Some((known, &typed)) => {
                    reader.next()?;
                    let at = reader.at();
                    let value = typed_value(py, reader, typed)?;
                    wrong.retain(|(other, ..)| *other != known.as_str());
                    value.unwrap_or_else(|text| {
                        wrong.push((known.as_str(), text, typed, at));
                        py.None().into_bound(py)
                    })
                }
            };
            Ok::<_, Unbuilt>(raw::set(&dict, &key.name, &value)?)
        })?;
        match wrong.first() {
            None => Ok(dict.into_any()),
            Some((name, text, typed, at)) => Err(self.not_a(record, name, text, *typed, *at)),
        }
    }

    /// The members that are wanted, which are the fields behind that of the whole; one that is not there is None.
    fn chosen<'py>(
        &self,
        py: Python<'py>,
        record: Record<'_>,
        columns: &[Py<PyString>],
    ) -> Result<Bound<'py, PyAny>, Unbuilt> {
        let Kind::Made(make) = &self.kind else {
            let dict = PyDict::new(py);
            for (place, name) in columns.iter().enumerate() {
                dict.set_item(name, self.column(py, record, place, name)?)?;
            }
            return Ok(dict.into_any());
        };
        let columns = columns.iter().enumerate();
        let values: Result<Vec<_>, Unbuilt> =
            columns.map(|(place, name)| self.column(py, record, place, name)).collect();
        Ok(raw::call(make.bind(py), &PyTuple::new(py, values?)?)?)
    }

    /// The value of a column.
    fn column<'py>(
        &self,
        py: Python<'py>,
        record: Record<'_>,
        place: usize,
        name: &Py<PyString>,
    ) -> Result<Bound<'py, PyAny>, Unbuilt> {
        let text = record.get(1 + place).unwrap_or_default();
        let mut reader = Checked::new(py, text, &self.keys);
        match self.types[place] {
            None | Some(Typed { optional: true, .. }) if text.is_empty() => {
                Ok(py.None().into_bound(py))
            }
            None => Ok(reader.read(Spot::column(u16::try_from(place).unwrap_or(u16::MAX)))?),
            Some(typed) if text.is_empty() => {
                Err(self.not_a(record, &name.bind(py).to_string_lossy(), "", typed, 0))
            }
            Some(typed) => {
                let whole = record.get(0).unwrap_or_default();
                let at = text.as_ptr().addr() - whole.as_ptr().addr();
                let fault = |text: &str| {
                    self.not_a(record, &name.bind(py).to_string_lossy(), text, typed, at)
                };
                typed_value(py, &mut reader, typed)?.map_err(|text| fault(&text))
            }
        }
    }

    /// The error that the member `name`, whose value `text` stands at the byte `at`, is not of its type.
    #[cold]
    fn not_a(
        &self,
        record: Record<'_>,
        name: &str,
        text: &str,
        typed: Typed,
        at: usize,
    ) -> Unbuilt {
        let error = record.not_a_member(name, text, typed.kind.expected(), at);
        Unbuilt::Fault(Error::decode(error, self.sources.of(record.file())))
    }
}

/// The next value as one of a type, or its text.
fn typed_value<'py, 'j>(
    py: Python<'py>,
    reader: &mut Checked<'py, 'j, '_>,
    typed: Typed,
) -> Made<Result<Bound<'py, PyAny>, Cow<'j, str>>> {
    let first = reader.next()?;
    let start = reader.at();
    let value = if first == b'"' {
        typed.kind.value(py, &reader.text()?, false)?
    } else {
        reader.pass()?;
        match first {
            b'n' if typed.optional => Some(py.None().into_bound(py)),
            b'n' | b'[' | b'{' => None,
            _ => typed.kind.value(py, reader.since(start), true)?,
        }
    };
    Ok(value.ok_or_else(|| reader.since(start).into()))
}
