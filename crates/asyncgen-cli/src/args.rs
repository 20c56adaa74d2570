//! What can be asked of the command.

mod chunks;
mod common;
mod csv;
mod pages;
mod request;
mod resume;
mod sse;
mod types;

use asyncgen_sources::{Lines, Ndjson};
use clap::{Args as ClapArgs, Parser, Subcommand};

pub(crate) use chunks::ChunksArgs;
use common::{FaultArgs, LimitArgs, SourceArgs, TextArgs, set};
pub(crate) use common::{Names, OutputArgs, SelectArgs, To};
pub(crate) use csv::CsvArgs;
pub(crate) use pages::PagesArgs;
use resume::ResumeArgs;
pub(crate) use sse::SseArgs;
use types::TypesArgs;

use crate::failure::Failure;

/// Stream lines, CSV, NDJSON and paged APIs, record by record, in bounded memory
#[derive(Debug, Parser)]
#[command(
    name = "asyncgen",
    bin_name = "asyncgen",
    version,
    after_help = "SOURCE is a path, an http(s) URL, or - for standard input, or several of them; gzip, zstd, \
                  bzip2 and xz are recognised by their first bytes.\n\
                  Records go to standard output, or to FILE with -o, as soon as they are there. On a terminal,\n\
                  progress and a summary go to standard error.\n\n\
                  Exit codes: 0 done, also when the reader of a pipe has gone; 1 bad data or I/O, \
                  with all records\n\
                  before the fault written; 2 bad usage; 130 ended by Ctrl-C, with whole records written."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Stream the records of a CSV file (RFC 4180); writes CSV
    #[command(after_help = "Examples:\n  \
        asyncgen csv big.csv.gz --select id,city | head\n  \
        asyncgen csv prices.csv --delimiter ';' --to ndjson -o prices.ndjson")]
    Csv(CsvArgs),
    /// Stream the lines of a text; writes them as they are
    #[command(after_help = "Example:\n  \
        asyncgen lines https://www.rfc-editor.org/rfc/rfc4180.txt --take 20")]
    Lines(LinesArgs),
    /// Stream the bytes of a source, its compression undone, in chunks of one size; writes them as they are
    #[command(after_help = "Example:\n  \
        asyncgen chunks dump.xz --size 4096 --take 1 | xxd")]
    Chunks(ChunksArgs),
    /// Stream the values of a file with a JSON value a line; writes NDJSON
    #[command(after_help = "Example:\n  \
        tail -f events.ndjson | asyncgen ndjson - --select time,message --to csv")]
    Ndjson(NdjsonArgs),
    /// Stream the items of a paged JSON API, following it to its last page; writes NDJSON
    #[command(after_help = "Examples:\n  \
        asyncgen pages https://api.example.com/items --param per_page=100 -H 'Authorization: Bearer …'\n  \
        asyncgen pages https://api.example.com/list --items /data --next /paging/next -o list.csv")]
    Pages(Box<PagesArgs>),
    /// Stream the events of a server (text/event-stream); writes NDJSON
    #[command(after_help = "Examples:\n  \
        asyncgen sse https://api.example.com/events --select data\n  \
        asyncgen sse https://api.example.com/chat --json '{\"stream\": true}' --until '[DONE]'")]
    Sse(Box<SseArgs>),
    /// Show it at work: a paged API, a million rows, a bad row; needs no file and no network
    Demo,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LinesArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    text: TextArgs,
    #[command(flatten)]
    pub(crate) resume: ResumeArgs,
    /// A line keeps its end, LF or CRLF, or that it has none
    #[arg(long)]
    pub(crate) keepends: bool,
    /// The longest line in bytes; a longer one is an error [default: 16777216]
    #[arg(long, value_name = "BYTES")]
    max_line: Option<usize>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl LinesArgs {
    /// The source it describes.
    pub(crate) fn source(&self) -> Result<Lines, Failure> {
        let lines = asyncgen_sources::lines(self.source.text(&self.text)?);
        Ok(set(lines.keep_ends(self.keepends), self.max_line, Lines::max_line))
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct NdjsonArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    text: TextArgs,
    #[command(flatten)]
    pub(crate) resume: ResumeArgs,
    #[command(flatten)]
    pub(crate) faults: FaultArgs,
    #[command(flatten)]
    limit: LimitArgs,
    #[command(flatten)]
    pub(crate) types: TypesArgs,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl NdjsonArgs {
    /// The source it describes.
    pub(crate) fn source(&self) -> Result<Ndjson, Failure> {
        let ndjson = asyncgen_sources::ndjson(self.source.text(&self.text)?);
        let ndjson = ndjson.on_error(self.faults.on_error());
        Ok(set(ndjson, self.limit.max_record, Ndjson::max_record))
    }
}
