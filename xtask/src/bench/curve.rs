//! A chart of values over time, as an SVG that reads well on white and on black.
use std::fmt::Write as _;

use super::chart::{OURS, THEIRS, WIDTH, escape, is_ours, open};
use super::report::number;
use super::result::Series;

const HEIGHT: f64 = 320.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 60.0;
const BOTTOM: f64 = 36.0;

/// The lines are told apart by these; ours has the first.
const COLOURS: [&str; 4] = [OURS, THEIRS, "#5c940d", "#862e9c"];

/// The least value of the axis, which is logarithmic: what is compared differs by magnitudes.
const LEAST: f64 = 0.1;

/// One curve a series, on a logarithmic axis.
pub(crate) fn draw(group: &str, all: &[&Series]) -> String {
    let mut svg = open(group, HEIGHT);
    let values = all.iter().flat_map(|series| &series.values).copied();
    let decades = (values.fold(LEAST, f64::max) / LEAST).log10().ceil().max(1.0);
    let unit = all.first().map_or("", |series| series.unit.as_str());
    let mut decade = 0.0;
    while decade <= decades {
        let y = height_of(LEAST * 10f64.powf(decade), decades);
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#777\" stroke-opacity=\"0.3\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{} {}</text>",
            WIDTH - RIGHT,
            LEFT - 6.0,
            y + 4.0,
            number(LEAST * 10f64.powf(decade)),
            escape(unit)
        );
        decade += 1.0;
    }
    let ours = |series: &&&Series| is_ours(&series.name);
    let ordered = all.iter().filter(ours).chain(all.iter().filter(|series| !ours(series)));
    let mut label = LEFT;
    for (series, colour) in ordered.zip(COLOURS.iter().cycle()) {
        let _ = writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" points=\"{}\"/>\
             <text x=\"{label:.1}\" y=\"46\" fill=\"{colour}\">{}</text>",
            points(series, decades),
            escape(&series.name)
        );
        label += 160.0;
    }
    let seconds = all.iter().map(|series| duration(series)).fold(0.0, f64::max);
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{0:.1}\">0 s</text><text x=\"{1:.1}\" y=\"{0:.1}\" text-anchor=\"end\">{2} s</text>",
        HEIGHT - 12.0,
        WIDTH - RIGHT,
        number(seconds)
    );
    svg + "</svg>\n"
}

#[expect(clippy::cast_precision_loss, reason = "a series has some hundred values")]
fn duration(series: &Series) -> f64 {
    series.step * series.values.len() as f64
}

#[expect(clippy::cast_precision_loss, reason = "a series has some hundred values")]
fn points(series: &Series, decades: f64) -> String {
    let across = (WIDTH - LEFT - RIGHT) / (series.values.len().max(2) - 1) as f64;
    let place = |(index, value): (usize, &f64)| {
        format!("{:.1},{:.1}", LEFT + across * index as f64, height_of(*value, decades))
    };
    series.values.iter().enumerate().map(place).collect::<Vec<_>>().join(" ")
}

fn height_of(value: f64, decades: f64) -> f64 {
    let share = (value.max(LEAST) / LEAST).log10() / decades;
    HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
}

#[cfg(test)]
mod tests {
    use super::super::result::Results;
    use super::*;

    #[test]
    fn curves_share_an_axis() {
        let lines = "{\"group\":\"g\",\"name\":\"a\",\"unit\":\"ms\",\"step\":0.5,\"values\":[0.1,10]}\n\
                     {\"group\":\"g\",\"name\":\"asyncgen < b\",\"unit\":\"ms\",\"step\":0.5,\"values\":[1,0]}";
        let results = Results::from_lines(lines, vec![]).unwrap();
        let svg = draw("g", &results.lines_of("g"));
        // From the bottom to the top, and from the middle to the bottom.
        assert!(svg.contains("points=\"64.0,284.0 744.0,60.0\""), "{svg}");
        assert!(svg.contains("points=\"64.0,172.0 744.0,284.0\""), "{svg}");
        assert!(svg.contains("asyncgen &lt; b"), "{svg}");
        assert!(svg.contains("1.00 s</text>"), "{svg}");
    }
}
