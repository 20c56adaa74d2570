//! The options of Python's `csv()`, which come as dicts.

use asyncgen_sources::{Batches, Blank, Csv, Header, Input, OnError, Ragged};
use pyo3::prelude::*;

use crate::{
    build::{Kind, Rows},
    cast::Cast,
    core::Faulty,
    members::Members,
    schema::{Selector, Typed, Wanted},
};

/// All of them; Python has checked what can be checked without the others.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct CsvOptions {
    delimiter: u8,
    quotechar: Option<u8>,
    escapechar: Option<u8>,
    comment: Option<u8>,
    skip: u64,
    skipinitialspace: bool,
    strict: bool,
    blank: String,
    ragged: String,
    header: HeaderOption,
    on_error: String,
    resume: Option<String>,
    max_record: usize,
}

/// `True`, `False` or the names.
#[derive(FromPyObject)]
enum HeaderOption {
    First(bool),
    Names(Vec<String>),
}

/// What Python's `on_error` says.
pub(crate) fn faulty(on_error: &str) -> Faulty {
    match on_error {
        "skip" => Faulty::Skip,
        "collect" => Faulty::Collect,
        _ => Faulty::Raise,
    }
}

impl From<Faulty> for OnError {
    fn from(faulty: Faulty) -> Self {
        if faulty == Faulty::Raise { Self::Raise } else { Self::Skip }
    }
}

impl CsvOptions {
    pub(crate) fn faulty(&self) -> Faulty {
        faulty(&self.on_error)
    }

    /// The source that they describe.
    pub(crate) fn source(self, input: Input) -> Csv {
        let header = match self.header {
            HeaderOption::First(true) => Header::First,
            HeaderOption::First(false) => Header::None,
            HeaderOption::Names(names) => Header::Names(names),
        };
        asyncgen_sources::csv(input)
            .delimiter(self.delimiter)
            .quote(self.quotechar)
            .escape(self.escapechar)
            .comment(self.comment)
            .skip(self.skip)
            .skip_initial_space(self.skipinitialspace)
            .strict(self.strict)
            .blank(if self.blank == "keep" { Blank::Keep } else { Blank::Skip })
            .ragged(match self.ragged.as_str() {
                "keep" => Ragged::Keep,
                "pad" => Ragged::Pad,
                _ => Ragged::Refuse,
            })
            .header(header)
            .on_error(faulty(&self.on_error).into())
            .resume(self.resume)
            .max_record(self.max_record)
    }
}

/// What a row is.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct RowOptions {
    kind: String,
    make: Option<Py<PyAny>>,
    columns: Option<Vec<Selector>>,
    types: Vec<(Selector, String, bool)>,
    null_values: Vec<String>,
}

impl RowOptions {
    /// What builds objects of the values of `batches`, JSON each; `None` where nothing is asked of them.
    pub(crate) fn members(self, py: Python<'_>, batches: &Batches) -> Option<Members> {
        let named = |selector: Selector| match selector {
            Selector::Name(name) => Some(name),
            Selector::Number(_) => None,
        };
        if self.make.is_none() && self.columns.is_none() && self.types.is_empty() {
            return None;
        }
        let kind = self.make.map_or(Kind::Dict, Kind::Made);
        let columns = self.columns.map(|columns| columns.into_iter().filter_map(named).collect());
        let types = self.types.into_iter().filter_map(|(selector, cast, optional)| {
            Some((named(selector)?, Typed { cast: Cast::named(&cast)?, optional }))
        });
        Some(Members::new(py, kind, batches.into(), columns, types.collect()))
    }

    /// What builds such rows of `batches`.
    pub(crate) fn rows(self, batches: &Batches) -> Rows {
        let kind = match (self.kind.as_str(), self.make) {
            (_, Some(make)) => Kind::Made(make),
            ("list", None) => Kind::List,
            ("tuple", None) => Kind::Tuple,
            ("dict", None) => Kind::Dict,
            _ => Kind::Row,
        };
        let types = self.types.into_iter().filter_map(|(selector, cast, optional)| {
            Some((selector, Typed { cast: Cast::named(&cast)?, optional }))
        });
        let wanted = Wanted {
            sources: batches.into(),
            columns: self.columns,
            types: types.collect(),
            nulls: self.null_values,
        };
        Rows::new(kind, wanted)
    }
}
