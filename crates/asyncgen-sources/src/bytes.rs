//! Chunks of bytes from wherever they come.

pub(crate) mod feed;
mod file;
pub(crate) mod hand;
pub(crate) mod http;
mod memory;
mod nonblocking;
mod open;
mod ranged;
pub(crate) mod version;
mod watch;

use std::fs::File;
use std::sync::Arc;
use std::{io, mem};

use bytes::Bytes;

use self::feed::FeedChunks;
use self::file::FileChunks;
use self::hand::HandChunks;
use self::http::HttpChunks;
use self::memory::Slices;
use self::nonblocking::NonblockingChunks;
use self::open::{Opened, open};
use self::ranged::Ranged;
use self::version::Version;
use self::watch::Watch;
use crate::compression::Coding;
use crate::http::options::Ready;
use crate::http::{Caller, Request, parse};
use crate::input::Kind;
use crate::progress::Shared;
use crate::resume::Stored;
use crate::{Error, ErrorKind, Input, Place};

/// The bytes that are read, and decoded into one batch, at a time. With less, the hop between
/// threads shows, which costs as much as reading that many bytes; with more, a batch falls out of
/// the processor's cache, and the first record comes later.
pub(crate) const CHUNK: usize = 256 * 1024;

/// Where an input is gone on with.
#[derive(Debug)]
pub(crate) struct Start {
    /// The stored bytes that are passed over.
    pub(crate) offset: u64,
    /// What is at a URL must be this.
    pub(crate) version: Option<Version>,
}

/// The bytes of an input as stored, counted as they come.
#[derive(Debug)]
pub(crate) struct Chunks {
    from: From,
    /// What is known of the place of an error, save the byte.
    place: Place,
    read: u64,
    shared: Arc<Shared>,
    /// What is read, where it can be read again.
    stored: Option<Stored>,
    /// Of a file, who looks out for others that write to it.
    watch: Option<Watch>,
    /// What was seen to be wrong with bytes that were copied, and is told by the next call.
    fault: Option<Error>,
    coding: Option<Coding>,
    /// Whether the end was seen: nobody is asked for more then.
    ended: bool,
    /// How many there are, where that is known.
    total: Option<u64>,
}

#[derive(Debug)]
enum From {
    File(FileChunks),
    Nonblocking(NonblockingChunks),
    Memory(Slices),
    /// Pieces of any size, and the one that is being handed out.
    Pieces(Pieces, Slices),
}

#[derive(Debug)]
enum Pieces {
    Feed(FeedChunks),
    Hand(HandChunks),
    Http(Box<HttpChunks>),
    Ranged(Box<Ranged>),
}

impl Pieces {
    /// The next one; `at` gives an error its place, where it has none.
    async fn next(&mut self, at: impl FnOnce(io::Error) -> Error) -> Result<Option<Bytes>, Error> {
        match self {
            Self::Feed(chunks) => chunks.next().await.map_err(at),
            Self::Hand(chunks) => chunks.next().await.map_err(at),
            Self::Http(chunks) => chunks.next().await.map_err(at),
            Self::Ranged(chunks) => chunks.next().await,
        }
    }
}

