//! What the values of some columns stand for, which else are texts.

use std::borrow::Cow;

use asyncgen_sources::{Kind, Record};

use super::{Head, Problem, object, object::Object, select};

/// The types of columns, by their names, and the texts that stand for no value in those.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typing {
    pub(crate) types: Vec<(String, Kind)>,
    pub(crate) nulls: Vec<String>,
}

impl Typing {
    pub(super) fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    /// The type of the column called `name`.
    pub(super) fn of(&self, name: &str) -> Option<Kind> {
        self.types.iter().find_map(|(typed, kind)| (typed == name).then_some(*kind))
    }

    /// The types of the fields at `places`, or of all; nothing of those behind the last that has one.
    pub(super) fn kinds(
        &self,
        places: Option<&[usize]>,
        head: Head<'_>,
    ) -> Result<Vec<Option<Kind>>, Problem> {
        let names: Vec<String> = self.types.iter().map(|(name, _)| name.clone()).collect();
        let typed = select::fields(&names, head)?;
        let mut all = vec![None; typed.iter().max().map_or(0, |last| last + 1)];
        for (place, (_, kind)) in typed.iter().zip(&self.types) {
            all[*place] = Some(*kind);
        }
        Ok(match places {
            None => all,
            Some(_) if all.is_empty() => all,
            Some(places) => places.iter().map(|place| all.get(*place).copied()?).collect(),
        })
    }

    /// Gives the text at `place` to `take`, which says what it is not; false where there is no value.
    pub(super) fn field(
        &self,
        record: Record<'_>,
        place: usize,
        take: impl FnOnce(&str) -> Result<(), &'static str>,
    ) -> Result<bool, Problem> {
        let text = record.get(place).filter(|text| !self.nulls.iter().any(|null| null == text));
        let Some(text) = text else { return Ok(false) };
        take(text).map_err(|expected| Problem::Fault(record.not_a(place, expected)))?;
        Ok(true)
    }

    /// The same of `value`, the JSON of the member `name` of `record`: of what a string says, or of how a number is
    /// written.
    pub(super) fn member(
        record: Record<'_>,
        (name, value): (&str, &str),
        kind: Kind,
        take: impl FnOnce(&str) -> Result<(), &'static str>,
    ) -> Result<bool, Problem> {
        let taken = match value.as_bytes().first() {
            Some(b'n') => return Ok(false),
            Some(b'[' | b'{') => Err(kind.expected()),
            Some(b'"') => take(&object::string(value).unwrap_or(Cow::Borrowed(value))),
            _ => take(value),
        };
        let whole = record.get(0).unwrap_or_default();
        let at = value.as_ptr().addr() - whole.as_ptr().addr();
        taken
            .map_err(|expected| Problem::Fault(record.not_a_member(name, value, expected, at)))
            .map(|()| true)
    }

    /// The object that `record` is.
    pub(super) fn object<'r>(&self, record: Record<'r>) -> Result<Object<'r>, Problem> {
        Object::of(record).map_err(|problem| match problem {
            problem if self.is_empty() => problem,
            _ => Problem::Fault(record.not_an_object()),
        })
    }
}

/// Says what `text` is not, if it is not of `kind`.
pub(super) fn check(kind: Kind, text: &str) -> Result<(), &'static str> {
    kind.is(text).then_some(()).ok_or(kind.expected())
}
