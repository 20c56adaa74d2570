//! How a CSV source is written.

use std::fmt;

/// The limit for a record where none is given: 16 MiB.
///
/// Far above any real record, and low enough that an unclosed quote is told before the memory is
/// missed.
const DEFAULT_MAX_RECORD: usize = 16 << 20;

/// How a CSV source is written: by default as RFC 4180 has it, with a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvOptions {
    pub(super) delimiter: u8,
    pub(super) quote: u8,
    pub(super) header: Header,
    pub(super) ragged: Ragged,
    pub(super) max_record: usize,
}

/// Where the names of the columns come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Header {
    /// From the first record.
    #[default]
    First,
    /// From nowhere: the columns have no names, and the first record is data.
    None,
    /// From the caller: the first record is data.
    Names(Vec<String>),
}

/// What becomes of a record with more or fewer fields than the header, or than the first record
/// where there is no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ragged {
    /// It is an error.
    #[default]
    Refuse,
    /// It is handed out with the fields it has.
    Keep,
}

impl CsvOptions {
    /// The options of RFC 4180: comma, double quote, a header; a record has at most 16 MiB.
    pub fn new() -> Self {
        Self {
            delimiter: b',',
            quote: b'"',
            header: Header::First,
            ragged: Ragged::Refuse,
            max_record: DEFAULT_MAX_RECORD,
        }
    }

    /// The ASCII byte between fields.
    #[must_use]
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = delimiter;
        self
    }

    /// The ASCII byte around fields.
    #[must_use]
    pub fn quote(mut self, quote: u8) -> Self {
        self.quote = quote;
        self
    }

    /// Where the names of the columns come from.
    #[must_use]
    pub fn header(mut self, header: Header) -> Self {
        self.header = header;
        self
    }

    /// What becomes of a record with more or fewer fields than it should have.
    #[must_use]
    pub fn ragged(mut self, ragged: Ragged) -> Self {
        self.ragged = ragged;
        self
    }

    /// The most bytes a record may have, its line end not counted.
    #[must_use]
    pub fn max_record(mut self, max_record: usize) -> Self {
        self.max_record = max_record;
        self
    }

    /// Refuses bytes that could not be told from others.
    pub(super) fn check(&self) -> Result<(), OptionError> {
        for (option, byte) in [("delimiter", self.delimiter), ("quote", self.quote)] {
            if !byte.is_ascii() {
                return Err(OptionError::NotAscii { option, byte });
            }
            if matches!(byte, b'\n' | b'\r') {
                return Err(OptionError::Newline { option });
            }
        }
        if self.delimiter == self.quote {
            return Err(OptionError::Same { byte: self.delimiter });
        }
        Ok(())
    }
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// Options that no CSV source can be read with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionError {
    /// The delimiter or the quote is not an ASCII byte.
    NotAscii {
        /// Which of them.
        option: &'static str,
        /// What it is.
        byte: u8,
    },
    /// The delimiter or the quote is a line end.
    Newline {
        /// Which of them.
        option: &'static str,
    },
    /// The delimiter is the quote.
    Same {
        /// What they are.
        byte: u8,
    },
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAscii { option, byte } => {
                write!(f, "the {option} must be an ASCII character, not the byte 0x{byte:02x}")
            }
            Self::Newline { option } => write!(f, "the {option} cannot be a line end"),
            Self::Same { byte } => {
                write!(f, "delimiter and quote are both {:?}", char::from(*byte))
            }
        }
    }
}

impl std::error::Error for OptionError {}
