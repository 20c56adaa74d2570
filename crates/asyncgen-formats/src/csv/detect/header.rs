//! Whether the first record of a table names its columns.

use super::cell::Kind;
use super::table::{Cell, Table};

/// Each column has a say; where none has anything to say there is a header, as there mostly is.
pub(super) fn is_there(table: &Table) -> bool {
    let Some(first) = table.rows.first() else { return true };
    if table.body().is_empty() {
        return first.cells.iter().all(|cell| cell.kind.is_text() || cell.kind == Kind::Empty);
    }
    if are_years(&first.cells) {
        return true;
    }
    let votes = first.cells.iter().enumerate().map(|(index, name)| {
        let column = table.body().iter().filter_map(|row| row.cells.get(index));
        let column: Vec<&Cell> = column.filter(|cell| !cell.kind.is_missing()).collect();
        vote(name, &column)
    });
    votes.sum::<f64>() >= 0.0
}

/// Whether `name` stands above `column` as its name, or belongs to it; from -1 to 1.
fn vote(name: &Cell, column: &[&Cell]) -> f64 {
    let Some(kind) = usual_kind(column) else {
        return if name.kind.is_text() { 0.25 } else { -0.25 };
    };
    match (name.kind.is_text(), kind.is_text()) {
        (true, false) => 1.0,
        (false, _) if name.kind == kind => -1.0,
        (false, _) if name.kind.is_missing() => 0.0,
        (false, _) => -0.75,
        (true, true) if column.iter().any(|cell| cell.text == name.text) => -0.75,
        (true, true) => alike(name, column),
    }
}

/// Whether `name` looks other than all the texts of its column, which look alike.
fn alike(name: &Cell, column: &[&Cell]) -> f64 {
    let length = |cell: &Cell| cell.text.chars().count();
    let digits = |cell: &Cell| cell.text.bytes().any(|byte| byte.is_ascii_digit());
    let one_length = column.iter().all(|cell| length(cell) == length(column[0]));
    if column.len() > 2 && one_length {
        return if length(name) == length(column[0]) { -0.3 } else { 0.5 };
    }
    if !digits(name) && column.iter().all(|cell| digits(cell)) {
        return 0.5;
    }
    if name.kind == Kind::Prose && column.iter().any(|cell| cell.kind == Kind::Prose) {
        return -0.3;
    }
    0.0
}

/// The kind of most of the fields that are there.
fn usual_kind(column: &[&Cell]) -> Option<Kind> {
    let texts = column.iter().filter(|cell| cell.kind.is_text()).count();
    if 2 * texts >= column.len() {
        return column.iter().find(|cell| cell.kind.is_text()).map(|cell| cell.kind);
    }
    column.iter().find(|cell| !cell.kind.is_text()).map(|cell| cell.kind)
}

/// Whether a row of names ends in years, one after the other.
fn are_years(cells: &[Cell]) -> bool {
    let names = cells.iter().take_while(|cell| cell.kind.is_text()).count();
    let years: Vec<u32> = cells[names..].iter().filter_map(|cell| cell.text.parse().ok()).collect();
    let in_order = years.windows(2).all(|pair| pair[0].abs_diff(pair[1]) == 1);
    let all = names > 0 && years.len() > 1 && years.len() == cells.len() - names;
    all && in_order && years.iter().all(|year| (1800..2200).contains(year))
}
