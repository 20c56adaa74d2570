//! Which columns are meant: names and numbers to places.

use super::{Head, Problem, object::Object};

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The one of this name; where the columns have none, of this number, counted from 1. A key of objects.
    Name(String),
    /// The one at this place, counted from 0.
    Place(usize),
}

/// The places of the fields that `select` says in a source of rows, in its order.
pub(super) fn fields<'s>(
    select: impl IntoIterator<Item = &'s Selector>,
    head: Head<'_>,
) -> Result<Vec<usize>, Problem> {
    select.into_iter().map(|selector| field(selector, head)).collect()
}

fn field(selector: &Selector, head: Head<'_>) -> Result<usize, Problem> {
    match (selector, head.columns, head.first) {
        (Selector::Name(name), Some(columns), _) => columns
            .iter()
            .position(|column| **column == **name)
            .ok_or_else(|| missing("column", name, columns.iter().map(|column| &**column))),
        (Selector::Name(name), None, Some(first)) => match name.parse::<usize>() {
            Ok(number) if (1..=first.len()).contains(&number) => Ok(number - 1),
            _ => Err(Problem::Missing(format!(
                "no column {name:?}: the columns have no names, select them by number from 1 to {}",
                first.len()
            ))),
        },
        // Nothing at all: no column is missing in it.
        (Selector::Name(_), None, None) => Ok(0),
        (Selector::Place(place), Some(columns), _) if *place >= columns.len() => {
            let there_are = format!("there are {}, counted from 0", columns.len());
            Err(Problem::Missing(format!("no column {place}: {there_are}")))
        }
        (Selector::Place(place), ..) => Ok(*place),
    }
}

/// The keys that `select` says, all of which `first` must have, if it is given.
pub(super) fn keys(
    select: &[Selector],
    first: Option<&Object<'_>>,
) -> Result<Vec<String>, Problem> {
    let key = |selector: &Selector| match selector {
        Selector::Name(name) => name.clone(),
        Selector::Place(place) => place.to_string(),
    };
    let keys: Vec<_> = select.iter().map(key).collect();
    match first.and_then(|first| Some((first, keys.iter().find(|key| first.get(key).is_none())?))) {
        Some((first, key)) => Err(missing("key", key, first.keys())),
        None => Ok(keys),
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
