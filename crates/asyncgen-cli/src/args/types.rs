//! `--types`.

use asyncgen_sources::Kind;
use clap::Args;

use super::common::Names;
use crate::{
    failure::Failure,
    output::{Selector, Typed, Typing},
};

/// What the values of columns, or of members of JSON objects, are.
#[derive(Debug, Args)]
pub(crate) struct TypesArgs {
    /// The types of columns (of JSON: of top-level keys): id=int,paid=bool; they are int, float, bool, date, datetime,
    /// Decimal and str. A value that is not of its type is an error that names the cell. In JSON, numbers, true and false
    /// are written as such; repeatable
    #[arg(long, value_name = "NAME=TYPE", value_parser = Types::parse)]
    types: Vec<Types>,
}

#[derive(Debug, Clone)]
struct Types(Vec<(String, Kind)>);

impl TypesArgs {
    /// The types, where the texts `nulls` stand for no value.
    pub(crate) fn typing(&self, nulls: Vec<String>) -> Result<Typing, Failure> {
        let mut typing = Typing { types: Vec::new(), nulls };
        for (name, kind) in self.types.iter().flat_map(|types| &types.0) {
            if typing.of(name).is_some() {
                return Err(Failure::Usage(format!("--types: {name:?} has two types")));
            }
            let typed = Typed { kind: *kind, optional: true };
            typing.types.push((Selector::Name(name.clone()), typed));
        }
        Ok(typing)
    }
}

impl Types {
    fn parse(text: &str) -> Result<Self, String> {
        let types = Names::parse(text)?.0.into_iter().map(|pair| {
            let (name, word) = pair.rsplit_once('=').ok_or("name=type is needed")?;
            let kind = Kind::named(word).ok_or_else(|| {
                let known = Kind::NAMES.map(|(name, _)| name).join(", ");
                format!("the type of {name:?} must be one of {known}, not {word:?}")
            })?;
            Ok((name.to_owned(), kind))
        });
        types.collect::<Result<_, _>>().map(Self)
    }
}
