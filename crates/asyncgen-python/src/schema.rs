//! Which columns a row has, and of what types they are.

use std::{collections::HashMap, sync::Arc};

use asyncgen_cli::{Selector as Selected, Typed, Typing};
use asyncgen_sources::{Batches, Columns, Error, ErrorKind, Kind, Place, Record};
use pyo3::{
    prelude::*,
    types::{PyDict, PyString},
};

use crate::{build::Unbuilt, cast::Cast as _, raw};

/// What Python asks of the columns, before they are known.
pub(crate) struct Wanted {
    pub(crate) sources: Sources,
    /// Only these, in this order.
    pub(crate) columns: Option<Vec<Selector>>,
    pub(crate) types: Vec<(Selector, Typed)>,
    /// What stands for no value, in the columns that have a type.
    pub(crate) nulls: Vec<String>,
}

/// The name of a source, or of each of its files.
pub(crate) struct Sources(Arc<[Arc<str>]>);

impl From<&Batches> for Sources {
    fn from(batches: &Batches) -> Self {
        let one = || [Arc::clone(batches.name())].into();
        Self(batches.files().map_or_else(one, Arc::clone))
    }
}

impl Sources {
    /// That of the file number `file`.
    pub(crate) fn of(&self, file: u32) -> Arc<str> {
        let source = self.0.get(file as usize).or(self.0.first());
        source.map_or_else(|| Arc::from(""), Arc::clone)
    }
}

/// A column: its name, or its number, counted from 0.
#[derive(Debug, Clone, FromPyObject)]
pub(crate) enum Selector {
    Number(usize),
    Name(String),
}

impl Selector {
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Number(_) => None,
        }
    }
}

/// The columns of the rows of a source.
pub(crate) struct Schema {
    pub(crate) source: Arc<str>,
    /// Which of the files of the source it is.
    file: u32,
    /// What it was made for.
    of: Option<Columns>,
    names: Option<Names>,
    /// Where in a record the values are; all in their order if `None`.
    places: Option<Box<[usize]>>,
    /// The types of the values that have one, and where in a row they are.
    types: Box<[(usize, Typed)]>,
    nulls: Box<[String]>,
}

/// Where the values of a row are found.
pub(crate) struct Layout {
    /// Where in a record they are; all in their order if `None`.
    pub(crate) places: Option<Box<[usize]>>,
    /// The types of the values that have one, and where in a row they are.
    pub(crate) types: Box<[(usize, Typed)]>,
}

struct Names {
    strings: Box<[Py<PyString>]>,
    /// Where in a row each is; `None` of one that comes twice.
    by_name: HashMap<Box<str>, Option<usize>>,
    /// One that comes twice.
    twice: Option<Box<str>>,
    /// A dict that has each name: a copy of it is filled faster than an empty one.
    template: Py<PyDict>,
}

impl Wanted {
    /// The same for who writes the records, which have `columns`.
    pub(crate) fn written(
        &self,
        columns: Option<&Columns>,
    ) -> Result<asyncgen_cli::Wanted, Unbuilt> {
        let Layout { places, types } = self.layout(columns)?;
        let place = |index| places.as_ref().map_or(index, |places| places[index]);
        let types =
            types.iter().map(|(index, typed)| (Selected::Place(place(*index)), *typed)).collect();
        let nulls = self.nulls.clone();
        Ok(asyncgen_cli::Wanted {
            select: places
                .as_ref()
                .map(|places| places.iter().map(|place| Selected::Place(*place)).collect()),
            typing: Typing { types, nulls },
            may_lack: true,
        })
    }

    /// The schema of records like this one.
    pub(crate) fn schema(&self, py: Python<'_>, record: Record<'_>) -> Result<Schema, Unbuilt> {
        let columns = record.columns();
        let Layout { places, types } = self.layout(columns)?;
        Ok(Schema {
            source: self.sources.of(record.file()),
            file: record.file(),
            of: columns.cloned(),
            names: columns.map(|columns| Names::of(py, columns, places.as_deref())).transpose()?,
            places,
            types,
            nulls: self.nulls.clone().into(),
        })
    }

