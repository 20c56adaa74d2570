//! The top level of a JSON object: its keys, and the text of their values.

use std::{borrow::Cow, collections::HashSet, fmt};

use asyncgen_sources::Record;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Problem;

/// The members of a JSON object in their order, the values unparsed.
#[derive(Debug)]
pub(super) struct Object<'j>(Vec<(Cow<'j, str>, &'j str)>);

impl<'j> Object<'j> {
    /// The object that `record` is.
    pub(super) fn of(record: Record<'j>) -> Result<Self, Problem> {
        let json = record.get(0).unwrap_or_default();
        if !json.trim_start().starts_with('{') {
            return Err(Problem::of(record, "is not a JSON object: it has no keys".to_owned()));
        }
        serde_json::from_str(json)
            .map_err(|error| Problem::of(record, format!("is not a JSON object: {error}")))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| &**key)
    }

    /// The members, each once: of a key that comes twice the last.
    pub(super) fn members(&self) -> impl Iterator<Item = (&str, &'j str)> {
        let is_last = |index: usize| {
            let (key, later) = (&self.0[index].0, &self.0[index + 1..]);
            !later.iter().any(|(other, _)| other == key)
        };
        let members = self.0.iter().enumerate().filter(move |(index, _)| is_last(*index));
        members.map(|(_, (key, value))| (&**key, *value))
    }

    /// The keys, each once.
    pub(super) fn unique_keys(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        self.keys().filter(|key| seen.insert(*key)).map(str::to_owned).collect()
    }

    /// The text of the value of `key`. Of a key that comes twice the last counts, as in most
    /// readers of JSON.
    pub(super) fn get(&self, key: &str) -> Option<&'j str> {
        self.0.iter().rev().find_map(|(name, value)| (name == key).then_some(*value))
    }
}

impl<'j> Deserialize<'j> for Object<'j> {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'j> Visitor<'j> for Members {
    type Value = Object<'j>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'j>>(self, mut map: A) -> Result<Object<'j>, A::Error> {
        let mut members = Vec::new();
        while let Some((Text(key), value)) = map.next_entry::<Text<'j>, &'j RawValue>()? {
            members.push((key, value.get()));
        }
        Ok(Object(members))
    }
}

/// The string that the JSON text `json` is; `None` where it is something else.
pub(super) fn string(json: &str) -> Option<Cow<'_, str>> {
    let Text(text) = serde_json::from_str(json).ok()?;
    Some(text)
}

/// A string, borrowed from the JSON where it has no escapes.
struct Text<'j>(Cow<'j, str>);

impl<'j> Deserialize<'j> for Text<'j> {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(AsText)
    }
}

struct AsText;

impl<'j> Visitor<'j> for AsText {
    type Value = Text<'j>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'j str) -> Result<Text<'j>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text<'j>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}
