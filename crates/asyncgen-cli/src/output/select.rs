//! `--select`: names to places.

use super::{Head, Problem, object::Object};

/// The places of the fields that `select` names in a source of rows, in its order. Where the
/// columns have no names, their numbers from 1 are the names.
pub(super) fn fields(select: &[String], head: Head<'_>) -> Result<Vec<usize>, Problem> {
    let place = |name: &String| match (head.columns, head.first) {
        (Some(columns), _) => columns
            .iter()
            .position(|column| **column == **name)
            .ok_or_else(|| missing("column", name, columns.iter().map(|column| &**column))),
        (None, Some(first)) => match name.parse::<usize>() {
            Ok(number) if (1..=first.len()).contains(&number) => Ok(number - 1),
            _ => Err(Problem::Missing(format!(
                "no column {name:?}: the columns have no names, select them by number from 1 to {}",
                first.len()
            ))),
        },
        // Nothing at all: no column is missing in it.
        (None, None) => Ok(0),
    };
    select.iter().map(place).collect()
}

/// Fails where the first record of a source of JSON has not all the keys that `select` names.
pub(super) fn keys(select: &[String], first: &Object<'_>) -> Result<(), Problem> {
    match select.iter().find(|name| first.get(name).is_none()) {
        Some(name) => Err(missing("key", name, first.keys())),
        None => Ok(()),
    }
}

fn missing<'n>(noun: &str, name: &str, names: impl Iterator<Item = &'n str>) -> Problem {
    let names: Vec<_> = names.collect();
    let there_are = match names.len() {
        0 => format!("there are no {noun}s"),
        _ => format!("the {noun}s are {}", names.join(", ")),
    };
    Problem::Missing(format!("no {noun} {name:?}: {there_are}"))
}
