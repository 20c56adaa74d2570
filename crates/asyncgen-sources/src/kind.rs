//! What the texts of a column stand for.

pub(crate) mod boolean;
pub(crate) mod decimal;
pub(crate) mod moment;
pub(crate) mod number;

use std::borrow::Cow;

/// What the texts of a column stand for, in the words of Python.
///
/// White space round a text is no part of it, but in a `str`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Themselves; in Arrow `Utf8View`.
    Str,
    /// Whole numbers; in Arrow `Int64`.
    Int,
    /// In Arrow `Float64`.
    Float,
    /// `true`, `1`, `t`, `yes`, `y` and their opposites, in any case; in Arrow `Boolean`.
    Bool,
    /// Dates of ISO 8601; in Arrow `Date32`.
    Date,
    /// Dates and times of ISO 8601; in Arrow `Timestamp` in microseconds, of UTC where the first of the sample has an
    /// offset, and then all must have one; else none may.
    Datetime,
    /// Decimal numbers of any size; in Arrow `Utf8View`, as they are written, since its own have one scale for all.
    Decimal,
}

impl Kind {
    /// All, by their names.
    pub const NAMES: [(&str, Self); 7] = [
        ("int", Self::Int),
        ("float", Self::Float),
        ("bool", Self::Bool),
        ("date", Self::Date),
        ("datetime", Self::Datetime),
        ("Decimal", Self::Decimal),
        ("str", Self::Str),
    ];

    /// The one called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find_map(|(known, kind)| (*known == name).then_some(*kind))
    }

    /// What an error says that a cell is not.
    pub fn expected(self) -> &'static str {
        match self {
            Self::Str => "a str",
            Self::Int => "an int",
            Self::Float => "a float",
            Self::Bool => "a bool",
            Self::Date => "a date",
            Self::Datetime => "a datetime",
            Self::Decimal => "a Decimal",
        }
    }

    /// Whether `text` stands for something of the kind: then there is a [`canonical`](Self::canonical) text of it.
    #[inline]
    pub fn is(self, text: &str) -> bool {
        let bare = text.trim_ascii();
        let bytes = bare.as_bytes();
        match self {
            Self::Str => true,
            Self::Int => number::is_int(bare),
            Self::Float => number::double(bytes).is_some(),
            Self::Bool => boolean::boolean(bytes).is_some(),
            Self::Date => moment::date(bytes).is_some(),
            Self::Datetime => moment::moment(bytes).is_some(),
            Self::Decimal => decimal::decimal(bare).is_some(),
        }
    }

    /// What `text` stands for, written in the one way that Python's `str` writes it in, or `isoformat`; true and false,
    /// and floats, as JSON has them, with `NaN` and `inf`. `None` where it stands for nothing of the kind.
    ///
    /// ```
    /// use asyncgen_sources::Kind;
    ///
    /// for (kind, text, expected) in [
    ///     (Kind::Int, " +007", "7"),
    ///     (Kind::Float, "1.50", "1.5"),
    ///     (Kind::Bool, "YES", "true"),
    ///     (Kind::Date, "2024W011", "2024-01-01"),
    ///     (Kind::Datetime, "20240101 07Z", "2024-01-01T07:00:00+00:00"),
    ///     (Kind::Decimal, "1.50e3", "1.50E+3"),
    /// ] {
    ///     assert!(kind.is(text));
    ///     assert_eq!(kind.canonical(text).as_deref(), Some(expected));
    /// }
    /// assert!(!Kind::Int.is("1.0"));
    /// assert_eq!(Kind::Int.canonical("1.0"), None);
    /// ```
    pub fn canonical(self, text: &str) -> Option<Cow<'_, str>> {
        let bare = text.trim_ascii();
        let bytes = bare.as_bytes();
        match self {
            Self::Str => Some(text.into()),
            Self::Int => number::whole(bare),
            Self::Float => number::double(bytes).map(|float| format!("{float:?}").into()),
            Self::Bool => {
                boolean::boolean(bytes).map(|is| if is { "true".into() } else { "false".into() })
            }
            Self::Date => moment::date(bytes).map(|days| moment::Date(days).to_string().into()),
            Self::Datetime => moment::moment(bytes).map(|moment| moment.to_string().into()),
            Self::Decimal => decimal::decimal(bare).map(|decimal| decimal.to_string().into()),
        }
    }
}
