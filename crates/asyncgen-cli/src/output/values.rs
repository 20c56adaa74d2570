//! A record as a JSON value, for the formats that write JSON.

use std::collections::HashSet;

use asyncgen_sources::{Kind, Record};

use super::{
    Head, Problem, Shape, Wanted, compact,
    object::Object,
    select,
    typing::{Typed, Typing},
};

/// Writes records as JSON values: a line as a string; a row as an object of its columns, or as
/// an array where they have no names; JSON as it is, or as an object of the selected keys. What has
/// a type is written as a value of it.
pub(super) struct Values {
    shape: Shape,
    wanted: Wanted,
    how: How,
    /// The types of the fields that are written, in their order.
    types: Vec<Option<Typed>>,
}

enum How {
    /// The only field, as a string.
    String,
    /// The only field is JSON already.
    AsIs,
    /// The fields at these places, each behind its key: `{"a":`, then `,"b":`.
    Object(Vec<(usize, Vec<u8>)>),
    /// The fields at these places; all of them where `None`.
    Array(Option<Vec<usize>>),
    /// The values of all keys.
    AllKeys,
    /// The values of these keys.
    Keys(Vec<(String, Vec<u8>)>),
}

impl Values {
    pub(super) fn new(shape: Shape, wanted: Wanted) -> Self {
        Self { shape, wanted, how: How::AsIs, types: Vec::new() }
    }

    pub(super) fn begin(&mut self, head: Head<'_>) -> Result<(), Problem> {
        let Wanted { select, typing, may_lack } = &self.wanted;
        self.how = match (self.shape, select) {
            // Bytes are no values, and never come here.
            (Shape::Line | Shape::WholeLine | Shape::Bytes, _) => How::String,
            (Shape::Row, selected) => {
                let places = selected.as_ref().map(|selected| select::fields(selected, head));
                let places = places.transpose()?;
                self.types = typing.types_at(places.as_deref(), head)?;
                row(places, head)?
            }
            (Shape::Json, None) if typing.is_empty() => How::AsIs,
            (Shape::Json, None) => How::AllKeys,
            (Shape::Json, Some(selected)) => {
                // One that is no object is told of where it is written.
                let first = head.first.filter(|_| !may_lack).and_then(|it| Object::of(it).ok());
                let keys = select::keys(selected, first.as_ref())?;
                unique(keys.iter().map(String::as_str))?;
                let prefixes = prefixes(keys.iter());
                How::Keys(keys.into_iter().zip(prefixes).collect())
            }
        };
        Ok(())
    }

    /// Appends the value of `record`; nothing where it fails.
    pub(super) fn write(&self, record: Record<'_>, out: &mut Vec<u8>) -> Result<(), Problem> {
        let before = out.len();
        self.append(record, out).inspect_err(|_| out.truncate(before))
    }

    fn append(&self, record: Record<'_>, out: &mut Vec<u8>) -> Result<(), Problem> {
        match &self.how {
            How::String => push_string(record.get(0).unwrap_or_default(), out),
            How::AsIs => push_json(record.get(0).unwrap_or_default(), out),
            How::Object(keys) => {
                self.check_all_named(record)?;
                for (index, (place, prefix)) in keys.iter().enumerate() {
                    out.extend_from_slice(prefix);
                    self.field(record, index, *place, out)?;
                }
                close_object(keys.is_empty(), out);
            }
            How::Array(None) => self.array(record, 0..record.len(), out)?,
            How::Array(Some(places)) => self.array(record, places.iter().copied(), out)?,
            How::AllKeys => {
                let object = self.wanted.typing.object(record)?;
                let mut is_first = true;
                for (key, value) in object.members() {
                    out.push(if is_first { b'{' } else { b',' });
                    push_string(key, out);
                    out.push(b':');
                    self.member(record, (key, Some(value)), out)?;
                    is_first = false;
                }
                close_object(is_first, out);
            }
            How::Keys(keys) => {
                let object = self.wanted.typing.object(record)?;
                for (key, prefix) in keys {
                    out.extend_from_slice(prefix);
                    self.member(record, (key, object.get(key)), out)?;
                }
                close_object(keys.is_empty(), out);
            }
        }
        Ok(())
    }

