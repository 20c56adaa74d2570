//! Where records go that are passed over: a JSON object a line.

use std::path::PathBuf;

use asyncgen_sources::Reject;
use serde::Serialize;

use crate::{
    failure::Failure,
    target::{Opened, Target},
};

/// A file for them, opened for the first of them, or at the end.
#[derive(Debug)]
pub(crate) struct Rejects {
    target: Target,
    opened: Option<Opened>,
}

/// One of them, as it is written.
#[derive(Debug, Serialize)]
struct Told<'r> {
    source: &'r str,
    record: u64,
    line: u64,
    offset: u64,
    end: u64,
    column: u64,
    kind: &'static str,
    message: String,
    raw: &'r str,
}

impl Rejects {
    /// A file that is gone on with, or emptied; `output` is where the others go.
    pub(crate) fn new(path: PathBuf, goes_on: bool, output: &Target) -> Result<Self, Failure> {
        let target = Target::new(Some(path));
        if target.path() == output.path() {
            let message = "--rejects: it is the output as well; write to another file";
            return Err(Failure::Usage(message.to_owned()));
        }
        let target = if goes_on { target.behind(None) } else { target };
        Ok(Self { target, opened: None })
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// Writes `rejects`, each with the name of the file it is in.
    pub(crate) fn write<'r>(
        &mut self,
        rejects: impl Iterator<Item = (&'r Reject, &'r str)>,
    ) -> Result<(), Failure> {
        let mut lines = Vec::new();
        for (reject, source) in rejects {
            let (start, error) = (reject.start(), reject.error());
            let told = Told {
                source,
                record: error.position().record + 1,
                line: start.line,
                offset: start.offset,
                end: reject.end(),
                column: error.column(),
                kind: error.kind().name(),
                message: error.to_string(),
                raw: reject.raw(),
            };
            // Writing to memory, and these always serialise: there is no error to have.
            let _ = serde_json::to_writer(&mut lines, &told);
            lines.push(b'\n');
        }
        let failed = |error| Failure::output(self.target.path().map(Into::into), error);
        let opened = match &mut self.opened {
            Some(opened) => opened,
            none => none.insert(self.target.open().map_err(failed)?),
        };
        opened.write_all(&lines).map_err(failed)
    }
}
