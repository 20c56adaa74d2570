//! JSON objects of which only some members are wanted, or which have types.

use std::collections::HashMap;

use asyncgen_sources::{Error, Record};
use jiter::Peek;
use pyo3::{
    prelude::*,
    types::{PyDict, PyString, PyTuple},
};

use crate::{
    build::{Kind, Unbuilt},
    json::{Keys, Reader, told},
    raw,
    schema::{Sources, Typed},
};

/// What is wanted of each object.
pub(crate) struct Members {
    kind: Kind,
    sources: Sources,
    /// Only these, in this order; all if `None`.
    columns: Option<Box<[Py<PyString>]>>,
    /// What is known of a member: its place among the columns, and its type.
    by_name: HashMap<Box<str>, Member>,
    /// The types of the columns, in their order.
    types: Box<[Option<Typed>]>,
    /// The columns of a table: those, or the members that have a type.
    table: Box<[(String, Option<Typed>)]>,
    keys: Keys,
}

#[derive(Debug, Clone, Copy, Default)]
struct Member {
    place: Option<usize>,
    typed: Option<Typed>,
}

impl Members {
    pub(crate) fn new(
        py: Python<'_>,
        kind: Kind,
        sources: Sources,
        columns: Option<Vec<String>>,
        types: Vec<(String, Typed)>,
    ) -> Self {
        let mut by_name: HashMap<Box<str>, Member> = HashMap::new();
        for (name, typed) in &types {
            by_name.entry(name.as_str().into()).or_default().typed = Some(*typed);
        }
        for (place, name) in columns.iter().flatten().enumerate() {
            by_name.entry(name.as_str().into()).or_default().place = Some(place);
        }
        let of = |name: &String| by_name.get(name.as_str()).and_then(|member| member.typed);
        let table = match &columns {
            Some(columns) => columns.iter().map(|name| (name.clone(), of(name))).collect(),
            None => types.into_iter().map(|(name, typed)| (name, Some(typed))).collect(),
        };
        let types = columns.iter().flatten().map(of).collect();
        let interned = |name: &String| PyString::intern(py, name).unbind();
        let columns = columns.map(|columns| columns.iter().map(interned).collect());
        Self { kind, sources, columns, by_name, types, table, keys: Keys::new() }
    }

    /// The names of the columns of a table, and their types.
    pub(crate) fn table_columns(&self) -> impl Iterator<Item = (&str, Option<Typed>)> {
        self.table.iter().map(|(name, typed)| (name.as_str(), *typed))
    }

    /// The columns that were chosen.
    pub(crate) fn selected(&self) -> Option<Vec<String>> {
        let mut chosen: Vec<_> = self
            .by_name
            .iter()
            .filter_map(|(name, member)| Some((member.place?, name.to_string())))
            .collect();
        chosen.sort();
        self.columns.as_ref().map(|_| chosen.into_iter().map(|(_, name)| name).collect())
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
        let mut reader = Reader::new(py, text, &self.keys);
        if reader.peek()? != Peek::Object {
            let error = record.not_an_object();
            return Err(Unbuilt::Fault(Error::decode(error, self.sources.of(record.file()))));
        }
        match &self.columns {
            None => self.all(py, record, &mut reader),
            Some(columns) => self.chosen(py, record, &mut reader, columns),
        }
    }

    /// All members, those with a type as values of it.
    fn all<'py>(
        &self,
        py: Python<'py>,
        record: Record<'_>,
        reader: &mut Reader<'py, '_, '_>,
    ) -> Result<Bound<'py, PyAny>, Unbuilt> {
        let dict = PyDict::new(py);
        let mut key = told(reader.json.known_object())?.map(str::to_owned);
        while let Some(name) = key {
            let typed = self.by_name.get(name.as_str()).and_then(|member| member.typed);
            let value = match typed {
                Some(typed) => self.typed(py, record, reader, &name, typed)?,
                None => reader.next()?,
            };
            dict.set_item(self.keys.get(py, name.as_bytes())?, value)?;
            key = told(reader.json.next_key())?.map(str::to_owned);
        }
        Ok(dict.into_any())
    }

    /// The members that are wanted; one that is not there is None.
    fn chosen<'py>(
        &self,
        py: Python<'py>,
        record: Record<'_>,
        reader: &mut Reader<'py, '_, '_>,
        columns: &[Py<PyString>],
    ) -> Result<Bound<'py, PyAny>, Unbuilt> {
        let mut values: Vec<Option<Bound<'py, PyAny>>> = vec![None; columns.len()];
        let mut key = told(reader.json.known_object())?.and_then(|key| self.entry(key));
        loop {
            match key {
                Some((name, Member { place: Some(place), typed })) => {
                    // The last of duplicate keys wins.
                    values[place] = Some(match typed {
                        Some(typed) => self.typed(py, record, reader, name, typed)?,
                        None => reader.next()?,
                    });
                }
                Some(_) => told(reader.json.next_skip())?,
                None => break,
            }
            key = told(reader.json.next_key())?.and_then(|key| self.entry(key));
        }
        let mut found = Vec::with_capacity(values.len());
        for (place, value) in values.into_iter().enumerate() {
            found.push(match (value, self.types[place]) {
                (Some(value), _) => value,
                (None, Some(Typed { cast, optional: false })) => {
                    let name = columns[place].bind(py).to_string();
                    let error = record.not_a_member(&name, "", cast.expected(), 0);
                    let source = self.sources.of(record.file());
                    return Err(Unbuilt::Fault(Error::decode(error, source)));
                }
                (None, _) => py.None().into_bound(py),
            });
        }
        if let Kind::Made(make) = &self.kind {
            return Ok(raw::call(make.bind(py), &PyTuple::new(py, found)?)?);
        }
        let dict = PyDict::new(py);
        for (name, value) in columns.iter().zip(found) {
            dict.set_item(name, value)?;
        }
        Ok(dict.into_any())
    }

    /// What is known of the member `key`; nothing of one that is not wanted.
    #[expect(clippy::unnecessary_wraps, reason = "the end of the members is none, this is one")]
    fn entry(&self, key: &str) -> Option<(&str, Member)> {
        let known = self.by_name.get_key_value(key);
        Some(known.map_or(("", Member::default()), |(name, member)| (&**name, *member)))
    }

    /// The next value as one of a type.
    fn typed<'py>(
        &self,
        py: Python<'py>,
        record: Record<'_>,
        reader: &mut Reader<'py, '_, '_>,
        name: &str,
        typed: Typed,
    ) -> Result<Bound<'py, PyAny>, Unbuilt> {
        let peek = reader.peek()?;
        let start = reader.json.current_index();
        let value = if peek == Peek::String {
            let text = told(reader.json.known_str())?;
            typed.cast.value(py, text, false)?
        } else {
            told(reader.json.known_skip(peek))?;
            match peek {
                Peek::Null if typed.optional => Some(py.None().into_bound(py)),
                Peek::Null | Peek::Array | Peek::Object => None,
                _ => typed.cast.value(py, &reader.text_from(start), true)?,
            }
        };
        value.ok_or_else(|| {
            let text = reader.text_from(start);
            let error = record.not_a_member(name, &text, typed.cast.expected(), start);
            Unbuilt::Fault(Error::decode(error, self.sources.of(record.file())))
        })
    }
}
