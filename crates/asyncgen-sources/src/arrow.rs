//! Records as columns of Arrow, built straight from the index of fields: see [`Table`].

mod cells;
mod decimal;
mod members;
mod moment;
mod number;
mod table;
mod values;

use arrow_schema::{DataType, TimeUnit};

pub use crate::{Fault, Kind};
pub use table::{Pushed, Sample, Table, Unsupported};

/// A column of a [`Table`]: its name, where its values come from, and what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, which other columns may have too.
    pub name: String,
    /// The field, counted from 0.
    pub place: usize,
    /// What its texts stand for.
    pub kind: Kind,
    /// What Arrow has them as; what the kind says if `None`.
    pub data_type: Option<DataType>,
    /// Whether there may be rows without a value.
    pub nullable: bool,
    /// Whether the texts that stand for no value do so here. Of JSON: whether arrays and objects are refused, which are
    /// else taken as they are written.
    pub nulls: bool,
}

impl Column {
    /// A column that may have rows without a value, as texts that stand for none make them, unless it is
    /// of strings.
    pub fn new(name: impl Into<String>, place: usize, kind: Kind) -> Self {
        let nulls = kind != Kind::Str;
        Self { name: name.into(), place, kind, data_type: None, nullable: true, nulls }
    }
}

impl Kind {
    fn data_type(self) -> DataType {
        match self {
            Self::Str | Self::Decimal => DataType::Utf8View,
            Self::Int => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Bool => DataType::Boolean,
            Self::Date => DataType::Date32,
            Self::Datetime => Self::datetime(false),
        }
    }

    fn datetime(has_offset: bool) -> DataType {
        DataType::Timestamp(TimeUnit::Microsecond, has_offset.then(|| "UTC".into()))
    }
}
