//! Figures and series, and all of them: the lines the benchmarks print and the file they are kept in.
use std::fmt::Write as _;

use super::json::{self, Value};
use crate::shell::{Error, Result};

/// One measured figure.
///
/// A line of a benchmark: `{"group": "CSV, list rows", "name": "csv.reader", "unit": "rows/s", "value": 1e6}`;
/// `ratio` is to the first of the group, `note` a few words on how it was taken.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    pub(crate) group: String,
    pub(crate) name: String,
    pub(crate) unit: String,
    pub(crate) value: f64,
    pub(crate) ratio: Option<f64>,
    pub(crate) note: Option<String>,
}

/// Values over time, one for each `step` seconds: `{"group": "Lag", "name": "aiocsv", "unit": "ms", "step": 0.02,
/// "values": [1, 2]}`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    pub(crate) group: String,
    pub(crate) name: String,
    pub(crate) unit: String,
    pub(crate) step: f64,
    pub(crate) values: Vec<f64>,
}

/// Everything measured in one run.
#[derive(Debug, PartialEq)]
pub(crate) struct Results {
    pub(crate) machine: Vec<(String, String)>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) series: Vec<Series>,
}

impl Results {
    /// Takes the JSON lines out of the benchmarks' output; other lines are for the person who watches.
    pub(crate) fn from_lines(output: &str, machine: Vec<(String, String)>) -> Result<Self> {
        let lines = output.lines().filter(|line| line.starts_with('{'));
        let values = lines.map(parse).collect::<Result<Vec<_>>>()?;
        Self::from_values(values.iter(), machine)
    }

    /// Reads what `to_json` wrote.
    pub(crate) fn from_json(text: &str) -> Result<Self> {
        let value = parse(text)?;
        let machine = match value.get("machine") {
            Some(Value::Object(pairs)) => pairs
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
                .collect(),
            _ => return Err(Error::new("results.json has no machine")),
        };
        let Some(Value::Array(figures)) = value.get("results") else {
            return Err(Error::new("results.json has no results"));
        };
        Self::from_values(figures.iter(), machine)
    }

    fn from_values<'v>(
        values: impl Iterator<Item = &'v Value>,
        machine: Vec<(String, String)>,
    ) -> Result<Self> {
        let mut results = Self { machine, figures: Vec::new(), series: Vec::new() };
        for value in values {
            if value.get("values").is_some() {
                results.series.push(Series::from_value(value)?);
            } else {
                results.figures.push(Figure::from_value(value)?);
            }
        }
        Ok(results)
    }

    /// One figure a line, so that a change shows well in a diff.
    pub(crate) fn to_json(&self) -> String {
        let machine: Vec<_> = self
            .machine
            .iter()
            .map(|(key, value)| format!("    {}: {}", json::quote(key), json::quote(value)))
            .collect();
        let figures: Vec<_> = self
            .figures
            .iter()
            .map(Figure::to_json)
            .chain(self.series.iter().map(Series::to_json))
            .map(|line| format!("    {line}"))
            .collect();
        format!(
            "{{\n  \"machine\": {{\n{}\n  }},\n  \"results\": [\n{}\n  ]\n}}\n",
            machine.join(",\n"),
            figures.join(",\n")
        )
    }

    /// The groups of figures, in the order in which they were measured.
    pub(crate) fn groups(&self) -> Vec<&str> {
        distinct(self.figures.iter().map(|figure| figure.group.as_str()))
    }

    /// The groups of series, in the order in which they were measured.
    pub(crate) fn charts(&self) -> Vec<&str> {
        distinct(self.series.iter().map(|series| series.group.as_str()))
    }

    /// The figures of one group.
    pub(crate) fn of(&self, group: &str) -> Vec<&Figure> {
        self.figures.iter().filter(|figure| figure.group == group).collect()
    }

    /// The series of one group.
    pub(crate) fn lines_of(&self, group: &str) -> Vec<&Series> {
        self.series.iter().filter(|series| series.group == group).collect()
    }
}

