//! A way from page to page, made ready.

use std::fmt;

use asyncgen_formats::json::Path;

use super::next::{Choose, Next};
use super::slot::{From, Slot, value_path};

/// [`Next`] with its texts read.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    /// Not known before the first page.
    Auto,
    Link,
    Url(From),
    Cursor {
        from: From,
        to: Slot,
    },
    Number {
        to: Slot,
        first: u64,
    },
    Offset {
        to: Slot,
        limit: Slot,
        size: Option<u64>,
    },
    Relay {
        path: Path,
        to: Slot,
    },
    By(Choose),
}

impl Way {
    pub(crate) fn of(next: &Next) -> Result<Self, String> {
        Ok(match next {
            Next::Auto => Self::Auto,
            Next::Link => Self::Link,
            Next::Pointer(path) => Self::Url(From::Path(value_path(path)?)),
            Next::Header(name) => Self::Url(From::parse(&format!("header:{name}"))?),
            Next::Cursor { from, to } => {
                Self::Cursor { from: From::parse(from)?, to: Slot::parse(to)? }
            }
            Next::Number { param, first } => {
                Self::Number { to: Slot::parse(param)?, first: *first }
            }
            Next::Offset { size: Some(0), .. } => {
                return Err("the size of a page must be 1 or more".to_owned());
            }
            Next::Offset { param, limit, size } => {
                Self::Offset { to: Slot::parse(param)?, limit: Slot::parse(limit)?, size: *size }
            }
            Next::Relay { path, to } => {
                Self::Relay { path: value_path(path)?, to: Slot::parse(to)? }
            }
            Next::By(choose) => Self::By(choose.clone()),
        })
    }

    /// Whether pages are counted: any page can be asked for without the one before it.
    pub(crate) fn counts(&self) -> bool {
        matches!(self, Self::Number { .. } | Self::Offset { .. })
    }

    /// A text that is parsed as this way, for one that a first page can show.
    pub(crate) fn to_text(&self) -> Option<String> {
        match self {
            Self::Link => Some("link".to_owned()),
            Self::Url(from) => Some(from.to_string()),
            Self::Cursor { from, to } => Some(format!("cursor:{to}={from}")),
            Self::Relay { path, to } => Some(format!("relay:{path}:{to}")),
            _ => None,
        }
    }

    /// Where in a page a cursor stands.
    pub(crate) fn cursor(&self) -> Option<Path> {
        match self {
            Self::Cursor { from: From::Path(path), .. } => Some(path.clone()),
            _ => None,
        }
    }

    /// Where the items are, if the way says so.
    pub(crate) fn items(&self) -> Result<Vec<Path>, String> {
        let Self::Relay { path, .. } = self else { return Ok(Vec::new()) };
        ["nodes", "edges[*].node"].map(|end| below(path, end)).into_iter().collect()
    }
}

/// What a person reads: `cursor: /next_cursor -> after`.
impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto: not known before the first page"),
            Self::Link => f.write_str("link: the Link header"),
            Self::Url(from) => write!(f, "url: {from}"),
            Self::Cursor { from, to } => write!(f, "cursor: {from} -> {to}"),
            Self::Number { to, first } => write!(f, "page: {to} from {first}"),
            Self::Offset { to, limit, size: None } => write!(f, "offset: {to}, {limit}"),
            Self::Offset { to, limit, size: Some(size) } => {
                write!(f, "offset: {to}, {limit} {size}")
            }
            Self::Relay { path, to } => write!(f, "relay: {path} -> {to}"),
            Self::By(_) => f.write_str("by a function"),
        }
    }
}

impl fmt::Display for From {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header:{name}"),
            Self::Path(path) => path.fmt(f),
        }
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Query(name) => f.write_str(name),
            Self::Body(path) => path.fmt(f),
            Self::Header(name) => write!(f, "header:{name}"),
        }
    }
}

/// The path that goes on from `path` with `end`.
fn below(path: &Path, end: &str) -> Result<Path, String> {
    let names = path.outer().iter().map(|name| format!("['{name}']"));
    Path::parse(&format!("${}.{end}", names.collect::<String>()))
}
