//! Records into columns.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use asyncgen_formats::{Batch, Error, ErrorKind, OnError, Record, Reject};

use super::cells::{Cells, Nulls};
use super::members::{self, Members, Odd};
use super::values::{self, Values};
use super::{Column, Kind};
use crate::kind::moment::{Moment, moment};
use crate::kind::number::is_int;

/// Columns that grow, record by record.
///
/// ```
/// use arrow_array::{cast::AsArray, types::Int64Type};
/// use asyncgen_sources::arrow::{Column, Kind, Table};
/// use asyncgen_sources::{Input, OnError, csv};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let mut batches = csv(Input::bytes("city,people\nBonn,332000\nUlm,\n")).batches();
/// let columns = vec![Column::new("city", 0, Kind::Str), Column::new("people", 1, Kind::Int)];
/// let mut table = Table::of_fields(columns, vec![String::new()], None)?;
/// while let Some(batch) = batches.next().await {
///     let batch = batch?;
///     let pushed = table.push(&batch, 0..batch.len(), OnError::Raise);
///     assert!(pushed.fault.is_none());
/// }
/// let people = table.finish()?.column(1).as_primitive::<Int64Type>().clone();
/// assert_eq!(people.iter().collect::<Vec<_>>(), [Some(332_000), None]);
/// # Ok(())
/// # }
/// # pollster::block_on(example()).unwrap();
/// ```
pub struct Table {
    columns: Vec<(Column, Box<dyn Values>)>,
    schema: SchemaRef,
    members: Option<Members>,
    /// The fields that a record may have, where all of them are columns.
    width: Option<usize>,
    /// The bytes of text that a column has at most, where there is a limit for them.
    most: usize,
    rows: usize,
}

/// What offsets of 31 bits can tell.
const MOST: usize = i32::MAX as usize;

/// Records to come: those of a batch from one number on.
pub type Sample<'b> = (&'b Batch, usize);

/// What became of records.
#[derive(Debug, Default)]
pub struct Pushed {
    /// How many were read: all, or up to one with a fault.
    pub read: usize,
    /// Those that were passed over.
    pub rejects: Vec<Reject>,
    /// What is wrong with the last one that was read.
    pub fault: Option<Error>,
}

/// A type of Arrow that no text is read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupported {
    /// The name of the column that should have it.
    pub column: String,
    /// The type.
    pub data_type: DataType,
}

/// What is wrong with a record; what is told comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wrong {
    NotObject,
    TooLong,
    /// The cell of this column.
    Cell(usize),
}

impl Table {
    /// Columns of the fields of CSV records, in which `nulls` stand for no value. The first time of
    /// `sample` says whether those of its column have an offset from UTC.
    pub fn of_fields(
        columns: Vec<Column>,
        nulls: Vec<String>,
        sample: Option<Sample<'_>>,
    ) -> Result<Self, Unsupported> {
        Self::new(columns, &Nulls(nulls.into()), None, sample)
    }

    /// Columns of the members of JSON objects. Their places do not matter: they are told by their names.
    pub fn of_members(
        mut columns: Vec<Column>,
        sample: Option<Sample<'_>>,
    ) -> Result<Self, Unsupported> {
        let members = Members::of(&mut columns);
        Self::new(columns, &Nulls::default(), Some(members), sample)
    }

    fn new(
        columns: Vec<Column>,
        nulls: &Nulls,
        mut members: Option<Members>,
        sample: Option<Sample<'_>>,
    ) -> Result<Self, Unsupported> {
        if let (Some(members), Some((batch, first))) = (&mut members, sample) {
            members.read(batch, first..batch.len(), |_, _| {});
        }
        let (mut all, mut fields) = (Vec::new(), Vec::new());
        for column in columns {
            let cells = sample.map(|(batch, first)| {
                cells(batch, first..batch.len(), members.as_ref(), column.place, 0)
            });
            let data_type = column.data_type.clone();
            let data_type = data_type.unwrap_or_else(|| default_type(&column, nulls, cells));
            let Some(values) = values::of(&column, &data_type, nulls) else {
                return Err(Unsupported { column: column.name, data_type });
            };
            fields.push(Field::new(&column.name, data_type, column.nullable));
            all.push((column, values));
        }
        let schema = Arc::new(Schema::new(fields));
        Ok(Self { columns: all, schema, members, width: None, most: MOST, rows: 0 })
    }

    /// Refuses records of more than `width` fields: where all fields are columns, none may be lost.
    #[must_use]
    pub fn no_wider_than(mut self, width: usize) -> Self {
        self.width = Some(width);
        self
    }