    /// Which of `columns`, the names of all there are, the values are made of.
    pub(crate) fn layout(&self, columns: Option<&Columns>) -> Result<Layout, Unbuilt> {
        let place = |selector: &Selector| self.place(columns, selector);
        let places: Option<Box<[usize]>> =
            self.columns.as_ref().map(|all| all.iter().map(place).collect()).transpose()?;
        let mut types = Vec::new();
        for (selector, typed) in &self.types {
            let at = place(selector)?;
            match &places {
                None => types.push((at, *typed)),
                Some(places) => {
                    let here = places.iter().enumerate().filter(|(_, place)| **place == at);
                    types.extend(here.map(|(index, _)| (index, *typed)));
                }
            }
        }
        types.sort_by_key(|(place, _)| *place);
        if let Some(twice) = types.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let text =
                format!("the column {} has two types, by its name and its number", twice[0].0);
            return Err(self.refused(text));
        }
        Ok(Layout { places, types: types.into() })
    }

    fn place(&self, columns: Option<&Columns>, selector: &Selector) -> Result<usize, Unbuilt> {
        let missing = match (selector, columns) {
            (Selector::Number(number), None) => return Ok(*number),
            (Selector::Number(number), Some(columns)) if *number < columns.len() => {
                return Ok(*number);
            }
            (Selector::Number(number), Some(columns)) => {
                format!("no column {number}: there are {}, counted from 0", columns.len())
            }
            (Selector::Name(name), None) => {
                format!("no column {name:?}: the columns have no names, only numbers from 0")
            }
            (Selector::Name(name), Some(columns)) => {
                let mut same = columns.iter().enumerate().filter(|(_, column)| ***column == **name);
                match (same.next(), same.next()) {
                    (Some((place, _)), None) => return Ok(place),
                    (Some(_), Some(_)) => {
                        format!("the column {name:?} comes twice: name it by its number, from 0")
                    }
                    (None, _) => {
                        let names: Vec<&str> = columns.iter().map(|column| &**column).collect();
                        format!("no column {name:?}: the columns are {}", names.join(", "))
                    }
                }
            }
        };
        Err(self.refused(missing))
    }

    pub(crate) fn refused(&self, message: String) -> Unbuilt {
        let place = Place { source: Some(self.sources.of(0)), ..Place::default() };
        Unbuilt::Fault(Error::new(ErrorKind::Usage(message), place))
    }
}

impl Schema {
    /// That of one row, whose names are known.
    pub(crate) fn known(
        py: Python<'_>,
        names: Option<Vec<String>>,
        source: Arc<str>,
    ) -> PyResult<Self> {
        let columns: Option<Columns> =
            names.map(|names| names.into_iter().map(String::into_boxed_str).collect());
        Ok(Self {
            source,
            file: 0,
            names: columns.as_ref().map(|columns| Names::of(py, columns, None)).transpose()?,
            of: columns,
            places: None,
            types: Box::default(),
            nulls: Box::default(),
        })
    }

    /// Whether it is that of records like this one.
    pub(crate) fn is_of(&self, record: Record<'_>) -> bool {
        match (&self.of, record.columns()) {
            _ if self.file != record.file() => false,
            (Some(of), Some(columns)) => Arc::ptr_eq(of, columns),
            (None, None) => true,
            _ => false,
        }
    }

    /// The names, where there are some.
    pub(crate) fn names(&self) -> Option<&[Py<PyString>]> {
        self.names.as_ref().map(|names| &*names.strings)
    }

    /// The names, or a complaint that one comes twice where each must come once.
    pub(crate) fn unique_names(&self) -> Result<&[Py<PyString>], &str> {
        let Some(names) = &self.names else { return Ok(&[]) };
        names.twice.as_deref().map_or(Ok(&names.strings), Err)
    }

