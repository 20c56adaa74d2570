//! `asyncgen chunks`.

use std::path::PathBuf;

use asyncgen_sources::Chunks;
use clap::Args;

use super::{common::SourceArgs, resume::ResumeArgs};
use crate::failure::Failure;

/// The largest chunk, 1 GiB: one is in memory as a whole.
const LARGEST: u64 = 1 << 30;

#[derive(Debug, Args)]
pub(crate) struct ChunksArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) resume: ResumeArgs,
    /// How many bytes a chunk has; the last of each SOURCE may have fewer
    #[arg(
        long,
        value_name = "BYTES",
        default_value_t = 65536,
        value_parser = clap::value_parser!(u64).range(1..=LARGEST)
    )]
    size: u64,
    /// Stop after N chunks; nothing beyond them is waited for
    #[arg(long, value_name = "N")]
    pub(crate) take: Option<u64>,
    /// Write to FILE, replacing it once there is something to write; - is standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

impl ChunksArgs {
    /// The source it describes.
    pub(crate) fn source(&self) -> Result<Chunks, Failure> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        Ok(asyncgen_sources::chunks(self.source.bytes()?, size))
    }
}
