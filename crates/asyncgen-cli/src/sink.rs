//! The writing end: a thread, so that a reader that is slow or stuck never keeps Ctrl-C, the
//! progress bar or the source waiting.

use std::{
    io, mem,
    path::{Path, PathBuf},
    sync::mpsc as std_mpsc,
    thread,
    time::Duration,
};

use tokio::sync::{mpsc, oneshot};

use crate::{failure::Failure, target::Target};

/// How many full buffers may wait for the writer. One is being written, one waits, one is being
/// filled: more would only add memory.
const QUEUE: usize = 1;

/// How much is gathered before it is written; below 64 KiB the hops between threads show, above
/// 1 MiB the caches do.
const FULL: usize = 256 * 1024;

/// How long the writer may take to write what is queued once the user wants out. A disk needs
/// milliseconds; a pipe that nobody reads would take for ever.
const GRACE: Duration = Duration::from_millis(250);

/// Takes whole records and writes them in order.
///
/// Nothing is opened, and so no file is emptied, before the first [`flush`](Sink::flush).
#[derive(Debug)]
pub(crate) struct Sink {
    target: Target,
    /// Whole records, not yet handed to the writer.
    buf: Vec<u8>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Nothing has been written: the file is as it was.
    Untouched,
    Open(Writer),
    /// The writer has failed and told so. What comes now is dropped.
    Failed,
}

#[derive(Debug)]
struct Writer {
    full: mpsc::Sender<Vec<u8>>,
    spare: std_mpsc::Receiver<Vec<u8>>,
    done: oneshot::Receiver<io::Result<()>>,
}

impl Sink {
    pub(crate) fn new(target: Target) -> Self {
        Self { target, buf: Vec::new(), state: State::Untouched }
    }

    /// The path, of a file.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        self.target.path().map(Path::to_owned)
    }

    /// Where the next records are to be put: whole ones only, whenever somebody else may run.
    pub(crate) fn buf(&mut self) -> &mut Vec<u8> {
        &mut self.buf
    }

    /// Whether there is enough to be worth a write.
    pub(crate) fn is_full(&self) -> bool {
        self.buf.len() >= FULL
    }

    /// Whether there is something that the writer has not been given.
    pub(crate) fn is_dirty(&self) -> bool {
        !self.buf.is_empty()
    }

    /// Whether nothing has been put in, ever.
    pub(crate) fn is_untouched(&self) -> bool {
        self.buf.is_empty() && matches!(self.state, State::Untouched)
    }

    /// Gives the writer what there is, once it has room.
    ///
    /// # Cancel safety
    /// Dropped before its end it has handed over nothing, and nothing is lost.
    pub(crate) async fn flush(&mut self) -> Result<(), Failure> {
        if matches!(self.state, State::Untouched) {
            self.state = State::Open(Writer::start(&self.target)?);
        }
        let State::Open(writer) = &mut self.state else { return Ok(()) };
        let Ok(room) = writer.full.reserve().await else { return Err(self.failed().await) };
        let mut empty = writer.spare.try_recv().unwrap_or_default();
        empty.clear();
        room.send(mem::replace(&mut self.buf, empty));
        Ok(())
    }

    /// Waits until the writer has failed: its reader has gone, the disk is full.
    pub(crate) async fn failed(&mut self) -> Failure {
        let State::Open(writer) = &mut self.state else { return std::future::pending().await };
        let result = (&mut writer.done).await;
        self.state = State::Failed;
        self.failure(match result {
            Ok(Err(error)) => error,
            Ok(Ok(())) | Err(_) => writer_gone(),
        })
    }

    /// Writes the rest and waits until all is written.
    pub(crate) async fn finish(mut self) -> Result<(), Failure> {
        self.flush().await?;
        let State::Open(writer) = mem::replace(&mut self.state, State::Failed) else {
            return Ok(());
        };
        drop(writer.full);
        writer
            .done
            .await
            .unwrap_or_else(|_| Err(writer_gone()))
            .map_err(|error| self.failure(error))
    }

    /// Writes the rest, but does not wait long for a reader that is stuck; says whether all is written.
    pub(crate) async fn finish_soon(self) -> Result<bool, Failure> {
        match tokio::time::timeout(GRACE, self.finish()).await {
            Ok(written) => written.map(|()| true),
            Err(_) => Ok(false),
        }
    }

    fn failure(&self, error: io::Error) -> Failure {
        Failure::output(self.target.path().map(Into::into), error)
    }
}

impl Writer {
    fn start(target: &Target) -> Result<Self, Failure> {
        let failed = |error| Failure::output(target.path().map(Into::into), error);
        let opened = target.open().map_err(failed)?;
        let (full, mut buffers) = mpsc::channel::<Vec<u8>>(QUEUE);
        let (give_back, spare) = std_mpsc::channel();
        let (tell, done) = oneshot::channel();
        thread::Builder::new()
            .name("asyncgen-writer".to_owned())
            .spawn(move || {
                let mut result = Ok(());
                while let (Ok(()), Some(buf)) = (&result, buffers.blocking_recv()) {
                    result = opened.write_all(&buf);
                    // The sink is gone once the command is; then nobody needs the buffer.
                    let _ = give_back.send(buf);
                }
                drop(opened);
                let _ = tell.send(result);
            })
            .map_err(failed)?;
        Ok(Self { full, spare, done })
    }
}

fn writer_gone() -> io::Error {
    io::Error::other("the writing thread is gone")
}