    /// Appends the field at `place`, which comes as the one number `index`.
    #[inline]
    fn field(
        &self,
        record: Record<'_>,
        index: usize,
        place: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let is_there = match self.types.get(index).copied().flatten() {
            Some(typed) => {
                let push = |kind, text: &str| push_typed(kind, text, out);
                self.wanted.typing.field(record, place, typed, push)?
            }
            None => record.get(place).map(|field| push_string(field, out)).is_some(),
        };
        push_null(!is_there, out);
        Ok(())
    }

    /// Appends the fields at `places`; one that is not there is `null`.
    fn array(
        &self,
        record: Record<'_>,
        places: impl Iterator<Item = usize>,
        out: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        out.push(b'[');
        let mut is_first = true;
        for (index, place) in places.enumerate() {
            if !is_first {
                out.push(b',');
            }
            is_first = false;
            self.field(record, index, place, out)?;
        }
        out.push(b']');
        Ok(())
    }

    /// Appends the value of a member.
    fn member(
        &self,
        record: Record<'_>,
        member: (&str, Option<&str>),
        out: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let (name, value) = member;
        match self.wanted.typing.of(name) {
            None => push_json(value.unwrap_or("null"), out),
            Some(typed) => {
                let push = |kind, text: &str| push_typed(kind, text, out);
                let is_there = Typing::member(record, member, typed, push)?;
                push_null(!is_there, out);
            }
        }
        Ok(())
    }

    /// Refuses a record with a field that has no name, unless the fields were selected.
    fn check_all_named(&self, record: Record<'_>) -> Result<(), Problem> {
        let named = record.columns().map_or(0, |columns| columns.len());
        let found = record.len();
        if self.wanted.select.is_none() && found > named {
            let message = format!("has {found} fields, and an object has {named} columns for them");
            return Err(Problem::of(record, message));
        }
        Ok(())
    }
}

fn row(places: Option<Vec<usize>>, head: Head<'_>) -> Result<How, Problem> {
    let Some(columns) = head.columns else { return Ok(How::Array(places)) };
    let places = places.unwrap_or_else(|| (0..columns.len()).collect());
    let names: Vec<&str> = places.iter().map(|place| &*columns[*place]).collect();
    unique(names.iter().copied())?;
    Ok(How::Object(places.into_iter().zip(prefixes(names.iter())).collect()))
}

/// Readers of JSON keep one of two members with the same key: refuse to lose the other.
fn unique<'n>(names: impl Iterator<Item = &'n str>) -> Result<(), Problem> {
    let mut seen = HashSet::new();
    match names.into_iter().find(|name| !seen.insert(*name)) {
        None => Ok(()),
        Some(name) => Err(Problem::Twice(name.to_owned())),
    }
}

/// `{"a":`, `,"b":` and so on.
fn prefixes<'n>(names: impl Iterator<Item = impl AsRef<str> + 'n>) -> Vec<Vec<u8>> {
    let prefix = |(index, name)| {
        let mut prefix = vec![if index == 0 { b'{' } else { b',' }];
        push_string(AsRef::<str>::as_ref(&name), &mut prefix);
        prefix.push(b':');
        prefix
    };
    names.enumerate().map(prefix).collect()
}

fn close_object(empty: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if empty { b"{}" } else { b"}" });
}

/// Appends what `text` stands for, or says what it is not.
fn push_typed(kind: Kind, text: &str, out: &mut Vec<u8>) -> Result<(), &'static str> {
    let value = kind.canonical(text).ok_or(kind.expected())?;
    match kind {
        // JSON has neither NaN nor inf.
        Kind::Float if !value.ends_with(|last: char| last.is_ascii_digit()) => {
            return Err("a finite float");
        }
        Kind::Int | Kind::Float | Kind::Bool => out.extend_from_slice(value.as_bytes()),
        _ => push_string(&value, out),
    }
    Ok(())
}

fn push_null(is_null: bool, out: &mut Vec<u8>) {
    if is_null {
        out.extend_from_slice(b"null");
    }
}

fn push_json(json: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(compact::one_line(json).as_bytes());
}

fn push_string(text: &str, out: &mut Vec<u8>) {
    // Writing to memory, and a string always serialises: there is no error to have.
    let _ = serde_json::to_writer(out, text);
}
