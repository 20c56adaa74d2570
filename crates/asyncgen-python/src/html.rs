//! A source as a notebook shows it.

use std::fmt::{Display, Write};

use pyo3::Python;

use crate::core::Core;

/// The most columns that are shown: a wide table would push all else off the screen.
const SHOWN: usize = 100;

/// What is known of a source at this moment, as HTML. Nothing is read for it.
pub(crate) fn table(py: Python<'_>, core: &Core) -> String {
    let mut html = "<table>".to_owned();
    let mut row = |name: &str, value: &dyn Display| {
        let value = Escaped(&value.to_string()).to_string();
        // Writing into a String does not fail.
        let _ = write!(html, "<tr><th>{name}</th><td>{value}</td></tr>");
    };
    row(core.noun, &core.name);
    if let Some(columns) = core.columns(py) {
        let names: Vec<&str> = columns.iter().take(SHOWN).map(AsRef::as_ref).collect();
        let more = columns.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        row("columns", &format_args!("{}{more}", names.join(", ")));
    }
    if let Some(plan) = core.plan(py) {
        row("next", &plan);
    }
    let position = core.position(py);
    let place =
        format!("record {}, line {}, byte {}", position.record, position.line, position.offset);
    let file = core.file_name(position);
    if *file == core.name {
        row("position", &place);
    } else {
        row("position", &format_args!("{place} of {file}"));
    }
    if let Some(progress) = core.progress(py) {
        let of = |total: Option<u64>| total.map_or(String::new(), |total| format!(" of {total}"));
        let (total, expected) = (of(progress.total), of(progress.expected));
        let (bytes, records) = (progress.bytes, progress.records);
        row("read", &format_args!("{bytes}{total} bytes, {records}{expected} records"));
    }
    html.push_str("</table>");
    html
}

/// A text that is none of HTML's own.
struct Escaped<'t>(&'t str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}