    /// The names and types of the columns.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many of some records of `batch` there is room for: all of them, unless a column of `Utf8` could then have 2 GiB
    /// of text. Of the records of a decoder at least one, where there is no row yet.
    pub fn room(&self, batch: &Batch, records: Range<usize>) -> usize {
        let Some(text) = self.columns.iter().filter_map(|(_, values)| values.text()).max() else {
            return records.len();
        };
        // A value is never longer than it is written.
        let end = batch.position(records.start).offset + self.most.saturating_sub(text) as u64;
        let fits = |count: &usize| batch.position(records.start + count).offset <= end;
        if fits(&records.len()) {
            return records.len();
        }
        let count = (1..records.len()).take_while(fits).count();
        if self.rows == 0 { count.max(1) } else { count }
    }

    /// Adds records of `batch`.
    ///
    /// # Panics
    ///
    /// If there is no [`room`](Self::room) for them.
    pub fn push(&mut self, batch: &Batch, records: Range<usize>, on_error: OnError) -> Pushed {
        let mut wrong = self.check(batch, &records);
        if wrong.is_empty() {
            self.take(batch, &records, 0..records.len(), false);
            return Pushed { read: records.len(), ..Pushed::default() };
        }
        // The first fault of a record is told, by its column.
        wrong.sort_unstable();
        wrong.dedup_by_key(|(row, _)| *row);
        if on_error == OnError::Raise {
            wrong.truncate(1);
        }
        for (_, values) in self.columns.iter_mut().filter(|(_, values)| values.is_checked_in()) {
            values.truncate(self.rows);
        }
        let mut pushed = Pushed::default();
        for (row, wrong) in wrong {
            self.take(batch, &records, pushed.read..row, true);
            pushed.read = row + 1;
            let Some(record) = batch.get(records.start + row) else { continue };
            let error = self.error(record, wrong);
            match on_error {
                OnError::Raise => pushed.fault = Some(error),
                OnError::Skip => pushed.rejects.push(Reject::of(record, error)),
            }
        }
        if on_error == OnError::Skip {
            self.take(batch, &records, pushed.read..records.len(), true);
            pushed.read = records.len();
        }
        pushed
    }

    /// Gives the rows, and begins again.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let arrays = self.columns.iter_mut().map(|(_, values)| values.finish()).collect();
        let options =
            RecordBatchOptions::new().with_row_count(Some(std::mem::take(&mut self.rows)));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
    }

    /// What is wrong with which records, column by column; takes what can be taken in the same go.
    fn check(&mut self, batch: &Batch, records: &Range<usize>) -> Vec<(usize, Wrong)> {
        let mut wrong = Vec::new();
        if let Some(members) = &mut self.members {
            let of = |slot| self.columns.iter().position(|(column, _)| column.place == slot);
            members.read(batch, records.clone(), |row, odd| {
                let odd = match odd {
                    Odd::NotObject => Wrong::NotObject,
                    Odd::Nested(slot) => Wrong::Cell(of(slot).unwrap_or_default()),
                };
                wrong.push((row, odd));
            });
        }
        if let Some(width) = self.width {
            let lens = records.clone().filter_map(|index| batch.get(index)).map(|r| r.len());
            let long = lens.enumerate().filter(|(_, len)| *len > width);
            wrong.extend(long.map(|(row, _)| (row, Wrong::TooLong)));
        }
        for (index, (column, values)) in self.columns.iter_mut().enumerate() {
            let cells = cells(batch, records.clone(), self.members.as_ref(), column.place, 0);
            values.check(cells, &mut |row| wrong.push((row, Wrong::Cell(index))));
        }
        wrong
    }

    /// Takes the rows in `run` of `records`, as they have been checked; `all` says that it is to be done for columns
    /// that have taken theirs too.
    fn take(&mut self, batch: &Batch, records: &Range<usize>, run: Range<usize>, all: bool) {
        self.rows += run.len();
        for (column, values) in &mut self.columns {
            if all || !values.is_checked_in() {
                let part = records.start + run.start..records.start + run.end;
                let members = self.members.as_ref();
                values.take(cells(batch, part, members, column.place, run.start));
            }
        }
    }

    #[cold]
    fn error(&self, record: Record<'_>, wrong: Wrong) -> Error {
        let index = match wrong {
            Wrong::TooLong => {
                let (found, expected) = (record.len(), self.width.unwrap_or_default());
                let kind = ErrorKind::Ragged { found, expected, against: "the table" };
                return Error::new(kind, record.position(), 1);
            }
            Wrong::NotObject => return record.not_an_object(),
            Wrong::Cell(index) => index,
        };
        let (column, _) = &self.columns[index];
        let data_type = self.schema.field(index).data_type();
        if self.members.is_some() {
            let expected = |text: &str| expected(column.kind, data_type, text);
            // Which text it is matters to an int alone, and one in quotes is none by the same rule.
            let error = members::not_a(record, &column.name, expected(""));
            return match error.kind() {
                ErrorKind::Cell { text, .. } => {
                    members::not_a(record, &column.name, expected(text.trim_matches('"')))
                }
                _ => error,
            };
        }
        let text = record.get(column.place).unwrap_or_default();
        record.not_a(column.place, expected(column.kind, data_type, text))
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { schema, rows, .. } = self;
        f.debug_struct("Table").field("schema", schema).field("rows", rows).finish_non_exhaustive()
    }
}

