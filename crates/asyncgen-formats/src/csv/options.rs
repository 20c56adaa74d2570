//! How a CSV source is written.

use std::fmt;

use super::dialect::Dialect;
use super::written::CsvDialect;
use crate::OnError;

/// The limit for a record where none is given: 16 MiB.
///
/// Far above any real record, and low enough that an unclosed quote is told before the memory is
/// missed.
const DEFAULT_MAX_RECORD: usize = 16 << 20;

/// How a CSV source is written: by default as RFC 4180 has it, with a header.
///
/// What was not said is `None`: it may be worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::option_option, reason = "not said, said that there is none, or a byte")]
pub struct CsvOptions {
    pub(super) delimiter: Option<u8>,
    pub(super) quote: Option<Option<u8>>,
    pub(super) escape: Option<Option<u8>>,
    pub(super) skip_initial_space: Option<bool>,
    pub(super) skip: Option<u64>,
    pub(super) is_skip_found: bool,
    pub(super) header: Option<Header>,
    pub(super) comment: Option<u8>,
    pub(super) detect: bool,
    pub(super) strict: bool,
    pub(super) ragged: Ragged,
    pub(super) blank: Blank,
    pub(super) on_error: OnError,
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
    /// Empty fields are added to one with fewer; one with more is an error.
    Pad,
}

/// What becomes of a blank line, one without a single byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Blank {
    /// It is passed over, and counted as a line.
    #[default]
    Skip,
    /// It is a record without a field, whatever the others have; before the header it is passed
    /// over.
    Keep,
}

impl CsvOptions {
    /// The options of RFC 4180: comma, double quote, a header; a record has at most 16 MiB.
    pub fn new() -> Self {
        Self {
            delimiter: None,
            quote: None,
            escape: None,
            skip_initial_space: None,
            skip: None,
            is_skip_found: false,
            header: None,
            comment: None,
            detect: false,
            strict: true,
            ragged: Ragged::Refuse,
            blank: Blank::Skip,
            on_error: OnError::Raise,
            max_record: DEFAULT_MAX_RECORD,
        }
    }