fn distinct<'g>(all: impl Iterator<Item = &'g str>) -> Vec<&'g str> {
    let mut distinct = Vec::new();
    for group in all {
        if !distinct.contains(&group) {
            distinct.push(group);
        }
    }
    distinct
}

impl Series {
    fn from_value(value: &Value) -> Result<Self> {
        let needed = |key: &str| Error::new(format!("a series has no `{key}`: {value:?}"));
        let text = |key: &str| {
            value.get(key).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| needed(key))
        };
        let Some(Value::Array(values)) = value.get("values") else { return Err(needed("values")) };
        Ok(Self {
            group: text("group")?,
            name: text("name")?,
            unit: text("unit")?,
            step: value.get("step").and_then(Value::as_number).ok_or_else(|| needed("step"))?,
            values: values.iter().filter_map(Value::as_number).collect(),
        })
    }

    fn to_json(&self) -> String {
        let values: Vec<_> = self.values.iter().map(ToString::to_string).collect();
        format!(
            "{{\"group\": {}, \"name\": {}, \"unit\": {}, \"step\": {}, \"values\": [{}]}}",
            json::quote(&self.group),
            json::quote(&self.name),
            json::quote(&self.unit),
            self.step,
            values.join(", ")
        )
    }
}

impl Figure {
    fn from_value(value: &Value) -> Result<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let number = |key: &str| value.get(key).and_then(Value::as_number);
        let needed = |key: &str| Error::new(format!("a figure has no `{key}`: {value:?}"));
        Ok(Self {
            group: text("group").ok_or_else(|| needed("group"))?,
            name: text("name").ok_or_else(|| needed("name"))?,
            unit: text("unit").ok_or_else(|| needed("unit"))?,
            value: number("value").ok_or_else(|| needed("value"))?,
            ratio: number("ratio"),
            note: text("note"),
        })
    }

    fn to_json(&self) -> String {
        let mut line = format!(
            "{{\"group\": {}, \"name\": {}, \"unit\": {}, \"value\": {}",
            json::quote(&self.group),
            json::quote(&self.name),
            json::quote(&self.unit),
            self.value
        );
        if let Some(ratio) = self.ratio {
            let _ = write!(line, ", \"ratio\": {ratio}");
        }
        if let Some(note) = &self.note {
            let _ = write!(line, ", \"note\": {}", json::quote(note));
        }
        line + "}"
    }
}

fn parse(text: &str) -> Result<Value> {
    json::parse(text).map_err(|at| Error::new(format!("not JSON at byte {at}: {text}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let lines = "compiling\n{\"group\":\"g\",\"name\":\"a \\\"b\\\"\",\"unit\":\"ns\",\"value\":1.5,\"n\":3}\n\
                     {\"group\":\"h\",\"name\":\"c\",\"unit\":\"MB\",\"value\":2e3,\"ratio\":0.5,\"note\":\"paired\"}\n\
                     {\"group\":\"t\",\"name\":\"d\",\"unit\":\"ms\",\"step\":0.5,\"values\":[1,2.5]}\n";
        let results = Results::from_lines(lines, vec![("cpu".into(), "x".into())]).unwrap();
        assert_eq!(results.groups(), ["g", "h"]);
        assert_eq!(results.charts(), ["t"]);
        assert_eq!(results.lines_of("t")[0].values, [1.0, 2.5]);
        assert_eq!(results.of("g")[0].name, "a \"b\"");
        assert_eq!(Results::from_json(&results.to_json()).unwrap(), results);
    }

    #[test]
    fn a_figure_without_a_value_is_refused() {
        let error = Results::from_lines("{\"group\":\"g\",\"name\":\"a\",\"unit\":\"ns\"}", vec![])
            .unwrap_err();
        assert!(error.to_string().contains("`value`"), "{error}");
    }
}
