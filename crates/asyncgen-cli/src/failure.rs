//! Why the command ended before its end.

use std::{fmt, io, path::PathBuf};

use asyncgen_sources::{Error, ErrorKind};

/// The exit codes.
pub(crate) mod exit {
    pub(crate) const OK: u8 = 0;
    pub(crate) const FAILED: u8 = 1;
    pub(crate) const USAGE: u8 = 2;
    /// What shells report for a process ended by signal n: 128 + n.
    pub(crate) const SIGNAL: u8 = 128;
}

/// Why the command ended before its end. `Display` is the one line that a user reads first.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The source failed.
    Source(Error),
    /// A record is fine for the source, but not for what is asked of it.
    Record { place: String, message: String },
    /// The command cannot do what it was asked.
    Usage(String),
    /// Writing failed.
    Output { path: Option<PathBuf>, error: io::Error },
    /// It ended for the first reason, and what came before could not be written for the second.
    Both(Box<Failure>, Box<Failure>),
    /// Whoever read the output has gone: nothing failed, there is nothing left to do.
    ReaderGone,
    /// A signal asked for the end.
    Signal(u8),
    /// The demo could not set itself up.
    Demo { doing: &'static str, error: io::Error },
    /// No runtime could be started: no more descriptors, most likely.
    Runtime(io::Error),
}

impl Failure {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => exit::USAGE,
            Self::Source(error) if matches!(error.kind(), ErrorKind::Usage(_)) => exit::USAGE,
            Self::ReaderGone => exit::OK,
            Self::Signal(number) => exit::SIGNAL + number,
            Self::Both(first, _) => first.exit_code(),
            _ => exit::FAILED,
        }
    }

    /// This failure, and that of `written`: who is told of a fault believes that all before it is
    /// there. A failure to write is the same one both times.
    pub(crate) fn and(self, written: Result<(), Self>) -> Self {
        match (self, written) {
            (first @ Self::Output { .. }, _) => first,
            (first, Err(second @ Self::Output { .. })) => {
                Self::Both(Box::new(first), Box::new(second))
            }
            (first, _) => first,
        }
    }

    /// A failure of writing to `path`, or to stdout.
    pub(crate) fn output(path: Option<PathBuf>, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderGone,
            _ => Self::Output { path, error },
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(error) => error.fmt(f),
            Self::Record { place, message } => write!(f, "{place}: {message}"),
            Self::Usage(message) => f.write_str(message),
            Self::Output { path: Some(path), error } => {
                write!(f, "{}: cannot write: {error}", path.display())
            }
            Self::Output { path: None, error } => write!(f, "<stdout>: cannot write: {error}"),
            Self::Both(first, second) => write!(f, "{first}\n{second}"),
            Self::ReaderGone => f.write_str("the reader of the output has gone"),
            Self::Signal(number) => write!(f, "ended by signal {number}"),
            Self::Demo { doing, error } => write!(f, "demo: {doing}: {error}"),
            Self::Runtime(error) => write!(f, "cannot start the runtime: {error}"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Source(error)
    }
}
