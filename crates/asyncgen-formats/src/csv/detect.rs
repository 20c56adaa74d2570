//! Works out how a CSV source is written, from its first bytes.
//!
//! Each way in which they may be written is tried with the decoder itself, and the one wins that makes
//! of them what looks most like a table: records of one width, of fields that are something: a number,
//! a date, some words. That the two together tell a dialect is the idea of van den Burg, Nazábal and
//! Sutton, "Wrangling messy CSV files by detecting row and type patterns" (2019).
//!
//! There are a few dozen ways at most, and each reads the sample once.

mod beginning;
mod candidates;
mod cell;
mod header;
mod score;
mod table;

use self::candidates::candidates;
use self::table::Table;
use super::{CsvDialect, CsvOptions, Header};

/// How `sample` is most likely written, as far as `said` leaves it open. `whole` is whether nothing
/// follows it.
pub(super) fn detect(said: &CsvOptions, sample: &[u8], whole: bool) -> CsvDialect {
    let said = candidates::named(said, sample);
    let mut best: Option<(f64, CsvOptions, Table)> = None;
    for candidate in candidates(&said, sample) {
        let table = Table::read(&candidate, sample, whole);
        let score = score::of(&table);
        if best.as_ref().is_none_or(|(highest, ..)| score > *highest) {
            best = Some((score, candidate, table));
        }
    }
    let Some((_, found, table)) = best else { return said.dialect() };
    let dialect = found.dialect();
    CsvDialect {
        header: said.header.map_or_else(|| header::is_there(&table), |it| it == Header::First),
        skip: dialect.skip + table.lines_before,
        ..dialect
    }
}
