//! The file that keeps how far the output goes.
//!
//! Its first line is the position, to be resumed at; the second, where the output is a file that the command writes, the
//! length of that. What was written behind it, by a run that was killed, is cut off before the next run goes on.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use asyncgen_sources::{Batch, Batches, Position};

use crate::failure::Failure;

/// Where a position is kept, and the last place that the output goes to.
#[derive(Debug)]
pub(crate) struct Kept {
    path: PathBuf,
    /// Whether there is output up to the position that was kept before.
    pub(crate) goes_on: bool,
    /// How long it was, where it is a file that the command wrote.
    pub(crate) written: Option<u64>,
    /// Whether the records are events, which have an id in place of a position.
    of_events: bool,
    place: Option<Place>,
}

/// A place between two records.
#[derive(Debug)]
struct Place {
    position: Position,
    /// The id of the event before it.
    event: Option<String>,
}

impl Kept {
    pub(crate) fn new(path: PathBuf, goes_on: bool, written: Option<u64>) -> Self {
        Self { path, goes_on, written, of_events: false, place: None }
    }

    /// The same, of events.
    pub(crate) fn of_events(self) -> Self {
        Self { of_events: true, ..self }
    }

    /// The position in the text of a file, and the length of the output.
    pub(crate) fn parse(text: &str) -> (Option<String>, Option<u64>) {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let token = lines.next().map(str::to_owned);
        let length = lines.next().and_then(|line| line.strip_prefix(LENGTH)?.trim().parse().ok());
        (token, length)
    }

    /// The records of `batch` up to the one at `last` are on their way to the output; all rejects, where there is none.
    pub(crate) fn set(&mut self, batch: &Batch, last: Option<usize>) {
        let record = last.and_then(|last| batch.get(last));
        self.place = Some(Place {
            position: record.map_or(batch.end(), |record| record.end()),
            event: record
                .filter(|_| self.of_events)
                .and_then(|event| event.by_name("id"))
                .map(str::to_owned),
        });
    }

    /// Keeps the place, now that all before it is written to `output`: the file has the old position or the new one, whole.
    pub(crate) fn write(&self, batches: &Batches, output: Option<&Path>) -> Result<(), Failure> {
        let Some(place) = &self.place else { return Ok(()) };
        let position = place.position;
        let token = if let Some(id) = &place.event {
            batches.position_of_event(id)
        } else {
            batches.token(position).or_else(|| batches.position_after(position.record))
        };
        let Some(token) = token else {
            let message = format!(
                "--position: {} cannot be gone on with: it is neither a file, nor at a server that \
                 says which version it has sent",
                batches.name()
            );
            return Err(Failure::Usage(message));
        };
        let mut text = token? + "\n";
        if let Some(path) = output {
            let length = synced(path)
                .map_err(|error| Failure::Output { path: Some(path.to_owned()), error })?;
            text.extend([LENGTH, " ", &length.to_string(), "\n"]);
        }
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(&self.path)?;
            Ok(())
        };
        write().map_err(|error| Failure::Output { path: Some(self.path.clone()), error })
    }
}

/// What stands before the length of the output.
const LENGTH: &str = "output";

/// The length of a file, once all of it is on the disk; of what is no file, as `/dev/null`, there is none.
fn synced(path: &Path) -> io::Result<u64> {
    if !fs::metadata(path)?.is_file() {
        return Ok(0);
    }
    let file = File::open(path)?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}