    /// A dict to be filled with values for all names, in their order.
    pub(crate) fn dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        match &self.names {
            Some(names) => names.template.bind(py).copy(),
            None => Ok(PyDict::new(py)),
        }
    }

    /// Where in a row the value of this name is: `Err(true)` if the name comes twice.
    pub(crate) fn index_of(&self, name: &Bound<'_, PyString>) -> Result<usize, bool> {
        let names = self.names.as_ref().ok_or(false)?;
        // A name in the code of a program mostly is the very str that the names are.
        let same = || names.strings.iter().position(|one| one.as_ptr() == name.as_ptr());
        if names.twice.is_none()
            && let Some(place) = same()
        {
            return Ok(place);
        }
        let place = name.to_str().ok().and_then(|name| names.by_name.get(name));
        place.ok_or(false)?.ok_or(true)
    }

    /// The number of values of a row that is made of `record`.
    #[inline]
    pub(crate) fn len(&self, record: Record<'_>) -> usize {
        self.places.as_ref().map_or(record.len(), |places| places.len())
    }

    pub(crate) fn places(&self) -> Option<&[usize]> {
        self.places.as_deref()
    }

    pub(crate) fn types(&self) -> &[(usize, Typed)] {
        &self.types
    }

    /// The field that the value at `index` is made of.
    #[inline]
    pub(crate) fn place(&self, index: usize) -> usize {
        self.places.as_ref().map_or(index, |places| places[index])
    }

    /// The values of a row made of `record`, asked for in their order.
    #[inline]
    pub(crate) fn values<'a, 'py>(
        &'a self,
        py: Python<'py>,
        record: Record<'a>,
    ) -> impl FnMut(usize) -> Result<Bound<'py, PyAny>, Unbuilt> + 'a
    where
        'py: 'a,
    {
        let (utf8, ascii) = (record.utf8(), record.is_ascii());
        let mut given = self.types.iter();
        let mut typed = given.next();
        move |index| match typed {
            Some(&(place, of)) if place == index => {
                typed = given.next();
                self.typed(py, record, index, of)
            }
            _ => Ok(text(py, utf8.get(self.place(index)), ascii)?),
        }
    }

    /// The value at `index` of a row made of `record`, as the text says.
    #[inline]
    pub(crate) fn untyped<'py>(
        &self,
        py: Python<'py>,
        record: Record<'_>,
        index: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        text(py, record.utf8().get(self.place(index)), record.is_ascii())
    }

    /// The value at `index` of a row made of `record`.
    pub(crate) fn typed<'py>(
        &self,
        py: Python<'py>,
        record: Record<'_>,
        index: usize,
        typed: Typed,
    ) -> Result<Bound<'py, PyAny>, Unbuilt> {
        let place = self.place(index);
        let field = record.get(place).filter(|field| !self.nulls.iter().any(|null| null == field));
        let value = match field {
            Some(field) => typed.kind.value(py, field, record.is_ascii())?,
            None if typed.optional => Some(py.None().into_bound(py)),
            // An empty str is a str.
            None if typed.kind == Kind::Str && record.get(place).is_some() => {
                typed.kind.value(py, record.get(place).unwrap_or_default(), record.is_ascii())?
            }
            None => None,
        };
        value.ok_or_else(|| {
            let error = record.not_a(place, typed.kind.expected());
            Unbuilt::Fault(Error::decode(error, Arc::clone(&self.source)))
        })
    }
}

/// The value that a field is where it has no type.
#[inline]
fn text<'py>(py: Python<'py>, field: Option<&[u8]>, ascii: bool) -> PyResult<Bound<'py, PyAny>> {
    match field {
        Some(field) => Ok(raw::string(py, field, ascii)?.into_any()),
        None => Ok(py.None().into_bound(py)),
    }
}

impl Names {
    fn of(py: Python<'_>, columns: &Columns, places: Option<&[usize]>) -> PyResult<Self> {
        let all: Vec<&str> = match places {
            Some(places) => places.iter().map(|place| &*columns[*place]).collect(),
            None => columns.iter().map(|column| &**column).collect(),
        };
        let (mut by_name, mut twice) = (HashMap::new(), None);
        for (place, name) in all.iter().enumerate() {
            let seen = by_name.contains_key(*name);
            by_name.insert(Box::from(*name), (!seen).then_some(place));
            if seen {
                twice.get_or_insert(Box::from(*name));
            }
        }
        let strings: Box<[_]> = all.iter().map(|name| PyString::intern(py, name)).collect();
        let template = PyDict::new(py);
        for name in &strings {
            template.set_item(name, py.None())?;
        }
        let strings = strings.into_iter().map(Bound::unbind).collect();
        Ok(Self { strings, by_name, twice, template: template.unbind() })
    }
}
