//! What can go wrong in a source, and where.

use std::{fmt, io, sync::Arc};

use asyncgen_formats::Snippet;

/// A failure of a source: what, where, and the cause.
///
/// One pointer wide. `Display` prints the place and this level: `big.csv:4:51: record 3 has 2
/// fields, the header has 3`; the cause is in [`source`](std::error::Error::source). Secrets of a
/// URL (user info, query values) are not printed.
///
/// ```
/// use asyncgen_sources::{ErrorKind, Input, csv};
///
/// # async fn example() {
/// let mut rows = csv(Input::bytes("city,people\nBonn,332000\nUlm\n")).rows();
/// assert!(rows.next().await.unwrap().is_ok());
/// let error = rows.next().await.unwrap().unwrap_err();
/// assert_eq!(error.to_string(), "<bytes>:3:4: record 2 has 1 field, the header has 2");
/// assert!(matches!(error.kind(), ErrorKind::Decode(_)));
/// assert_eq!(error.snippet().unwrap().text, "Ulm");
/// # }
/// # pollster::block_on(example());
/// ```
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    place: Place,
    snippet: Option<Snippet>,
}

/// Where a failure is; what is not known, or has no meaning for the source, is `None`.
///
/// ```
/// use asyncgen_sources::{Input, lines};
///
/// # async fn example() {
/// let mut rows = lines(Input::bytes(&b"one\ntw\xff"[..])).rows();
/// assert!(rows.next().await.unwrap().is_ok());
/// let error = rows.next().await.unwrap().unwrap_err();
/// let place = error.place();
/// assert_eq!((place.record, place.line, place.column), (Some(2), Some(2), Some(3)));
/// assert_eq!((place.offset, &place.url, place.page), (Some(6), &None, None));
/// # }
/// # pollster::block_on(example());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The source's name: a path, `<bytes>`, `<stdin>`, or a URL without its secrets.
    pub source: Option<Arc<str>>,
    /// The line, counted from 1.
    pub line: Option<u64>,
    /// The column in the line, counted from 1, in characters.
    pub column: Option<u64>,
    /// The byte in the decoded source, counted from 0.
    pub offset: Option<u64>,
    /// The record or item, counted from 1; a header is not a record.
    pub record: Option<u64>,
    /// The URL asked, without its secrets.
    pub url: Option<Arc<str>>,
    /// The page, counted from 1.
    pub page: Option<u64>,
}

/// The kinds of failures.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes are not what the format asks for.
    Decode(asyncgen_formats::Error),
    /// The source could not be opened: missing, a directory, no permission.
    Open(io::Error),
    /// Reading failed half-way.
    Read(io::Error),
    /// The compressed data are corrupt or end too early.
    Compression(io::Error),
    /// No connection, or it broke and the retries are used up.
    Connect {
        /// The cause.
        error: Box<dyn std::error::Error + Send + Sync>,
        /// The attempts made.
        attempts: u32,
    },
    /// The server answered with a status that is not a success, and the retries are used up.
    Status {
        /// The HTTP status code.
        status: u16,
        /// The attempts made.
        attempts: u32,
    },
    /// The body is not JSON; `content_type` says what it claims to be, empty where it claims nothing.
    NotJson {
        /// The Content-Type of the response.
        content_type: String,
    },
    /// The body is no event stream; `content_type` says what it claims to be.
    NotEvents {
        /// The Content-Type of the response.
        content_type: String,
    },
    /// A page's body is longer than the limit.
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A next link or a redirect leads to another origin, where credentials must not go.
    CrossOrigin {
        /// The origin it leads to.
        to: String,
    },
    /// A page comes again: following it would never end.
    Loop {
        /// The page that comes again, without its secrets.
        next: String,
    },
    /// A next link or a redirect cannot be followed: not a URL, not http, or one redirect too many.
    BadLink {
        /// The link, without its secrets.
        link: String,
        /// Why.
        reason: &'static str,
    },
    /// A body looks like one page of many, and nothing known in it leads to the next.
    NextUnknown {
        /// What makes it look so: `has_more is true`.
        sign: String,
    },
    /// There are no credentials: the function that gives them has failed.
    Auth {
        /// Why.
        message: String,
    },
    /// A body without items tells of an error, though the status is that of a success.
    ErrorBody {
        /// The key that tells.
        key: &'static str,
    },
    /// A page does not say where the next one is, in the way that it should.
    Walk {
        /// What it says instead.
        message: String,
    },
    /// A record is not of the type that was asked for.
    Typed {
        /// The record or item, counted from 1.
        record: u64,
        /// Where in it, `owner.login`; empty where it is the whole.
        path: String,
        /// What is wrong there.
        message: String,
    },
    /// A page that broke off was another when it was asked for again, or when the source was
    /// resumed in it.
    Changed,
    /// What is to be resumed is not what it was.
    Stale {
        /// What is not as it was.
        message: String,
    },
    /// The source was asked for something it cannot do; found before any I/O.
    Usage(String),
    /// The process was forked: the threads that feed this source live in the parent alone.
    Forked,
    /// The producer of this source panicked; a bug, to be reported.
    Panicked(String),
}

impl Place {
    /// A place of which no more than the source is known.
    pub(crate) fn of(source: Arc<str>) -> Self {
        Self { source: Some(source), ..Self::default() }
    }
}

