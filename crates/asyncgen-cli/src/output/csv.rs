//! CSV, quoted as RFC 4180 says, each record ended by `\n`.

use std::{borrow::Cow, ops::Range};

use ::csv::{Writer, WriterBuilder};
use asyncgen_sources::{Batch, Record};

use super::{
    Format, Head, Problem, Shape, Wanted, compact, each, number, object,
    object::Object,
    select,
    typing::{self, Typed, Typing},
};

/// Lines become one column, `line`. JSON objects become rows whose columns are the selected
/// keys, or those of the first object. What has a type is written as it was, but for what stands for
/// no value, which is empty.
pub(super) struct Csv {
    shape: Shape,
    wanted: Wanted,
    cells: Cells,
    /// The types of the fields that are written, in their order.
    types: Vec<Option<Typed>>,
}

/// What of a record is written.
enum Cells {
    /// All fields.
    All,
    /// The fields at these places.
    Places(Vec<usize>),
    /// The values of these keys.
    Keys(Vec<String>),
}

impl Csv {
    pub(super) fn new(shape: Shape, wanted: Wanted) -> Self {
        Self { shape, wanted, cells: Cells::All, types: Vec::new() }
    }

    fn write(&self, record: Record<'_>, writer: &mut Writer<&mut Vec<u8>>) -> Result<(), Problem> {
        let typing = &self.wanted.typing;
        match &self.cells {
            Cells::All if self.types.is_empty() => row(writer, record.iter()),
            Cells::All => row(writer, self.typed(record, 0..record.len())?.into_iter()),
            Cells::Places(places) if self.types.is_empty() => {
                row(writer, places.iter().map(|place| record.get(*place).unwrap_or_default()));
            }
            Cells::Places(places) => {
                row(writer, self.typed(record, places.iter().copied())?.into_iter());
            }
            Cells::Keys(keys) => {
                let object = typing.object(record)?;
                if self.wanted.select.is_none()
                    && let Some(key) = object.keys().find(|key| !keys.iter().any(|k| k == key))
                {
                    return Err(Problem::NewKey { number: number(record), key: key.to_owned() });
                }
                for key in keys {
                    if let Some(typed) = typing.of(key) {
                        let member = (key.as_str(), object.get(key));
                        Typing::member(record, member, typed, typing::check)?;
                    }
                }
                let cells: Vec<_> = keys.iter().map(|key| cell(object.get(key))).collect();
                row(writer, cells.iter().map(|cell| &**cell));
            }
        }
        Ok(())
    }

    /// Refuses a blank line where there has to be a value.
    fn check_blank(&self, record: Record<'_>) -> Result<(), Problem> {
        match &self.cells {
            Cells::Places(places) => self.typed(record, places.iter().copied()).map(|_| ()),
            Cells::All | Cells::Keys(_) => Ok(()),
        }
    }

    /// The fields at `places`, as they were read; those that stand for no value are empty.
    fn typed<'r>(
        &self,
        record: Record<'r>,
        places: impl Iterator<Item = usize>,
    ) -> Result<Vec<&'r str>, Problem> {
        let cell = |(index, place): (usize, usize)| {
            let is_there = match self.types.get(index).copied().flatten() {
                None => true,
                Some(typed) => self.wanted.typing.field(record, place, typed, typing::check)?,
            };
            Ok(record.get(place).filter(|_| is_there).unwrap_or_default())
        };
        places.enumerate().map(cell).collect()
    }
}

impl Format for Csv {
    fn begin(&mut self, head: Head<'_>, out: &mut Vec<u8>) -> Result<(), Problem> {
        let names: Vec<Cow<'_, str>>;
        let Wanted { select, typing, may_lack } = &self.wanted;
        (self.cells, names) = match (self.shape, select, head.columns) {
            (Shape::Line | Shape::WholeLine | Shape::Bytes, ..) => {
                (Cells::All, vec!["line".into()])
            }
            (Shape::Row, None, columns) => {
                self.types = typing.types_at(None, head)?;
                let names = columns.into_iter().flat_map(|columns| columns.iter());
                (Cells::All, names.map(|name| Cow::from(&**name)).collect())
            }
            (Shape::Row, Some(selected), columns) => {
                let places = select::fields(selected, head)?;
                self.types = typing.types_at(Some(&places), head)?;
                let names = columns.map_or_else(Vec::new, |columns| {
                    places.iter().map(|place| Cow::from(&*columns[*place])).collect()
                });
                (Cells::Places(places), names)
            }
            (Shape::Json, selected, _) => {
                let keys = match (selected, head.first) {
                    (Some(selected), first) => {
                        // One that is no object is told of where it is written.
                        let first = first.filter(|_| !may_lack).and_then(|it| Object::of(it).ok());
                        select::keys(selected, first.as_ref())?
                    }
                    (None, Some(first)) => typing.object(first)?.unique_keys(),
                    (None, None) => Vec::new(),
                };
                let names = keys.iter().map(|key| key.clone().into()).collect();
                (Cells::Keys(keys), names)
            }
        };
        if !names.is_empty() {
            row(&mut writer(out), names.iter().map(|name| &**name));
        }
        Ok(())
    }

    fn records(
        &mut self,
        batch: &Batch,
        places: Range<usize>,
        out: &mut Vec<u8>,
    ) -> (usize, Result<(), Problem>) {
        let mut written = 0;
        let mut left = places;
        while !left.is_empty() {
            // A blank line that was kept; as a record it would be one with an empty field.
            let is_blank =
                |place: &usize| batch.get(*place).is_some_and(|record| record.is_empty());
            let blank = left.clone().find(is_blank);
            let end = blank.unwrap_or(left.end);
            let mut writer = writer(out);
            let (count, result) =
                each(batch, left.start..end, |record| self.write(record, &mut writer));
            drop(writer);
            written += count;
            if result.is_err() {
                return (written, result);
            }
            if let Some(blank) = blank.and_then(|place| batch.get(place)) {
                if let Err(problem) = self.check_blank(blank) {
                    return (written, Err(problem));
                }
                out.push(b'\n');
                written += 1;
            }
            left.start = end + 1;
        }
        (written, Ok(()))
    }
}

/// A writer that appends to `out`, at the latest when it is dropped.
fn writer(out: &mut Vec<u8>) -> Writer<&mut Vec<u8>> {
    WriterBuilder::new().flexible(true).buffer_capacity(BUFFER).from_writer(out)
}

/// What the csv writer gathers before it appends to ours: small enough to stay in the first
/// level of the cache.
const BUFFER: usize = 16 * 1024;

fn row<'f>(writer: &mut Writer<&mut Vec<u8>>, fields: impl Iterator<Item = &'f str>) {
    // Writing to memory, with any number of fields: there is no error to have.
    let _ = writer.write_record(fields);
}

/// A JSON value as a field: a string is its text, `null` and what is missing are empty, all else
/// stays JSON.
fn cell(json: Option<&str>) -> Cow<'_, str> {
    match json {
        None | Some("null") => Cow::Borrowed(""),
        Some(json) if json.starts_with('"') => object::string(json).unwrap_or(json.into()),
        Some(json) => compact::one_line(json),
    }
}
