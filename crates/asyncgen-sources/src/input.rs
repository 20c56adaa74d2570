//! Where the bytes of a source come from.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use encoding_rs::Encoding;

use crate::bytes::feed::{FeedChunks, feed};
use crate::bytes::hand::{Hand, HandChunks};
use crate::compression::{Compression, Limits};
use crate::dialect::Dialect;
use crate::http::redact::redact_text;
use crate::text::Encoded;
use crate::{Error, ErrorKind, Feed, Malformed, Place, Request};

/// Where the bytes of a source come from: a path, an http(s) URL, bytes, stdin, a [`Feed`], or
/// [several](Input::several) of them.
///
/// A `&str` or `String` that begins with `http://` or `https://` is a URL, any other is a path; a
/// [`Path`] is always a path. Gzip, zstd, bzip2 and xz are recognised by their first bytes, wherever they come
/// from.
/// Nothing is opened before the first poll.
///
/// ```
/// use std::path::Path;
/// use asyncgen_sources::{Input, csv};
///
/// csv("table.csv.gz");
/// csv("https://example.org/table.csv");
/// csv(Path::new("https://is.a/folder"));
/// csv(Input::from("never-a-url.csv").http(false));
/// csv(Input::bytes("a,b\n1,2\n"));
/// csv(Input::stdin());
/// ```
#[derive(Debug)]
pub struct Input {
    kind: Kind,
    http: bool,
    reading: Reading,
}

/// How the bytes are to be read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reading {
    pub(crate) compression: Compression,
    pub(crate) limits: Limits,
    pub(crate) encoded: Encoded,
    /// Whether what was not said of the dialect is worked out: positions tell it then.
    pub(crate) detect: bool,
    /// Whether they are no text, and stay as they are.
    pub(crate) as_is: bool,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Path(PathBuf),
    Url(String),
    Request(Box<Request>),
    Bytes(Bytes),
    Stdin,
    Feed(FeedChunks, Arc<str>),
    Hand(HandChunks, Arc<str>),
    /// One after the other.
    Several(Vec<Input>),
}

impl Input {
    fn new(kind: Kind) -> Self {
        Self { kind, http: true, reading: Reading::default() }
    }

