//! Going on where a command has stopped.

use std::{ffi::OsString, fs, io, path::PathBuf};

use clap::Args;

use crate::{failure::Failure, position::Kept};

/// Where to go on, and where to keep that.
#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    /// Go on at a position that --position has kept, of the same SOURCE
    #[arg(long, value_name = "POSITION", conflicts_with = "position")]
    resume: Option<String>,
    /// Keep in FILE how far the output goes, at the end and when it is interrupted, and go on there if
    /// FILE has a position: only what is new is written (to a file, with >>)
    #[arg(long, value_name = "FILE")]
    position: Option<PathBuf>,
}

impl ResumeArgs {
    /// The position to go on at, and what keeps the next one.
    pub(crate) fn open(
        self,
        sources: &[OsString],
    ) -> Result<(Option<String>, Option<Kept>), Failure> {
        let Some(path) = self.position else { return Ok((self.resume, None)) };
        if sources.iter().any(|source| source == "-") {
            let message = "--position: standard input cannot be gone on with, but a file or a URL";
            return Err(Failure::Usage(message.to_owned()));
        }
        let token = match fs::read_to_string(&path) {
            Ok(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                return Err(Failure::Usage(format!("--position: {}: {error}", path.display())));
            }
        };
        let kept = Kept::new(path, token.is_some());
        Ok((token, Some(kept)))
    }
}
