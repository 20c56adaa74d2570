//! The options that several commands share.

use std::{
    ffi::{OsStr, OsString},
    path::PathBuf,
};

use asyncgen_sources::{Compression, Input, Malformed, OnError};
use clap::{
    Args, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};

use super::request::{RequestArgs, with_request};
use crate::failure::Failure;

/// Where the bytes come from.
#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    /// A path, an http:// or https:// URL, or - for standard input (./- is the file of that name);
    /// several are read one after the other
    #[arg(required = true, value_name = "SOURCE")]
    pub(crate) sources: Vec<OsString>,
    /// Refuse URLs: for a SOURCE that comes from elsewhere and must be a file
    #[arg(long)]
    pub(crate) no_http: bool,
    /// How the bytes are compressed: infer (as the first of them say), none, gzip, zstd, bzip2, xz
    #[arg(
        long,
        value_name = "HOW",
        default_value = "infer",
        value_parser = compression(),
        hide_possible_values = true
    )]
    compression: Compression,
    /// The most bytes that compressed ones may decode to
    #[arg(long, value_name = "BYTES")]
    max_decoded: Option<u64>,
    /// The most times their length that compressed bytes may decode to
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_ratio: Option<u64>,
    #[command(flatten)]
    request: RequestArgs,
}

/// How the bytes become text.
#[derive(Debug, Args)]
pub(crate) struct TextArgs {
    /// The encoding of the text, by a name of the Encoding Standard; a byte order mark of UTF-16 counts
    /// more than the default [default: utf-8]
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    encoding: Option<String>,
    /// What becomes of bytes that are no text: strict (they are an error), replace, ignore
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        default_value = "strict",
        hide_possible_values = true
    )]
    errors: ErrorsArg,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ErrorsArg {
    Strict,
    Replace,
    Ignore,
}

impl SourceArgs {
    /// The input it names, as bytes.
    pub(crate) fn bytes(&self) -> Result<Input, Failure> {
        let input = match &self.sources[..] {
            [source] => self.asked(source)?,
            sources => {
                let asked: Result<Vec<_>, _> =
                    sources.iter().map(|source| self.asked(source)).collect();
                Input::several(asked?)
            }
        };
        let input = input.http(!self.no_http).compression(self.compression);
        Ok(input.max_decoded(self.max_decoded).max_ratio(self.max_ratio))
    }

    /// The same, as text.
    pub(crate) fn text(&self, text: &TextArgs) -> Result<Input, Failure> {
        let malformed = match text.errors {
            ErrorsArg::Strict => Malformed::Refuse,
            ErrorsArg::Replace => Malformed::Replace,
            ErrorsArg::Ignore => Malformed::Ignore,
        };
        let input = self.bytes()?.malformed(malformed);
        Ok(match &text.encoding {
            Some(name) => input.encoding(name).expect("checked when the arguments were parsed"),
            None => input,
        })
    }

    /// `source`, asked for as was said.
    fn asked(&self, source: &OsStr) -> Result<Input, Failure> {
        let Some(option) = self.request.given() else { return Ok(input(source)) };
        let refused = |why: &str| {
            let source = source.to_string_lossy();
            Err(Failure::Usage(format!("{option}: {source} {why}")))
        };
        match source.to_str().filter(|text| is_url(text)) {
            None => refused("is no URL to be asked for"),
            // Credentials that are meant for one would go to all.
            Some(_) if self.sources.len() > 1 => refused("is not the only SOURCE"),
            Some(url) => Ok(with_request!(asyncgen_sources::request(url), &self.request).into()),
        }
    }
}

/// Whether a SOURCE is a URL.
pub(crate) fn is_url(source: &str) -> bool {
    let source = source.to_ascii_lowercase();
    source.starts_with("http://") || source.starts_with("https://")
}

fn input(source: &OsStr) -> Input {
    match source.to_str() {
        Some("-") => Input::stdin(),
        Some(text) => Input::from(text),
        None => Input::from(PathBuf::from(source)),
    }
}

fn compression() -> impl TypedValueParser<Value = Compression> {
    let names = PossibleValuesParser::new(Compression::NAMES.map(|(name, _)| name));
    names.map(|name| name.parse().expect("it is one of the names"))
}

fn encoding(name: &str) -> Result<String, String> {
    let known = Input::bytes("").encoding(name).map_err(|error| error.to_string());
    known.map(|_| name.to_owned())
}

/// What becomes of records that are not as they should be.
#[derive(Debug, Args)]
pub(crate) struct FaultArgs {
    /// What becomes of a record that is not as it should be: raise (it is an error), skip (it is passed
    /// over, counted, and the first ten are told)
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        default_value = "raise",
        default_value_if("rejects", clap::builder::ArgPredicate::IsPresent, "skip"),
        hide_possible_values = true
    )]
    on_error: OnErrorArg,
    /// Write each record that is passed over to FILE, a JSON object a line: its source, record, line, offset, end,
    /// column, kind, message and raw, up to 4 KiB of it. --on-error skip goes without saying
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OnErrorArg {
    Raise,
    Skip,
}

impl FaultArgs {
    /// Whether records that are not as they should be are passed over.
    pub(crate) fn skips(&self) -> bool {
        self.on_error() == OnError::Skip
    }

    pub(crate) fn on_error(&self) -> OnError {
        match self.on_error {
            OnErrorArg::Raise => OnError::Raise,
            OnErrorArg::Skip => OnError::Skip,
        }
    }
}

/// How long a record may be.
#[derive(Debug, Args)]
pub(crate) struct LimitArgs {
    /// The longest record in bytes; a longer one, or a quote that is never closed, is an error [default:
    /// 16777216]
    #[arg(long, value_name = "BYTES")]
    pub(crate) max_record: Option<usize>,
}

/// `source` with what was said of an option; as it is, if nothing was.
pub(crate) fn set<S, T>(source: S, value: Option<T>, option: impl FnOnce(S, T) -> S) -> S {
    match value {
        Some(value) => option(source, value),
        None => source,
    }
}

/// Which columns, or keys of JSON objects.
#[derive(Debug, Args)]
pub(crate) struct SelectArgs {
    /// Only these columns (of JSON: top-level keys), in this order: a,b (one that has a comma: '"a,b",c')
    #[arg(long, value_name = "NAMES", value_parser = Names::parse)]
    pub(crate) select: Option<Names>,
}

/// What is written, and where.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// Stop after N records; nothing beyond them is waited for
    #[arg(long, value_name = "N")]
    pub(crate) take: Option<u64>,
    /// What to write; without it the ending of FILE tells (.csv .json .ndjson .jsonl), else each
    /// command has its own default
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) to: Option<To>,
    /// Write to FILE, replacing it once there is something to write; - is standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// A format of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum To {
    /// A JSON value a line
    Ndjson,
    /// RFC 4180, with a header where there are names
    Csv,
    /// One JSON array, written as it comes
    Json,
}

/// Names separated by commas, quoted as in CSV.
#[derive(Debug, Clone)]
pub(crate) struct Names(pub(crate) Vec<String>);

impl Names {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut reader =
            ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        match reader.records().next() {
            Some(Ok(record)) => Ok(Self(record.iter().map(str::to_owned).collect())),
            Some(Err(error)) => Err(error.to_string()),
            None => Err("no name is given".to_owned()),
        }
    }
}
