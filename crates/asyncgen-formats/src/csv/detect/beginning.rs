//! Where a table begins: what stands before it is narrower.

use super::cell::Kind;
use super::table::Row;

/// The index of the first record of the table whose records have `width` fields.
pub(super) fn find(rows: &[Row], width: usize) -> usize {
    let wide = |row: &Row| row.cells.len() == width;
    if width < 2 {
        return 0;
    }
    let pair = rows.windows(2).position(|pair| pair.iter().all(wide));
    let Some(first) = pair.or_else(|| rows.iter().position(wide)) else { return 0 };
    if first == 1 && is_header_of_another_width(&rows[0], &rows[1]) {
        return 0;
    }
    first + titles(&rows[first..])
}

/// Whether a record has one name too few or too many for those below it, and is no comment.
fn is_header_of_another_width(header: &Row, below: &Row) -> bool {
    let (named, width) = (header.cells.len(), below.cells.len());
    let comment = header.cells[0].text.starts_with('#');
    named > 1 && named.abs_diff(width) == 1 && header.end == below.line && !comment
}

/// How many of the first records are titles that were filled up to the width of the table.
fn titles(rows: &[Row]) -> usize {
    let blank = rows.iter().take_while(|row| row.is_title() || row.is_empty()).count();
    let first = rows.first().is_some_and(Row::is_title);
    match rows.get(blank) {
        Some(row) if first && row.cells.len() > 2 && !row.has_gaps() => blank,
        // Names of groups of columns, above the names of the columns.
        Some(row) if blank == 0 && row.is_of_groups() => {
            usize::from(rows.get(1).is_some_and(Row::is_of_names))
        }
        _ => 0,
    }
}

impl Row {
    fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.kind == Kind::Empty)
    }

    fn has_gaps(&self) -> bool {
        self.cells.iter().any(|cell| cell.kind == Kind::Empty)
    }

    fn is_title(&self) -> bool {
        let [first, rest @ ..] = &*self.cells else { return false };
        first.kind.is_text() && rest.iter().all(|cell| cell.kind == Kind::Empty)
    }

    fn is_of_groups(&self) -> bool {
        let gaps = self.cells.iter().filter(|cell| cell.kind == Kind::Empty).count();
        gaps >= 2 && 2 * gaps >= self.cells.len() && !self.is_empty()
    }

    fn is_of_names(&self) -> bool {
        self.cells.iter().all(|cell| cell.kind.is_text())
    }
}
