//! What can be wrong with bytes, and where.

use std::fmt;

use crate::Position;

/// How many characters of a cell an error shows.
const CELL_SHOWN: usize = 60;

/// A fault in the bytes of a source: what, and where.
///
/// One pointer wide. `Display` prints the fault alone; the place is for the layer that knows the
/// source's name to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    position: Position,
    column: u64,
    snippet: Option<Snippet>,
    /// What is at fault where it is not a record.
    subject: Option<&'static str>,
}

/// The line of a fault, to be shown with a caret under the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The line, or the part of a long line around the place, without its end. What is not UTF-8
    /// stands as U+FFFD, and a control character as a space.
    pub text: String,
    /// The characters of `text` that stand before the place.
    pub caret: usize,
}

/// The kinds of faults.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A CSV record has more or fewer fields than the header, or than the first record where
    /// there is no header.
    Ragged {
        /// The fields of this record.
        found: usize,
        /// The fields it should have.
        expected: usize,
        /// What says so: `the header` or `the first record`.
        against: &'static str,
    },
    /// The header of a file is not that of the file before it. The place is the column that differs.
    OtherHeader {
        /// The column, counted from 1.
        column: usize,
        /// Its name here, where there are so many columns.
        found: Option<String>,
        /// Its name there.
        expected: Option<String>,
    },
    /// A quoted CSV field is still open where the source ends. The place is its opening quote.
    UnclosedQuote,
    /// Text follows the closing quote of a CSV field (RFC 4180, section 2, rule 5).
    TextAfterQuote,
    /// An escape character is the last byte of a CSV source.
    OpenEscape,
    /// A field is not of the type that its column should have. The place is where it begins.
    Cell {
        /// The name of the column in quotes, or its number, counted from 1.
        column: String,
        /// The field.
        text: String,
        /// What it should be: `a float`.
        expected: &'static str,
    },
    /// A JSON value is no object, and members of it are wanted.
    NotObject,
    /// A byte that is not UTF-8.
    InvalidUtf8 {
        /// The first byte of the sequence that is not UTF-8.
        byte: u8,
    },
    /// Bytes that are no text in the encoding of the source.
    Malformed {
        /// What the encoding is called.
        encoding: &'static str,
    },
    /// A record is longer than the limit. The place is where it begins.
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A record has more fields than any table of columns. The place is where it begins.
    TooManyFields {
        /// The limit.
        limit: usize,
    },
    /// A record is not JSON (RFC 8259).
    Json {
        /// What the parser says.
        message: String,
    },
    /// A JSON document has nothing at a pointer (RFC 6901), or not what is needed there.
    Pointer {
        /// The pointer.
        pointer: String,
        /// What is there instead, or which keys there are.
        found: String,
    },
}

impl ErrorKind {
    /// What it is called in one word, for who counts or sorts faults.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ragged { .. } => "ragged",
            Self::OtherHeader { .. } => "header",
            Self::UnclosedQuote | Self::TextAfterQuote => "quote",
            Self::OpenEscape => "escape",
            Self::Cell { .. } | Self::NotObject => "type",
            Self::InvalidUtf8 { .. } | Self::Malformed { .. } => "encoding",
            Self::TooLong { .. } | Self::TooManyFields { .. } => "limit",
            Self::Json { .. } => "json",
            Self::Pointer { .. } => "pointer",
        }
    }
}

impl Error {
    /// A fault at `column` (counted from 1, in characters) of the line of `position`.
    pub fn new(kind: ErrorKind, position: Position, column: u64) -> Self {
        Self(Box::new(Inner { kind, position, column, snippet: None, subject: None }))
    }

    /// The same about `subject` instead of a record.
    #[must_use]
    pub(crate) fn about(mut self, subject: &'static str) -> Self {
        self.0.subject = Some(subject);
        self
    }

    /// The same about the record that has `record` before it.
    #[must_use]
    pub(crate) fn numbered(mut self, record: u64) -> Self {
        self.set_record(record);
        self
    }

    /// The same, with so many more records before it: of a document that others stand before.
    #[must_use]
    pub fn behind(mut self, records: u64) -> Self {
        self.0.position.record += records;
        self
    }