impl std::fmt::Display for Unsupported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { column, data_type } = self;
        write!(f, "the column {column:?}: no text is read as {data_type}")
    }
}

impl std::error::Error for Unsupported {}

/// The cells in `records` of a column; `first` is how many come before them of those that were looked for members.
fn cells<'b>(
    batch: &'b Batch,
    records: Range<usize>,
    members: Option<&'b Members>,
    place: usize,
    first: usize,
) -> Cells<'b> {
    match members {
        None => Cells::Fields { batch, place, records },
        Some(members) => {
            let spans = &members.spans[place][first..first + records.len()];
            Cells::Spans { text: &members.text, spans }
        }
    }
}

/// The type of a column of which nothing else is said.
fn default_type(column: &Column, nulls: &Nulls, sample: Option<Cells<'_>>) -> DataType {
    if column.kind != Kind::Datetime {
        return column.kind.data_type();
    }
    let mut has_offset = None;
    if let Some(cells) = sample {
        cells.each(|_, cell| {
            let text = cell.filter(|text| has_offset.is_none() && !nulls.have(text));
            let moment = text.and_then(|text| moment(text.as_bytes().trim_ascii()));
            has_offset = has_offset.or(moment.map(Moment::has_offset));
        });
    }
    Kind::datetime(has_offset.unwrap_or_default())
}

/// What an error says that a cell is not.
fn expected(kind: Kind, data_type: &DataType, text: &str) -> &'static str {
    let is_int = is_int(text.trim_ascii());
    match data_type {
        DataType::Boolean => "a bool",
        DataType::Int64 if is_int => "an int of 64 bits",
        DataType::Int32 if is_int => "an int of 32 bits",
        DataType::Int16 if is_int => "an int of 16 bits",
        DataType::Int8 if is_int => "an int of 8 bits",
        DataType::UInt64 if is_int => "an int of 64 bits without a sign",
        DataType::UInt32 if is_int => "an int of 32 bits without a sign",
        DataType::UInt16 if is_int => "an int of 16 bits without a sign",
        DataType::UInt8 if is_int => "an int of 8 bits without a sign",
        data_type if data_type.is_integer() => "an int",
        data_type if data_type.is_floating() => "a float",
        DataType::Date32 => "a date",
        DataType::Timestamp(unit, zone) => match (moment(text.trim_ascii().as_bytes()), zone) {
            (Some(moment), None) if moment.has_offset() => "a datetime without an offset",
            (Some(moment), Some(_)) if !moment.has_offset() => "a datetime with an offset",
            (Some(_), _) => kept_in(*unit),
            (None, _) => "a datetime",
        },
        DataType::Decimal128(..) => "a Decimal of so many digits",
        _ => kind.expected(),
    }
}

fn kept_in(unit: arrow_schema::TimeUnit) -> &'static str {
    match unit {
        arrow_schema::TimeUnit::Second => "a datetime in whole seconds",
        arrow_schema::TimeUnit::Millisecond => "a datetime in whole milliseconds",
        _ => "a datetime from 1677 to 2262, as nanoseconds have it",
    }
}

#[cfg(test)]
mod tests {
    use asyncgen_formats::{Decoder, LinesDecoder};

    use super::*;

    /// The rows of each batch of four lines, which are written in 2, 5, 3 and 4 bytes.
    fn rows(data_type: DataType, most: usize) -> Vec<usize> {
        let mut lines = Batch::default();
        LinesDecoder::new(100).decode(b"a\nbbbb\ncc\nddd\n", &mut lines).unwrap();
        let column = Column { data_type: Some(data_type), ..Column::new("line", 0, Kind::Str) };
        let mut table = Table { most, ..Table::of_fields(vec![column], vec![], None).unwrap() };
        let (mut rows, mut next) = (Vec::new(), 0);
        while next < lines.len() || table.rows() > 0 {
            // Two at a time, so that there is something before them.
            let some = next..lines.len().min(next + 2);
            let room = table.room(&lines, some.clone());
            assert_eq!(table.push(&lines, next..next + room, OnError::Raise).read, room);
            next += room;
            if room < some.len() || some.is_empty() {
                rows.push(table.finish().unwrap().num_rows());
            }
        }
        rows
    }

    #[test]
    fn a_column_has_no_more_text_than_its_offsets_tell() {
        for (most, expected) in [
            (100, &[4][..]),
            (12, &[4]),
            (11, &[3, 1]),
            (8, &[3, 1]),
            (7, &[2, 2]),
            (5, &[1, 1, 1, 1]),
            (1, &[1, 1, 1, 1]),
        ] {
            assert_eq!(rows(DataType::Utf8, most), expected, "{most}");
            for other in [DataType::Utf8View, DataType::LargeUtf8] {
                assert_eq!(rows(other, most), [4], "{most}");
            }
        }
    }
}
