//! How much what was read looks like a table.

use super::table::{Table, ratio};

/// What one column is worth against many. With less, a text of one column is taken apart at whatever
/// stands in each of its lines; with more, tables of two columns are left whole.
const ONE_COLUMN: f64 = 0.35;

/// What one column is worth where all of it is of one kind, dates say.
const ONE_COLUMN_OF_A_KIND: f64 = 0.6;

/// From 0 to 1: how regular it is, times how much its fields are something.
pub(super) fn of(table: &Table) -> f64 {
    let all = table.rows.len() + table.rows_before;
    let regular = table.rows.iter().filter(|row| row.cells.len() == table.width).count();
    let regular = ratio(regular, table.rows.len());
    let gain = if is_of_one_kind(table) { ONE_COLUMN_OF_A_KIND } else { gain(table.width) };
    let before = ratio(table.rows.len(), all);
    gain * regular * regular * sense(table) * table.sound * table.sound * before * prior(table)
}

/// What so many columns are worth: each says that the delimiter was found once more.
pub(super) fn gain(width: usize) -> f64 {
    if width < 2 { ONE_COLUMN } else { 1.0 - 0.6 / ratio(width, 1) }
}

/// How usual the delimiter is. Colons are in times, spaces in texts.
fn prior(table: &Table) -> f64 {
    match table.delimiter {
        _ if table.width < 2 => 1.0,
        b':' => 0.8,
        b' ' => 0.7,
        _ => 1.0,
    }
}

/// How much the fields are something, on average.
fn sense(table: &Table) -> f64 {
    let cells = table.rows.iter().flat_map(|row| &row.cells);
    let (sum, count) = cells.fold((0.0, 0), |(sum, count), cell| {
        let padded = if cell.text.starts_with(' ') { 0.9 } else { 1.0 };
        (sum + padded * cell.kind.sense(), count + 1)
    });
    sum / ratio(count.max(1), 1)
}

fn is_of_one_kind(table: &Table) -> bool {
    let [_, body @ ..] = &*table.rows else { return false };
    let Some(kind) = body.first().map(|row| row.cells[0].kind) else { return false };
    let alike = body.iter().filter(|row| row.cells[0].kind == kind).count();
    table.width == 1 && kind.is_typed() && ratio(alike, body.len()) >= 0.9
}
