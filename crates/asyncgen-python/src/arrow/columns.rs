//! Which columns a table has, by what was asked of its source.

use arrow_schema::{DataType, Schema};
use asyncgen_cli::Typed;
use asyncgen_sources::{
    Columns, Error, ErrorKind, Place,
    arrow::{Column, Kind, Sample, Table},
};

use crate::{
    build::{Builder, Rows, Unbuilt},
    members::Members,
    schema::{Layout, Selector},
};

impl Builder {
    /// Refuses what no table is made of; `has_schema` says that the columns are told elsewhere.
    pub(super) fn check_table(&self, has_schema: bool) -> Result<(), String> {
        match self {
            Self::Row(_) | Self::Members(_) => Ok(()),
            Self::Json(_) if has_schema => Ok(()),
            Self::Json(_) => Err(NO_MEMBERS.to_owned()),
            _ => Err("a table is made of the records of csv and ndjson alone".to_owned()),
        }
    }

    /// The table that takes the records of a source; `columns` are the names of all that there are, and `schema` is how
    /// it is wanted, if that matters.
    pub(super) fn table(
        &self,
        columns: Option<&Columns>,
        sample: Option<Sample<'_>>,
        schema: Option<&Schema>,
    ) -> Result<Table, Unbuilt> {
        match self {
            Self::Row(rows) => rows.table(columns, sample, schema),
            Self::Members(members) => members.table(sample, schema),
            Self::Json(_) => {
                let columns = schema.iter().flat_map(|schema| schema.fields().iter());
                let columns = columns.map(|field| column(field.name(), 0, None));
                of_members(columns.collect(), sample, schema)
            }
            // They were refused.
            _ => of_members(Vec::new(), None, None),
        }
    }
}

const NO_MEMBERS: &str = "a table of ndjson has the columns that are asked for: say which as \
                          columns=[...] or types={...}";

impl Rows {
    fn table(
        &self,
        columns: Option<&Columns>,
        sample: Option<Sample<'_>>,
        schema: Option<&Schema>,
    ) -> Result<Table, Unbuilt> {
        let first = sample.and_then(|(batch, first)| batch.get(first));
        let width = columns.map_or_else(|| first.map(|first| first.len()), |all| Some(all.len()));
        let Some(width) = width else {
            // Nothing says what there is, and there is nothing.
            return self.empty(schema);
        };
        let Layout { places, types } = self.wanted.layout(columns)?;
        let all = places.is_none();
        let places = places.unwrap_or_else(|| (0..width).collect());
        let mut made: Vec<Column> = Vec::with_capacity(places.len());
        for (index, &place) in places.iter().enumerate() {
            let name = columns.and_then(|columns| columns.get(place));
            let name = name.map_or_else(|| place.to_string(), ToString::to_string);
            let typed = types.iter().find(|(at, _)| *at == index).map(|(_, typed)| *typed);
            made.push(column(&name, place, typed));
        }
        as_in(&mut made, schema)?;
        let table = Table::of_fields(made, self.wanted.nulls.clone(), sample);
        let table = table.map_err(|error| usage(&error.to_string()))?;
        Ok(if all { table.no_wider_than(width) } else { table })
    }

    /// The table of a source without a header and without a record.
    fn empty(&self, schema: Option<&Schema>) -> Result<Table, Unbuilt> {
        let mut made = Vec::new();
        for selector in self.wanted.columns.iter().flatten() {
            let name = match selector {
                Selector::Name(name) => name.clone(),
                Selector::Number(number) => number.to_string(),
            };
            let is_it = |other: &Selector| match (other, selector) {
                (Selector::Name(one), Selector::Name(other)) => one == other,
                (Selector::Number(one), Selector::Number(other)) => one == other,
                _ => false,
            };
            let typed = self.wanted.types.iter().find(|(at, _)| is_it(at)).map(|(_, typed)| *typed);
            made.push(column(&name, 0, typed));
        }
        as_in(&mut made, schema.filter(|_| self.wanted.columns.is_some()))?;
        Table::of_fields(made, Vec::new(), None).map_err(|error| usage(&error.to_string()))
    }
}

impl Members {
    fn table(&self, sample: Option<Sample<'_>>, schema: Option<&Schema>) -> Result<Table, Unbuilt> {
        let columns = self.table_columns().map(|(name, typed)| {
            let column = column(name, 0, typed);
            // What has a type is no array and no object, a str that must be there neither.
            Column { nulls: column.nulls || typed.is_some(), ..column }
        });
        of_members(columns.collect(), sample, schema)
    }
}

fn of_members(
    mut columns: Vec<Column>,
    sample: Option<Sample<'_>>,
    schema: Option<&Schema>,
) -> Result<Table, Unbuilt> {
    as_in(&mut columns, schema)?;
    Table::of_members(columns, sample).map_err(|error| usage(&error.to_string()))
}

fn column(name: &str, place: usize, typed: Option<Typed>) -> Column {
    let Some(Typed { kind, optional }) = typed else {
        return Column::new(name, place, Kind::Str);
    };
    // A str that must be there may well be empty.
    let nulls = optional || kind != Kind::Str;
    Column { nullable: optional, nulls, ..Column::new(name, place, kind) }
}

/// Makes the columns what `schema` says.
fn as_in(columns: &mut [Column], schema: Option<&Schema>) -> Result<(), Unbuilt> {
    let Some(schema) = schema else { return Ok(()) };
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let wanted: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    if names != wanted {
        let (names, wanted) = (names.join(", "), wanted.join(", "));
        return Err(usage(&format!("the schema has the columns {wanted}, the table has {names}")));
    }
    for (column, field) in columns.iter_mut().zip(schema.fields()) {
        let data_type = field.data_type();
        let is_text =
            matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
        column.nulls |= !is_text;
        column.nullable &= field.is_nullable();
        column.data_type = Some(data_type.clone());
    }
    Ok(())
}

fn usage(message: &str) -> Unbuilt {
    Unbuilt::Fault(Error::new(ErrorKind::Usage(message.to_owned()), Place::default()))
}
