//! The file that keeps how far the output goes.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use asyncgen_sources::{Batches, Position};

use crate::failure::Failure;

/// Where a position is kept, and the last place that the output goes to.
#[derive(Debug)]
pub(crate) struct Kept {
    path: PathBuf,
    /// Whether there is output up to the position that was kept before.
    pub(crate) goes_on: bool,
    place: Option<Position>,
}

impl Kept {
    pub(crate) fn new(path: PathBuf, goes_on: bool) -> Self {
        Self { path, goes_on, place: None }
    }

    /// The records before `place` are on their way to the output.
    pub(crate) fn set(&mut self, place: Position) {
        self.place = Some(place);
    }

    /// Keeps the place, now that all before it is written: the file has the old position or the new one, whole.
    pub(crate) fn write(&self, batches: &Batches) -> Result<(), Failure> {
        let Some(place) = self.place else { return Ok(()) };
        let Some(token) = batches.token(place) else {
            let message = format!(
                "--position: {} cannot be gone on with: it is neither a file, nor at a server that \
                 says which version it has sent",
                batches.name()
            );
            return Err(Failure::Usage(message));
        };
        let token = token?;
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            writeln!(file, "{token}")?;
            file.as_file().sync_all()?;
            file.persist(&self.path)?;
            Ok(())
        };
        write().map_err(|error| Failure::Output { path: Some(self.path.clone()), error })
    }
}
