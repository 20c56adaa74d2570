//! The options of Python's `csv()`, which come as dicts.

use asyncgen_cli::Typed;
use asyncgen_sources::{self as sources, Batches, Blank, Csv, Header, Input, OnError, Ragged};
use pyo3::prelude::*;

use crate::{
    build::{Kind, Rows},
    members::Members,
    plan::Faulty,
    schema::{Selector, Wanted},
};

/// All of them; Python has checked what can be checked without the others. `None` is what was not
/// said.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct CsvOptions {
    detect: bool,
    delimiter: Option<u8>,
    quotechar: Option<MarkOption>,
    escapechar: Option<MarkOption>,
    skip: Option<u64>,
    skipinitialspace: Option<bool>,
    header: Option<HeaderOption>,
    comment: Option<u8>,
    strict: bool,
    blank: String,
    ragged: String,
    on_error: String,
    resume: Option<String>,
    max_record: usize,
}

/// `False` for none, or the byte.
#[derive(FromPyObject)]
enum MarkOption {
    #[expect(dead_code, reason = "it says that there is none")]
    None(bool),
    Byte(u8),
}

impl From<MarkOption> for Option<u8> {
    fn from(option: MarkOption) -> Self {
        match option {
            MarkOption::None(_) => None,
            MarkOption::Byte(byte) => Some(byte),
        }
    }
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
        let mut csv = asyncgen_sources::csv(input)
            .detect(self.detect)
            .comment(self.comment)
            .strict(self.strict)
            .blank(if self.blank == "keep" { Blank::Keep } else { Blank::Skip })
            .ragged(match self.ragged.as_str() {
                "keep" => Ragged::Keep,
                "pad" => Ragged::Pad,
                _ => Ragged::Refuse,
            })
            .on_error(faulty(&self.on_error).into())
            .resume(self.resume)
            .max_record(self.max_record);
        if let Some(delimiter) = self.delimiter {
            csv = csv.delimiter(delimiter);
        }
        if let Some(quote) = self.quotechar {
            csv = csv.quote(quote);
        }
        if let Some(escape) = self.escapechar {
            csv = csv.escape(escape);
        }
        if let Some(skip) = self.skip {
            csv = csv.skip(skip);
        }
        if let Some(skip) = self.skipinitialspace {
            csv = csv.skip_initial_space(skip);
        }
        match self.header {
            None => csv,
            Some(HeaderOption::First(true)) => csv.header(Header::First),
            Some(HeaderOption::First(false)) => csv.header(Header::None),
            Some(HeaderOption::Names(names)) => csv.header(Header::Names(names)),
        }
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
    /// The columns that are wanted, by their names.
    pub(crate) fn names(&self) -> Option<Vec<String>> {
        let columns = self.columns.as_ref()?.iter();
        Some(columns.filter_map(Selector::name).map(str::to_owned).collect())
    }

    /// What builds objects of the values of `batches`, JSON each; `None` where nothing is asked of them.
    pub(crate) fn members(self, py: Python<'_>, batches: &Batches) -> Option<Members> {
        if self.make.is_none() && self.columns.is_none() && self.types.is_empty() {
            return None;
        }
        let columns = self.names();
        let kind = self.make.map_or(Kind::Dict, Kind::Made);
        let types = self.types.into_iter().filter_map(|(selector, kind, optional)| {
            Some((
                selector.name()?.to_owned(),
                Typed { kind: sources::Kind::named(&kind)?, optional },
            ))
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
        let types = self.types.into_iter().filter_map(|(selector, kind, optional)| {
            Some((selector, Typed { kind: sources::Kind::named(&kind)?, optional }))
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
