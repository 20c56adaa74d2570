//! `asyncgen csv`.

use asyncgen_sources::Header;
use clap::Args;

use super::common::{Names, OutputArgs, SelectArgs, SourceArgs};

#[derive(Debug, Args)]
pub(crate) struct CsvArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// What stands between two fields, one ASCII character; \t is a tab
    #[arg(long, value_name = "CHAR", default_value = ",", value_parser = byte)]
    pub(crate) delimiter: u8,
    /// What stands round a field that has a delimiter, a newline or a quote in it
    #[arg(long, value_name = "CHAR", default_value = "\"", value_parser = byte)]
    pub(crate) quotechar: u8,
    /// The first record is a record, the columns have no names (--select takes numbers from 1)
    #[arg(long, conflicts_with = "header")]
    no_header: bool,
    /// The first record is a record, and these are the names of the columns
    #[arg(long, value_name = "NAMES", value_parser = Names::parse)]
    header: Option<Names>,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl CsvArgs {
    /// Where the names of the columns come from.
    pub(crate) fn header(&self) -> Header {
        match &self.header {
            Some(names) => Header::Names(names.0.clone()),
            None if self.no_header => Header::None,
            None => Header::First,
        }
    }
}

fn byte(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | 0) => Ok(*byte),
        _ => Err("it must be one ASCII character, and no newline".to_owned()),
    }
}
