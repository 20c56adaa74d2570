//! `RESULTS.md`: one table a group, with its chart.
use std::fmt::Write as _;

use super::chart;
use super::result::{Figure, Results};

/// The whole document.
pub(crate) fn write(results: &Results) -> String {
    let mut page = String::from(
        "# Benchmarks\n\n\
         Written by `cargo xtask bench` from `results.json`; the charts are drawn from the same file.\n\
         Trust the ratios within a table more than the figures: they were taken in one run, in turns.\n\n",
    );
    for (key, value) in &results.machine {
        let _ = writeln!(page, "- {key}: {value}");
    }
    for group in results.groups() {
        let _ = write!(page, "\n## {group}\n\n{}", table(&results.of(group)));
        let _ = writeln!(page, "\n![{group}](charts/{})", chart::file_name(group));
    }
    for group in results.charts() {
        let _ = writeln!(page, "\n## {group}\n\n![{group}](charts/{})", chart::file_name(group));
    }
    page
}

fn table(figures: &[&Figure]) -> String {
    let mut table = String::from("| | figure | unit | ratio | how |\n|---|---:|---|---:|---|\n");
    for figure in figures {
        let ratio = figure.ratio.map(number).unwrap_or_default();
        let note = figure.note.as_deref().unwrap_or_default();
        let _ = writeln!(
            table,
            "| {} | {} | {} | {ratio} | {note} |",
            figure.name,
            number(figure.value),
            figure.unit
        );
    }
    table
}

/// Three significant digits, thousands set apart.
pub(crate) fn number(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.digits$}");
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let check = |value, expected| assert_eq!(number(value), expected);
        check(1_234_567.8, "1,234,568");
        check(123.4, "123");
        check(12.34, "12.3");
        check(1.234, "1.23");
        check(0.0454, "0.045");
        check(-1234.0, "-1,234");
    }

    #[test]
    fn a_group_has_its_table_and_its_chart() {
        let line = "{\"group\":\"CSV rows\",\"name\":\"csv\",\"unit\":\"rows/s\",\"value\":1000,\"ratio\":2}";
        let page = write(&Results::from_lines(line, vec![("cores".into(), "2".into())]).unwrap());
        assert!(page.contains("## CSV rows\n"), "{page}");
        assert!(page.contains("| csv | 1,000 | rows/s | 2.00 |  |"), "{page}");
        assert!(page.contains("(charts/csv-rows.svg)"), "{page}");
    }
}