impl Chunks {
    /// Opens `input`, of which errors speak as `name`, at its beginning or at `start`, where it can be
    /// read again.
    pub(crate) async fn open(
        input: Input,
        name: Arc<str>,
        shared: Arc<Shared>,
        start: Option<&Start>,
    ) -> Result<Self, Error> {
        let place = Place::of(name);
        let at = |kind| Error::new(kind, place.clone());
        let (mut stored, mut watch, mut total) = (None, None, None);
        let from = match input.into_kind().map_err(at)? {
            Kind::Path(path) => {
                match open(path).await.map_err(|error| at(ErrorKind::Open(error)))? {
                    Opened::File(chunks, length) => {
                        total = Some(length);
                        let file = chunks.again().map(|again| Arc::new(File::from(again)));
                        watch = file.clone().and_then(|file| Watch::new(file).ok());
                        stored = file.map(Stored::from);
                        From::File(chunks)
                    }
                    Opened::Endless(chunks) => From::File(chunks),
                    Opened::Nonblocking(chunks) => From::Nonblocking(chunks),
                }
            }
            Kind::Url(url) => {
                let url = parse(&url).map_err(at)?;
                let caller = Arc::new(Caller::plain(url.clone(), Arc::clone(&shared)));
                return Self::asked(caller, Request::get(url), place, shared, start).await;
            }
            Kind::Request(request) => {
                let Ready { caller, first, .. } =
                    request.request.ready("*/*", &shared).map_err(at)?;
                return Self::asked(caller, first, place, shared, start).await;
            }
            Kind::Bytes(bytes) => {
                total = Some(bytes.len() as u64);
                stored = Some(Stored::Bytes(bytes.clone()));
                From::Memory(Slices::from(bytes))
            }
            Kind::Stdin => {
                From::File(FileChunks::stdin().map_err(|error| at(ErrorKind::Open(error)))?)
            }
            Kind::Feed(chunks, _) => From::Pieces(Pieces::Feed(chunks), Slices::default()),
            Kind::Hand(chunks, _) => From::Pieces(Pieces::Hand(chunks), Slices::default()),
            Kind::Several(_) => return Err(at(ErrorKind::Usage("it is several files".to_owned()))),
        };
        let mut opened = Self {
            from,
            place,
            read: 0,
            shared,
            stored,
            watch,
            fault: None,
            coding: None,
            ended: false,
            total,
        };
        opened.seek(start.map_or(0, |start| start.offset))?;
        Ok(opened)
    }

    /// The body of the answer to `request`.
    async fn asked(
        caller: Arc<Caller>,
        request: Request,
        place: Place,
        shared: Arc<Shared>,
        start: Option<&Start>,
    ) -> Result<Self, Error> {
        let chunks = Ranged::open(caller, request, place.clone(), start).await?;
        Ok(Self {
            coding: chunks.coding(),
            total: chunks.length(),
            stored: chunks.version().cloned().map(Stored::Version),
            from: From::Pieces(Pieces::Ranged(Box::new(chunks)), Slices::default()),
            place,
            read: start.map_or(0, |start| start.offset),
            shared,
            watch: None,
            fault: None,
            ended: false,
        })
    }

    /// The body of a response.
    pub(crate) fn of_body(chunks: HttpChunks, place: Place, shared: Arc<Shared>) -> Self {
        let total = chunks.length();
        Self {
            coding: chunks.coding(),
            from: From::Pieces(Pieces::Http(Box::new(chunks)), Slices::default()),
            place,
            read: 0,
            shared,
            stored: None,
            watch: None,
            fault: None,
            ended: false,
            total,
        }
    }

    /// How many bytes there are, where that is known.
    pub(crate) fn total(&self) -> Option<u64> {
        self.total
    }

    /// How a server says that it has packed them, where their first bytes do not tell.
    pub(crate) fn coding(&self) -> Option<Coding> {
        self.coding
    }

    /// What is not read yet, for another place that reads it; all else that is known stays here too.
    pub(crate) fn take_rest(&mut self) -> Self {
        let rest = Self {
            from: mem::replace(&mut self.from, From::Memory(Slices::default())),
            place: self.place.clone(),
            shared: Arc::clone(&self.shared),
            stored: None,
            watch: self.watch.take(),
            fault: self.fault.take(),
            ..*self
        };
        self.ended = true;
        rest
    }

    /// Whether the consumer gives them.
    pub(crate) fn is_by_hand(&self) -> bool {
        matches!(self.from, From::Pieces(Pieces::Hand(_), _))
    }

