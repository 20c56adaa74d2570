//! What the values of some columns stand for, which else are texts.

use std::borrow::Cow;

use asyncgen_sources::{Kind, Record};

use super::{Head, Problem, Selector, object, object::Object, select};

/// No record has more.
const MOST_FIELDS: usize = 1 << 20;

/// What the texts of a column stand for, and whether it may have no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typed {
    /// What a text stands for that is there.
    pub kind: Kind,
    /// Whether there may be none.
    pub optional: bool,
}

/// The types of columns, and the texts that stand for no value in those.
#[derive(Debug, Clone, Default)]
pub struct Typing {
    /// Each column once.
    pub types: Vec<(Selector, Typed)>,
    /// The texts that stand for no value in those columns; in a `str` that must be there they are texts.
    pub nulls: Vec<String>,
}

impl Typing {
    pub(super) fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    /// The type of what is called `name`.
    pub(crate) fn of(&self, name: &str) -> Option<Typed> {
        let is_it =
            |selector: &Selector| matches!(selector, Selector::Name(other) if other == name);
        self.types.iter().find_map(|(selector, typed)| is_it(selector).then_some(*typed))
    }

    /// The types of the fields at `places`, or of all; nothing of those behind the last that has one.
    pub(super) fn types_at(
        &self,
        places: Option<&[usize]>,
        head: Head<'_>,
    ) -> Result<Vec<Option<Typed>>, Problem> {
        let given = select::fields(self.types.iter().map(|(selector, _)| selector), head)?;
        let types = given.into_iter().zip(&self.types).filter(|(place, _)| *place < MOST_FIELDS);
        let mut all = Vec::new();
        for (place, (_, typed)) in types {
            all.resize(all.len().max(place + 1), None);
            all[place] = Some(*typed);
        }
        Ok(match places {
            None => all,
            Some(_) if all.is_empty() => all,
            Some(places) => places.iter().map(|place| all.get(*place).copied()?).collect(),
        })
    }

    /// Gives the text at `place`, which is `typed`, to `take`, which says what it is not; false where there is no value.
    pub(super) fn field(
        &self,
        record: Record<'_>,
        place: usize,
        Typed { kind, optional }: Typed,
        take: impl FnOnce(Kind, &str) -> Result<(), &'static str>,
    ) -> Result<bool, Problem> {
        let text = record.get(place);
        let is_null = text.is_none_or(|text| self.nulls.iter().any(|null| null == text));
        let taken = match text {
            _ if is_null && optional => return Ok(false),
            // An empty str is a str.
            Some(text) if !is_null || kind == Kind::Str => take(kind, text),
            _ => Err(kind.expected()),
        };
        taken.map_err(|expected| Problem::Fault(record.not_a(place, expected)))?;
        Ok(true)
    }

    /// The same of `value`, the JSON of the member `name` of `record`, if that is there: of what a string says, or of how
    /// a number is written.
    pub(super) fn member(
        record: Record<'_>,
        (name, value): (&str, Option<&str>),
        Typed { kind, optional }: Typed,
        take: impl FnOnce(Kind, &str) -> Result<(), &'static str>,
    ) -> Result<bool, Problem> {
        let text = value.unwrap_or_default();
        let taken = match text.as_bytes().first() {
            None | Some(b'n') if optional => return Ok(false),
            None | Some(b'n' | b'[' | b'{') => Err(kind.expected()),
            Some(b'"') => take(kind, &object::string(text).unwrap_or(Cow::Borrowed(text))),
            Some(_) => take(kind, text),
        };
        let fault = |expected| {
            let whole = record.get(0).unwrap_or_default();
            let at = value.map_or(0, |value| value.as_ptr().addr() - whole.as_ptr().addr());
            record.not_a_member(name, text, expected, at)
        };
        taken.map_err(|expected| Problem::Fault(fault(expected)))?;
        Ok(true)
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
