//! A record as a JSON value, for the formats that write JSON.

use std::collections::HashSet;

use asyncgen_sources::Record;

use super::{Head, Problem, Shape, compact, object::Object, select};

/// Writes records as JSON values: a line as a string; a row as an object of its columns, or as
/// an array where they have no names; JSON as it is, or as an object of the selected keys.
pub(super) struct Values {
    shape: Shape,
    select: Option<Vec<String>>,
    how: How,
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
    /// The values of these keys.
    Keys(Vec<(String, Vec<u8>)>),
}

impl Values {
    pub(super) fn new(shape: Shape, select: Option<Vec<String>>) -> Self {
        Self { shape, select, how: How::AsIs }
    }

    pub(super) fn begin(&mut self, head: Head<'_>) -> Result<(), Problem> {
        self.how = match (self.shape, &self.select) {
            // Bytes are no values, and never come here.
            (Shape::Line | Shape::WholeLine | Shape::Bytes, _) => How::String,
            (Shape::Row, selected) => row(selected.as_deref(), head)?,
            (Shape::Json, None) => How::AsIs,
            (Shape::Json, Some(names)) => {
                if let Some(first) = head.first {
                    select::keys(names, &Object::of(first)?)?;
                }
                unique(names.iter().map(String::as_str))?;
                How::Keys(names.iter().cloned().zip(prefixes(names.iter())).collect())
            }
        };
        Ok(())
    }

    /// Appends the value of `record`; nothing where it fails.
    pub(super) fn write(&self, record: Record<'_>, out: &mut Vec<u8>) -> Result<(), Problem> {
        match &self.how {
            How::String => push_string(record.get(0).unwrap_or_default(), out),
            How::AsIs => push_json(record.get(0).unwrap_or_default(), out),
            How::Object(keys) => {
                self.check_all_named(record)?;
                for (place, prefix) in keys {
                    out.extend_from_slice(prefix);
                    match record.get(*place) {
                        Some(field) => push_string(field, out),
                        None => out.extend_from_slice(b"null"),
                    }
                }
                close_object(keys.is_empty(), out);
            }
            How::Array(None) => push_array(record.iter(), out),
            How::Array(Some(places)) => {
                push_array(places.iter().filter_map(|place| record.get(*place)), out);
            }
            How::Keys(keys) => {
                let object = Object::of(record)?;
                for (key, prefix) in keys {
                    out.extend_from_slice(prefix);
                    push_json(object.get(key).unwrap_or("null"), out);
                }
                close_object(keys.is_empty(), out);
            }
        }
        Ok(())
    }

    /// Refuses a record with a field that has no name, unless the fields were selected.
    fn check_all_named(&self, record: Record<'_>) -> Result<(), Problem> {
        let named = record.columns().map_or(0, |columns| columns.len());
        let found = record.len();
        if self.select.is_none() && found > named {
            let message = format!("has {found} fields, and an object has {named} columns for them");
            return Err(Problem::of(record, message));
        }
        Ok(())
    }
}

fn row(selected: Option<&[String]>, head: Head<'_>) -> Result<How, Problem> {
    let places = selected.map(|names| select::fields(names, head)).transpose()?;
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

fn push_array<'f>(fields: impl Iterator<Item = &'f str>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, field) in fields.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_string(field, out);
    }
    out.push(b']');
}

fn push_json(json: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(compact::one_line(json).as_bytes());
}

fn push_string(text: &str, out: &mut Vec<u8>) {
    // Writing to memory, and a string always serialises: there is no error to have.
    let _ = serde_json::to_writer(out, text);
}