    /// Bytes in memory.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::new(Kind::Bytes(bytes.into()))
    }

    /// Several inputs, read one after the other: each is opened when the one before has ended, each record
    /// and each error knows its file ([`Position::file`](crate::Position::file)), and of CSV each has the header of the
    /// first. What is said of the bytes, of their compression say, is said of all.
    /// An empty list is an error at the first poll; lists in it are taken apart.
    ///
    /// ```
    /// use asyncgen_sources::{Input, lines};
    ///
    /// # async fn example() -> Result<(), asyncgen_sources::Error> {
    /// let input = Input::several([Input::bytes("one\ntwo"), Input::bytes("three\n")]);
    /// let mut rows = lines(input).rows();
    /// let mut all = Vec::new();
    /// while let Some(row) = rows.next().await {
    ///     let row = row?;
    ///     all.push((row.record().position().file, row.get(0).unwrap().to_owned()));
    /// }
    /// assert_eq!(all, [(0, "one".into()), (0, "two".into()), (1, "three".into())]);
    /// # Ok(())
    /// # }
    /// # pollster::block_on(example()).unwrap();
    /// ```
    pub fn several<I>(inputs: impl IntoIterator<Item = I>) -> Self
    where
        I: Into<Self>,
    {
        Self::new(Kind::Several(inputs.into_iter().map(Into::into).collect()))
    }

    /// The process's standard input. Its flags stay as they are.
    ///
    /// A few chunks may be read and not used when the source is left early.
    pub fn stdin() -> Self {
        Self::new(Kind::Stdin)
    }

    /// Bytes pushed by a thread of the caller; errors call the source `name`.
    ///
    /// It fails when the process may open no more descriptors.
    pub fn feed(name: impl Into<Arc<str>>) -> io::Result<(Feed, Self)> {
        let (feed, chunks) = feed()?;
        Ok((feed, Self::new(Kind::Feed(chunks, name.into()))))
    }

    /// Bytes that the consumer gives when the source asks for them; errors call the source `name`.
    #[doc(hidden)]
    pub fn by_hand(name: impl Into<Arc<str>>) -> (Hand, Self) {
        let hand = Hand::default();
        let chunks = HandChunks::new(hand.clone());
        (hand, Self::new(Kind::Hand(chunks, name.into())))
    }

    /// Whether the consumer gives the bytes: then it has to decode them as well.
    pub(crate) fn is_by_hand(&self) -> bool {
        matches!(self.kind, Kind::Hand(..))
    }

    /// Whether a URL may be asked for; it may, unless this says no. A refused URL is an error of
    /// the first poll, it is not taken as a path.
    #[must_use]
    pub fn http(mut self, allowed: bool) -> Self {
        self.http = allowed;
        self
    }

    /// How the bytes are compressed; as they say themselves, unless set.
    #[must_use]
    pub fn compression(mut self, compression: Compression) -> Self {
        self.reading.compression = compression;
        self
    }

    /// The most bytes that compressed bytes may decode to; more is an error there.
    #[must_use]
    pub fn max_decoded(mut self, bytes: impl Into<Option<u64>>) -> Self {
        self.reading.limits.decoded = bytes.into();
        self
    }

    /// The most times their length that compressed bytes may decode to, looked at from 1 MiB on; more
    /// is an error there. None at all is one of the first poll.
    #[must_use]
    pub fn max_ratio(mut self, ratio: impl Into<Option<u64>>) -> Self {
        self.reading.limits.ratio = ratio.into();
        self
    }

    /// The encoding of the text, by a name that the Encoding Standard knows: `utf-16le`,
    /// `windows-1252`, `shift_jis`. UTF-8 unless set, or UTF-16 where its byte order mark says so.
    ///
    /// ```
    /// use asyncgen_sources::{Input, lines};
    ///
    /// # async fn example() -> Result<(), asyncgen_sources::Error> {
    /// let input = Input::bytes(&b"K\xf6ln\n"[..]).encoding("windows-1252")?;
    /// let mut rows = lines(input).rows();
    /// assert_eq!(rows.next().await.unwrap()?.get(0), Some("Köln"));
    /// # Ok(())
    /// # }
    /// # pollster::block_on(example()).unwrap();
    /// ```
    pub fn encoding(mut self, name: &str) -> Result<Self, Error> {
        let Some(encoding) = Encoding::for_label(name.as_bytes()) else {
            let kind = ErrorKind::Usage(format!("no encoding is called {name:?}"));
            return Err(Error::new(kind, Place::default()));
        };
        self.reading.encoded.encoding = Some(encoding);
        Ok(self)
    }

    /// What becomes of bytes that are no text in the encoding; they are an error unless set.
    #[must_use]
    pub fn malformed(mut self, malformed: Malformed) -> Self {
        self.reading.encoded.malformed = malformed;
        self
    }

    /// Says that the dialect is worked out; `known` is what was worked out already. What was said of
    /// the encoding stands.
    pub(crate) fn detect(mut self, known: Option<&Dialect>) -> Self {
        self.reading.detect = true;
        let encoded = &mut self.reading.encoded;
        match known {
            Some(dialect) => {
                let named = Encoding::for_label(dialect.encoding.as_bytes());
                encoded.encoding = encoded.encoding.or(named);
                encoded.guess = false;
            }
            None => encoded.guess = true,
        }
        self
    }

    /// The bytes as they are, whatever text they may be.
    pub(crate) fn raw(mut self) -> Self {
        self.reading.as_is = true;
        self
    }

    /// The same input once more, where it can be opened twice.
    pub(crate) fn again(&self) -> Option<Self> {
        let kind = match &self.kind {
            Kind::Path(path) => Kind::Path(path.clone()),
            Kind::Bytes(bytes) => Kind::Bytes(bytes.clone()),
            Kind::Url(url) => Kind::Url(url.clone()),
            Kind::Request(request) => Kind::Request(request.clone()),
            _ => return None,
        };
        Some(Self { kind, ..*self })
    }

    /// Whether it is asked for at a server.
    pub(crate) fn is_url(&self) -> bool {
        matches!(self.kind, Kind::Url(_) | Kind::Request(_))
    }

    /// The files of it, all to be read in its way; `false` where it is one by itself.
    pub(crate) fn into_files(self) -> (Vec<Self>, bool) {
        let Self { kind: Kind::Several(inputs), http, reading } = self else {
            return (vec![self], false);
        };
        let files = inputs.into_iter().flat_map(|input| input.into_files().0);
        (files.map(|file| Self { http: http && file.http, reading, ..file }).collect(), true)
    }

    /// The bytes it has, as they are stored, where that can be told without reading it.
    pub(crate) fn size(&self) -> Option<u64> {
        match &self.kind {
            Kind::Path(path) => {
                let metadata = std::fs::metadata(path).ok()?;
                metadata.is_file().then_some(metadata.len())
            }
            Kind::Bytes(bytes) => Some(bytes.len() as u64),
            _ => None,
        }
    }

    pub(crate) fn reading(&self) -> Reading {
        self.reading
    }

    /// What errors call it.
    pub(crate) fn name(&self) -> Arc<str> {
        match &self.kind {
            // As of a variable that is not set: an error that begins with ": " names nothing.
            Kind::Path(path) if path.as_os_str().is_empty() => "''".into(),
            Kind::Path(path) => path.to_string_lossy().into(),
            Kind::Url(url) => redact_text(url).into(),
            Kind::Request(request) => redact_text(&request.request.url).into(),
            Kind::Bytes(_) => "<bytes>".into(),
            Kind::Stdin => "<stdin>".into(),
            Kind::Feed(_, name) | Kind::Hand(_, name) => Arc::clone(name),
            Kind::Several(inputs) => match &inputs[..] {
                [] => "<no file>".into(),
                [one] => one.name(),
                [first, others @ ..] => {
                    format!("{} and {} more", first.name(), others.len()).into()
                }
            },
        }
    }

    pub(crate) fn into_kind(self) -> Result<Kind, ErrorKind> {
        self.reading.limits.check_usage()?;
        match self.kind {
            Kind::Url(_) | Kind::Request(_) if !self.http => {
                Err(ErrorKind::Usage("URLs are refused here (http = false)".to_owned()))
            }
            kind => Ok(kind),
        }
    }
}

impl From<&str> for Input {
    fn from(place: &str) -> Self {
        Self::from(place.to_owned())
    }
}

impl From<String> for Input {
    fn from(place: String) -> Self {
        Self::new(if is_url(&place) { Kind::Url(place) } else { Kind::Path(place.into()) })
    }
}

impl From<&String> for Input {
    fn from(place: &String) -> Self {
        Self::from(place.clone())
    }
}

impl From<&Path> for Input {
    fn from(path: &Path) -> Self {
        Self::from(path.to_path_buf())
    }
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        Self::new(Kind::Path(path))
    }
}

impl From<Vec<PathBuf>> for Input {
    fn from(paths: Vec<PathBuf>) -> Self {
        Self::several(paths)
    }
}

impl From<&PathBuf> for Input {
    fn from(path: &PathBuf) -> Self {
        Self::from(path.clone())
    }
}

impl From<Request> for Input {
    fn from(request: Request) -> Self {
        Self::new(Kind::Request(Box::new(request)))
    }
}

fn is_url(place: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        place.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}
