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
    /// FILE has a position: only what is new is written (to a file with -o, behind what is there, or >>)
    #[arg(long, value_name = "FILE")]
    position: Option<PathBuf>,
}

impl ResumeArgs {
    /// The position to go on at in `sources`, and what keeps the next one.
    pub(crate) fn open(
        self,
        sources: &[OsString],
    ) -> Result<(Option<String>, Option<Kept>), Failure> {
        let Some(path) = self.position else { return Ok((self.resume, None)) };
        if sources.iter().any(|source| source == "-") {
            let message = "--position: standard input cannot be gone on with, but a file or a URL";
            return Err(Failure::Usage(message.to_owned()));
        }
        let (token, written) = match fs::read_to_string(&path) {
            Ok(text) => Kept::parse(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (None, None),
            Err(error) => {
                return Err(Failure::Usage(format!("--position: {}: {error}", path.display())));
            }
        };
        let kept = Kept::new(path, token.is_some(), written);
        Ok((token, Some(kept)))
    }
}