    /// The ASCII byte between fields.
    #[must_use]
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = Some(delimiter);
        self
    }

    /// The ASCII byte around fields; `None` for sources without any.
    #[must_use]
    pub fn quote(mut self, quote: impl Into<Option<u8>>) -> Self {
        self.quote = Some(quote.into());
        self
    }

    /// The ASCII byte that takes the meaning from the byte after it, in quotes and outside; unless
    /// set there is none.
    #[must_use]
    pub fn escape(mut self, escape: impl Into<Option<u8>>) -> Self {
        self.escape = Some(escape.into());
        self
    }

    /// The ASCII byte that a line begins with which is no record, up to its end; unless set there
    /// is none.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<Option<u8>>) -> Self {
        self.comment = comment.into();
        self
    }

    /// Whether spaces at the beginning of a field are passed over.
    #[must_use]
    pub fn skip_initial_space(mut self, skip: bool) -> Self {
        self.skip_initial_space = Some(skip);
        self
    }

    /// Whether text after a closing quote and a quote that is never closed are errors. If not,
    /// they are read as Python's csv module reads them: as text, and as one field up to the end.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// How many lines stand before all that is CSV, whatever is in them.
    #[must_use]
    pub fn skip(mut self, lines: u64) -> Self {
        self.skip = Some(lines);
        self
    }

    /// What becomes of a blank line.
    #[must_use]
    pub fn blank(mut self, blank: Blank) -> Self {
        self.blank = blank;
        self
    }

    /// Where the names of the columns come from.
    #[must_use]
    pub fn header(mut self, header: Header) -> Self {
        self.header = Some(header);
        self
    }

    /// What becomes of a record with more or fewer fields than it should have.
    #[must_use]
    pub fn ragged(mut self, ragged: Ragged) -> Self {
        self.ragged = ragged;
        self
    }

    /// What becomes of a record that is not as it should be.
    #[must_use]
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.on_error = on_error;
        self
    }

    /// The most bytes a record may have, its line end not counted.
    #[must_use]
    pub fn max_record(mut self, max_record: usize) -> Self {
        self.max_record = max_record;
        self
    }

    /// Whether what is not said is worked out from the first [`SAMPLE`](Self::SAMPLE) bytes: the
    /// delimiter, quotes, the escape character, spaces after delimiters, the lines before the header,
    /// and whether there is one. It is not, unless set. What does not fit later is an error.
    ///
    /// ```
    /// use asyncgen_formats::{Batch, CsvDecoder, CsvOptions, Decoder};
    ///
    /// let mut decoder = CsvDecoder::new(CsvOptions::new().detect(true))?;
    /// let mut batch = Batch::default();
    /// decoder.decode(b"made by hand\nid;price\n1;2,50\n2;0,99\n", &mut batch)?;
    /// decoder.finish(&mut batch)?;
    /// assert_eq!(batch.get(0).unwrap().by_name("price"), Some("2,50"));
    /// let dialect = decoder.dialect().unwrap();
    /// assert_eq!((dialect.delimiter, dialect.header, dialect.skip), (b';', true, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn detect(mut self, detect: bool) -> Self {
        self.detect = detect;
        self
    }

    /// How many bytes are looked at to work a dialect out; nothing is handed out before they have
    /// come, or the source has ended.
    ///
    /// With fewer, a long text before the table or in the first field hides what follows; more
    /// takes longer, and a slow source is waited for.
    pub const SAMPLE: usize = 64 << 10;

    /// What is not said is as `dialect` has it; nothing is left to be worked out.
    #[must_use]
    pub fn or_as_in(mut self, dialect: &CsvDialect) -> Self {
        self.delimiter.get_or_insert(dialect.delimiter);
        self.quote.get_or_insert(dialect.quote);
        self.escape.get_or_insert(dialect.escape);
        self.skip_initial_space.get_or_insert(dialect.skip_initial_space);
        self.is_skip_found = self.skip.is_none();
        self.skip.get_or_insert(dialect.skip);
        self.header.get_or_insert(if dialect.header { Header::First } else { Header::None });
        self.detect = false;
        self
    }

    /// How a source is written that these options describe, where what is not said is as by default.
    pub fn dialect(&self) -> CsvDialect {
        let unsaid = CsvDialect::default();
        CsvDialect {
            delimiter: self.delimiter.unwrap_or(unsaid.delimiter),
            quote: self.quote.unwrap_or(unsaid.quote),
            escape: self.escape.unwrap_or(unsaid.escape),
            skip_initial_space: self.skip_initial_space.unwrap_or(unsaid.skip_initial_space),
            skip: self.skip.unwrap_or(unsaid.skip),
            header: self.header.as_ref().is_none_or(|header| *header == Header::First),
        }
    }

    /// What each byte means.
    pub(super) fn meanings(&self) -> Dialect {
        let CsvDialect { delimiter, quote, escape, skip_initial_space, .. } = self.dialect();
        Dialect {
            delimiter,
            quote,
            escape,
            comment: self.comment,
            skip_initial_space,
            // Where a record may be passed over, it is read to its end, and looked at then.
            strict: self.strict && self.on_error == OnError::Raise,
        }
    }

    /// Refuses bytes that could not be told from others. What is to be worked out is none yet.
    pub(super) fn check(&self) -> Result<(), OptionError> {
        let CsvDialect { delimiter, quote, escape, skip_initial_space, .. } = self.dialect();
        let said = |said: bool, byte: Option<u8>| byte.filter(|_| said || !self.detect);
        let named = [
            ("delimiter", said(self.delimiter.is_some(), Some(delimiter))),
            ("quote", said(self.quote.is_some(), quote)),
            ("escape character", said(self.escape.is_some(), escape)),
            ("comment character", self.comment),
        ];
        for (index, (option, byte)) in named.into_iter().enumerate() {
            let Some(byte) = byte else { continue };
            if !byte.is_ascii() {
                return Err(OptionError::NotAscii { option, byte });
            }
            if matches!(byte, b'\n' | b'\r') {
                return Err(OptionError::Newline { option });
            }
            if byte == b' ' && skip_initial_space {
                return Err(OptionError::Space { option });
            }
            if let Some((first, _)) = named[..index].iter().find(|(_, other)| *other == Some(byte))
            {
                return Err(OptionError::Same { options: [first, option], byte });
            }
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
    /// A byte with a meaning is not ASCII.
    NotAscii {
        /// Which of them.
        option: &'static str,
        /// What it is.
        byte: u8,
    },
    /// A byte with a meaning is a line end.
    Newline {
        /// Which of them.
        option: &'static str,
    },
    /// A byte with a meaning is a space, and spaces are passed over.
    Space {
        /// Which of them.
        option: &'static str,
    },
    /// One byte has two meanings.
    Same {
        /// Which.
        options: [&'static str; 2],
        /// What it is.
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
            Self::Space { option } => {
                write!(f, "the {option} cannot be a space where spaces are passed over")
            }
            Self::Same { options: [first, second], byte } => {
                write!(f, "{first} and {second} are both {:?}", char::from(*byte))
            }
        }
    }
}

impl std::error::Error for OptionError {}
