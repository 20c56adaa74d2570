//! A bar chart of one group, as an SVG that reads well on white and on black.
use std::fmt::Write as _;

use super::report::number;
use super::result::Figure;

pub(crate) const WIDTH: f64 = 760.0;
const LABELS: f64 = 250.0;
/// Room to the right of the longest bar for its figure.
const FIGURES: f64 = 170.0;
const BAR: f64 = 22.0;
const ROW: f64 = 30.0;
const TOP: f64 = 44.0;

/// The colours of what this project does and of what others do.
pub(crate) const OURS: &str = "#d9480f";
pub(crate) const THEIRS: &str = "#8aa4be";

/// `CSV, list rows` is drawn in `csv-list-rows.svg`.
pub(crate) fn file_name(group: &str) -> String {
    let letters =
        group.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { ' ' });
    let words: String = letters.collect::<String>().to_lowercase();
    words.split_whitespace().collect::<Vec<_>>().join("-") + ".svg"
}

/// One bar a figure; figures of one unit share a scale.
pub(crate) fn draw(group: &str, figures: &[&Figure]) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a group has a dozen figures")]
    let height = TOP + ROW * figures.len() as f64 + 10.0;
    let mut svg = open(group, height);
    let mut y = TOP;
    for figure in figures {
        let longest =
            figures.iter().filter(|other| other.unit == figure.unit).map(|other| other.value);
        let longest = longest.fold(f64::MIN_POSITIVE, f64::max);
        let bar = (figure.value / longest).max(0.0) * (WIDTH - LABELS - FIGURES);
        let colour = if is_ours(&figure.name) { OURS } else { THEIRS };
        let baseline = y + BAR * 0.7;
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{baseline:.1}\" text-anchor=\"end\">{}</text>\
             <rect x=\"{LABELS}\" y=\"{y:.1}\" width=\"{bar:.1}\" height=\"{BAR}\" fill=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{baseline:.1}\">{} {}</text>",
            LABELS - 8.0,
            escape(&figure.name),
            LABELS + bar + 6.0,
            number(figure.value),
            escape(&figure.unit),
        );
        y += ROW;
    }
    svg + "</svg>\n"
}

/// The beginning of a picture, with its title; it ends with `</svg>`.
pub(crate) fn open(title: &str, height: f64) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"13\" fill=\"#777\">\n\
         <title>{title}</title>\n<text x=\"8\" y=\"24\" font-size=\"16\">{title}</text>\n",
        title = escape(title)
    )
}

/// Whether a name is that of something of this project.
pub(crate) fn is_ours(name: &str) -> bool {
    name.starts_with("asyncgen")
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::result::Results;
    use super::*;

    #[test]
    fn bars_of_one_unit_share_a_scale() {
        let lines = "{\"group\":\"g\",\"name\":\"a\",\"unit\":\"MB\",\"value\":10}\n\
                     {\"group\":\"g\",\"name\":\"b < c\",\"unit\":\"MB\",\"value\":5}\n\
                     {\"group\":\"g\",\"name\":\"d\",\"unit\":\"s\",\"value\":1}";
        let results = Results::from_lines(lines, vec![]).unwrap();
        let svg = draw("g", &results.of("g"));
        assert_eq!(svg.matches("width=\"340.0\"").count(), 2, "{svg}");
        assert_eq!(svg.matches("width=\"170.0\"").count(), 1, "{svg}");
        assert!(svg.contains("b &lt; c"), "{svg}");
    }

    #[test]
    fn names_of_files() {
        assert_eq!(file_name("CSV, list rows (1 GB)"), "csv-list-rows-1-gb.svg");
    }
}