    /// Goes on at `offset`, where nothing was read; of what cannot be read again that is the beginning.
    fn seek(&mut self, offset: u64) -> Result<(), Error> {
        if offset == 0 {
            return Ok(());
        }
        let sought = match &mut self.from {
            From::File(chunks) => chunks.seek(offset),
            From::Memory(slices) => {
                slices.seek(offset);
                Ok(())
            }
            _ => Ok(()),
        };
        self.read = offset;
        sought.map_err(|error| Error::new(ErrorKind::Read(error), self.place.clone()))
    }

    /// What is read, where it can be read again; once.
    pub(crate) fn take_stored(&mut self) -> Option<Stored> {
        self.stored.take()
    }

    /// What is known of the place of an error.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// How many of the next bytes are to come from a file, never more than [`CHUNK`].
    pub(crate) fn in_file(&self) -> usize {
        match (&self.from, self.total) {
            (From::File(_), Some(total)) => {
                usize::try_from(total.saturating_sub(self.read)).unwrap_or(CHUNK).min(CHUNK)
            }
            _ => 0,
        }
    }

    /// Copies the next bytes of a file to `room`, as far as the system has them in memory: how many. Where it is none,
    /// [`next`](Self::next) knows more.
    pub(crate) fn copy_cached(&mut self, room: &mut [u8]) -> usize {
        let count = match &self.from {
            From::File(chunks) => chunks.copy_cached(room),
            _ => 0,
        };
        let (place, read) = (&self.place, self.read);
        if count > 0
            && let Some(watch) = &mut self.watch
            && let Err(kind) = look(watch, read, &room[..count])
        {
            self.fault = Some(Error::new(kind, Place { offset: Some(read), ..place.clone() }));
            return 0;
        }
        self.shared.add_bytes(count);
        self.read += count as u64;
        count
    }

    /// The next bytes, never more than [`CHUNK`]; none at the end.
    pub(crate) async fn next(&mut self) -> Result<&[u8], Error> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        if self.ended {
            return Ok(&[]);
        }
        let (place, read) = (&self.place, self.read);
        let failed = |kind| Error::new(kind, Place { offset: Some(read), ..place.clone() });
        let at = |error| failed(ErrorKind::Read(error));
        let bytes = match &mut self.from {
            From::File(chunks) => chunks.next().await.map_err(at)?,
            From::Nonblocking(chunks) => chunks.next().await.map_err(at)?,
            From::Memory(slices) => slices.next(),
            From::Pieces(pieces, slices) => loop {
                if !slices.is_empty() {
                    break slices.next();
                }
                match pieces.next(at).await? {
                    Some(bytes) => slices.refill(bytes),
                    None => break &[],
                }
            },
        };
        if let Some(watch) = &mut self.watch {
            look(watch, read, bytes).map_err(failed)?;
        }
        self.shared.add_bytes(bytes.len());
        self.read += bytes.len() as u64;
        self.ended = bytes.is_empty();
        Ok(bytes)
    }

    /// As [`next`](Self::next), to be kept: what has come as a piece is not copied.
    pub(crate) async fn next_kept(&mut self) -> Result<Bytes, Error> {
        let is_shared = matches!(self.from, From::Memory(_) | From::Pieces(..));
        let chunk = self.next().await?;
        if !is_shared {
            return Ok(Bytes::copy_from_slice(chunk));
        }
        let length = chunk.len();
        Ok(match &self.from {
            From::Memory(slices) | From::Pieces(_, slices) => slices.last(length),
            From::File(_) | From::Nonblocking(_) => unreachable!("they are not shared"),
        })
    }
}

/// Has the file looked at, of which `bytes` were read at `read`.
fn look(watch: &mut Watch, read: u64, bytes: &[u8]) -> Result<(), ErrorKind> {
    let looked = watch.look(read, bytes).map_err(ErrorKind::Read)?;
    looked.map_err(|changed| ErrorKind::Stale { message: changed.message() })
}
