//! `asyncgen csv`.

use asyncgen_sources::{Blank, Csv, Header, Ragged};
use clap::{Args, ValueEnum};

use super::common::{
    FaultArgs, LimitArgs, Names, OutputArgs, SelectArgs, SourceArgs, TextArgs, set,
};
use super::{resume::ResumeArgs, types::TypesArgs};
use crate::{failure::Failure, output::Typing};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of the command line")]
pub(crate) struct CsvArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    text: TextArgs,
    #[command(flatten)]
    pub(crate) resume: ResumeArgs,
    /// Work out what is not said: delimiter, quotes, escape character, spaces after delimiters, lines
    /// before the header, whether there is a header, and the encoding, from the first 64 KiB. The
    /// options to write down go to standard error
    #[arg(long)]
    pub(crate) detect: bool,
    /// What stands between two fields, one ASCII character; \t is a tab [default: ,]
    #[arg(long, value_name = "CHAR", value_parser = byte)]
    delimiter: Option<u8>,
    /// What stands round a field that has a delimiter, a newline or a quote in it [default: "]
    #[arg(long, value_name = "CHAR", value_parser = byte)]
    quotechar: Option<u8>,
    /// Nothing stands round a field
    #[arg(long, conflicts_with = "quotechar")]
    no_quotechar: bool,
    /// What takes the meaning from the character after it
    #[arg(long, value_name = "CHAR", value_parser = byte)]
    escapechar: Option<u8>,
    /// A line that begins with it is no record
    #[arg(long, value_name = "CHAR", value_parser = byte)]
    comment: Option<u8>,
    /// Pass over N lines before the header, whatever is in them [default: 0]
    #[arg(long, value_name = "N")]
    skip: Option<u64>,
    /// Pass over spaces at the beginning of a field
    #[arg(long)]
    skipinitialspace: bool,
    /// Text after a closing quote and a quote that is never closed are no errors, but text
    #[arg(long)]
    no_strict: bool,
    /// What becomes of a blank line
    #[arg(long, value_enum, value_name = "WHAT", default_value = "skip")]
    blank: BlankArg,
    /// What becomes of a record with more or fewer fields than the header, or than the first record
    /// where there is no header
    #[arg(long, value_enum, value_name = "WHAT", default_value = "error")]
    ragged: RaggedArg,
    #[command(flatten)]
    pub(crate) faults: FaultArgs,
    #[command(flatten)]
    limit: LimitArgs,
    /// The first record is a record, the columns have no names (--select takes numbers from 1)
    #[arg(long, conflicts_with = "header")]
    no_header: bool,
    /// The first record is a record, and these are the names of the columns
    #[arg(long, value_name = "NAMES", value_parser = Names::parse)]
    header: Option<Names>,
    #[command(flatten)]
    types: TypesArgs,
    /// The texts that stand for no value in columns that have a type: NA,- (the empty one too: ,NA); repeatable
    /// [default: the empty one]
    #[arg(long, value_name = "TEXTS", value_parser = texts, requires = "types", allow_hyphen_values = true)]
    null_values: Vec<Names>,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum BlankArg {
    /// It is passed over
    Skip,
    /// It is a record without a field
    Keep,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RaggedArg {
    /// It is an error
    Error,
    /// It is written with the fields it has
    Keep,
    /// Empty fields are added to one with fewer; one with more is an error
    Pad,
}

impl CsvArgs {
    /// The source it describes.
    pub(crate) fn source(&self) -> Result<Csv, Failure> {
        let header = match &self.header {
            Some(names) => Some(Header::Names(names.0.clone())),
            None => self.no_header.then_some(Header::None),
        };
        let quote = match self.quotechar {
            Some(quote) => Some(Some(quote)),
            None => self.no_quotechar.then_some(None),
        };
        let blank = match self.blank {
            BlankArg::Skip => Blank::Skip,
            BlankArg::Keep => Blank::Keep,
        };
        let ragged = match self.ragged {
            RaggedArg::Error => Ragged::Refuse,
            RaggedArg::Keep => Ragged::Keep,
            RaggedArg::Pad => Ragged::Pad,
        };
        let mut csv = asyncgen_sources::csv(self.source.text(&self.text)?)
            .detect(self.detect)
            .comment(self.comment)
            .strict(!self.no_strict)
            .blank(blank)
            .ragged(ragged)
            .on_error(self.faults.on_error());
        csv = set(csv, self.limit.max_record, Csv::max_record);
        // What is said counts, also beside --detect; what is not said is not set.
        csv = set(csv, self.delimiter, Csv::delimiter);
        csv = set(csv, quote, Csv::quote);
        csv = set(csv, self.escapechar, Csv::escape);
        csv = set(csv, self.skip, Csv::skip);
        csv = set(csv, self.skipinitialspace.then_some(true), Csv::skip_initial_space);
        Ok(set(csv, header, Csv::header))
    }

    /// What the values of its columns are.
    pub(crate) fn typing(&self) -> Result<Typing, Failure> {
        let nulls: Vec<String> =
            self.null_values.iter().flat_map(|texts| texts.0.clone()).collect();
        self.types.typing(if nulls.is_empty() { vec![String::new()] } else { nulls })
    }
}

/// Texts separated by commas: at least one, if only the empty one.
fn texts(text: &str) -> Result<Names, String> {
    if text.is_empty() { Ok(Names(vec![String::new()])) } else { Names::parse(text) }
}

fn byte(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | 0) => Ok(*byte),
        _ => Err("it must be one ASCII character, and no newline".to_owned()),
    }
}