    pub(crate) fn set_record(&mut self, record: u64) {
        self.0.position.record = record;
    }

    /// The same, `columns` further to the right.
    #[must_use]
    pub(crate) fn shifted(mut self, columns: i64) -> Self {
        self.0.column = self.0.column.saturating_add_signed(columns);
        self
    }

    /// The same, with the line of the fault.
    #[must_use]
    pub fn with_snippet(mut self, snippet: Snippet) -> Self {
        self.0.snippet = Some(snippet);
        self
    }

    /// The same about a source that was not UTF-8, and in which [`ErrorKind::InvalidUtf8`] stands
    /// for what is no text in its own encoding.
    #[must_use]
    pub fn in_encoding(mut self, encoding: Option<&'static str>) -> Self {
        if let (Some(encoding), ErrorKind::InvalidUtf8 { .. }) = (encoding, &self.0.kind) {
            self.0.kind = ErrorKind::Malformed { encoding };
        }
        self
    }

    /// The same, without the line of the fault, which may hold what is nobody else's business.
    #[must_use]
    pub fn without_snippet(mut self) -> Self {
        self.0.snippet = None;
        self
    }

    /// What is wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The record that is wrong (its number is `record + 1`), the line of the fault, and the byte
    /// of the fault.
    pub fn position(&self) -> Position {
        self.0.position
    }

    /// Whether a record is wrong, rather than the header or a whole document.
    pub fn is_in_record(&self) -> bool {
        self.0.subject.is_none()
    }

    /// The column of the fault in its line, counted from 1, in characters.
    pub fn column(&self) -> u64 {
        self.0.column
    }

    /// The line of the fault.
    pub fn snippet(&self) -> Option<&Snippet> {
        self.0.snippet.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = Subject(&self.0);
        match &self.0.kind {
            ErrorKind::Ragged { found, expected, against } => {
                let fields = if *found == 1 { "field" } else { "fields" };
                write!(f, "{subject} has {found} {fields}, {against} has {expected}")
            }
            ErrorKind::OtherHeader { column, found, expected } => {
                let named = |name: &Option<String>| match name {
                    Some(name) => format!("{name:?}"),
                    None => "nothing".to_owned(),
                };
                let (found, expected) = (named(found), named(expected));
                write!(
                    f,
                    "{subject} has {found} as column {column}, that of the file before has {expected}"
                )
            }
            ErrorKind::UnclosedQuote => {
                write!(f, "{subject}: the quote opened here is never closed")
            }
            ErrorKind::TextAfterQuote => write!(f, "{subject}: text after the closing quote"),
            ErrorKind::OpenEscape => write!(f, "{subject}: nothing follows the escape character"),
            ErrorKind::Cell { column, text, expected } => {
                let shown: String = text.chars().take(CELL_SHOWN).collect();
                let more = if shown.len() < text.len() { " and so on" } else { "" };
                write!(f, "{subject}, column {column}: {shown:?}{more} is not {expected}")
            }
            ErrorKind::NotObject => write!(f, "{subject} is no JSON object"),
            ErrorKind::InvalidUtf8 { byte } => write!(f, "{subject}: not UTF-8, byte 0x{byte:02x}"),
            ErrorKind::Malformed { encoding } => write!(f, "{subject}: not {encoding}"),
            ErrorKind::TooLong { limit } => {
                write!(f, "{subject} is longer than the limit of {limit} bytes")
            }
            ErrorKind::TooManyFields { limit } => {
                write!(f, "{subject} has more than the limit of {limit} fields")
            }
            ErrorKind::Json { message } => write!(f, "{subject} is not JSON: {message}"),
            ErrorKind::Pointer { pointer, found } if pointer.is_empty() => {
                write!(f, "no array of items: {found}")
            }
            ErrorKind::Pointer { pointer, found } => {
                write!(f, "nothing to read at \"{pointer}\": {found}")
            }
        }
    }
}

impl std::error::Error for Error {}

/// What the sentence is about.
struct Subject<'a>(&'a Inner);

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.subject {
            Some(subject) => f.write_str(subject),
            None => write!(f, "record {}", self.0.position.record + 1),
        }
    }
}