impl Error {
    /// A failure at `place`.
    pub fn new(kind: ErrorKind, place: Place) -> Self {
        Self(Box::new(Inner { kind, place, snippet: None }))
    }

    /// A fault that a decoder found in the source named `source`.
    pub fn decode(error: asyncgen_formats::Error, source: Arc<str>) -> Self {
        let position = error.position();
        let place = Place {
            source: Some(source),
            line: Some(position.line),
            column: Some(error.column()),
            offset: Some(position.offset),
            record: error.is_in_record().then_some(position.record + 1),
            ..Place::default()
        };
        let snippet = error.snippet().cloned();
        Self(Box::new(Inner { kind: ErrorKind::Decode(error), place, snippet }))
    }

    /// The same, with so many more records before it.
    #[must_use]
    pub(crate) fn behind(mut self, records: u64) -> Self {
        self.0.place.record = self.0.place.record.map(|record| record + records);
        if let ErrorKind::Decode(error) = self.0.kind {
            self.0.kind = ErrorKind::Decode(error.behind(records));
        }
        self
    }

    /// The same, in the body that `url` gave as page number `page`.
    #[must_use]
    pub(crate) fn on_page(mut self, url: Arc<str>, page: Option<u64>) -> Self {
        self.0.place.url = Some(url);
        self.0.place.page = page;
        self
    }

    /// The same, with a line of the bytes that it is about.
    #[must_use]
    pub(crate) fn showing(mut self, snippet: Option<Snippet>) -> Self {
        self.0.snippet = snippet;
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Where.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// The line of a fault in the bytes, to be shown with a caret.
    pub fn snippet(&self) -> Option<&Snippet> {
        self.0.snippet.as_ref()
    }

    /// The message without the place.
    pub fn message(&self) -> String {
        self.0.kind.to_string()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0.place, self.0.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            ErrorKind::Decode(error) => Some(error),
            ErrorKind::Open(error) | ErrorKind::Read(error) | ErrorKind::Compression(error) => {
                Some(error)
            }
            ErrorKind::Connect { error, .. } => Some(error.as_ref()),
            _ => None,
        }
    }
}

/// Prints `source:line:column: page N: ` as far as known, ready to stand before a message.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(source) = self.url.as_ref().or(self.source.as_ref()) else { return Ok(()) };
        f.write_str(source)?;
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, ":{line}:{column}")?;
        }
        f.write_str(": ")?;
        match self.page {
            Some(page) => write!(f, "page {page}: "),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tries = |attempts: &u32| match attempts {
            0 | 1 => String::new(),
            n => format!(" after {n} attempts"),
        };
        match self {
            Self::Decode(error) => error.fmt(f),
            Self::Open(error) => write!(f, "cannot open: {error}"),
            Self::Read(error) => write!(f, "cannot read: {error}"),
            Self::Compression(error) => write!(f, "bad compressed data: {error}"),
            Self::Connect { error, attempts } => {
                write!(f, "connection failed{}: {error}", tries(attempts))
            }
            Self::Status { status, attempts } => {
                write!(f, "the server answered {}{}", named(*status), tries(attempts))
            }
            Self::NotJson { content_type } if content_type.is_empty() => {
                f.write_str("the body is not JSON, and the server does not say what it is")
            }
            Self::NotJson { content_type } => {
                write!(f, "the body is not JSON, the server calls it {content_type}")
            }
            Self::NotEvents { content_type } if content_type.is_empty() => {
                f.write_str("the body is no event stream, and the server does not say what it is")
            }
            Self::NotEvents { content_type } => {
                write!(f, "the body is no event stream, the server calls it {content_type}")
            }
            Self::TooLarge { limit } => {
                write!(f, "the body is longer than the limit of {limit} bytes")
            }
            Self::CrossOrigin { to } => {
                write!(f, "refused to go to another origin, {to}")
            }
            Self::Loop { next } => write!(f, "the pages go in a circle, {next} comes again"),
            Self::BadLink { link, reason } => write!(f, "cannot follow {link}: {reason}"),
            Self::NextUnknown { sign } => write!(
                f,
                "this looks like one page of many ({sign}), but nothing known in it leads to the \
                 next; say with `next` where it is"
            ),
            Self::Auth { message } => write!(f, "no credentials: {message}"),
            Self::ErrorBody { key } => {
                write!(f, "the answer is a success, but it has no items and tells of an error, under {key}")
            }
            Self::Typed { record, path, message } if path.is_empty() => {
                write!(f, "record {record} is not as its type has it: {message}")
            }
            Self::Typed { record, path, message } => {
                write!(f, "record {record} is not as its type has it, at {path}: {message}")
            }
            Self::Changed => f.write_str(
                "the page has changed: the items that were handed out before are not where they were",
            ),
            Self::Stale { message } => write!(f, "it has changed: {message}"),
            Self::Walk { message } | Self::Usage(message) => f.write_str(message),
            Self::Forked => f.write_str("made before a fork; make a new source in this process"),
            Self::Panicked(message) => write!(f, "a bug in asyncgen, please report: {message}"),
        }
    }
}

/// A status with what it is called: `404 Not Found`.
fn named(status: u16) -> String {
    let known = reqwest::StatusCode::from_u16(status).ok();
    match known.and_then(|known| known.canonical_reason()) {
        Some(reason) => format!("{status} {reason}"),
        None => status.to_string(),
    }
}
