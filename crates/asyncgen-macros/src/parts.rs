//! The input of the macros that stand in the body of a generator.

use proc_macro2::{Delimiter, Group, Span, TokenTree};
use syn::{Error, Result};

use crate::token::{error_at, is_punct};

/// `yield_all!(inner)`, whose input is an expression.
pub(crate) fn yield_all(input: &[TokenTree], at: Span) -> Result<()> {
    let text = "`yield_all!` takes the generator or stream to yield from: `yield_all!(inner)`";
    if input.is_empty() { Err(Error::new(at, text)) } else { Ok(()) }
}

/// `stopped!()`.
pub(crate) fn stopped(input: &[TokenTree]) -> Result<()> {
    let text =
        "`stopped!()` takes nothing: it is a future, ready when the generator is asked to stop";
    if input.is_empty() { Ok(()) } else { Err(error_at(input, text)) }
}

/// The body and the cleanup of `finally!({ … }, { … })`.
pub(crate) fn finally(input: &[TokenTree], at: Span) -> Result<(&Group, &Group)> {
    let text = "`finally!` takes two blocks: `finally!({ body }, { cleanup })`";
    match without_last_comma(input) {
        [TokenTree::Group(body), comma, TokenTree::Group(cleanup)]
            if is_block(body) && is_punct(Some(comma), ',') && is_block(cleanup) =>
        {
            Ok((body, cleanup))
        }
        [] => Err(Error::new(at, text)),
        _ => Err(error_at(input, text)),
    }
}

/// The cleanup of `defer!({ … });`, and what is left of the block that it stands in. `after` is
/// what stands after it, if it begins a statement.
pub(crate) fn defer<'a>(
    input: &'a [TokenTree],
    at: Span,
    after: Option<&'a [TokenTree]>,
) -> Result<(&'a Group, &'a [TokenTree])> {
    let text = "`defer!` takes the block that runs at the end: `defer!({ cleanup });`";
    let cleanup = match without_last_comma(input) {
        [TokenTree::Group(cleanup)] if is_block(cleanup) => cleanup,
        [] => return Err(Error::new(at, text)),
        _ => return Err(error_at(input, text)),
    };
    match after {
        Some([semicolon, rest @ ..]) if is_punct(Some(semicolon), ';') => Ok((cleanup, rest)),
        Some([]) => Ok((cleanup, &[])),
        _ => {
            let text = "`defer!` is a statement, for the rest of the block that it stands in: \
                        `defer!({ cleanup });`; as an expression there is `finally!`";
            Err(Error::new(at, text))
        }
    }
}

fn is_block(group: &Group) -> bool {
    group.delimiter() == Delimiter::Brace
}

fn without_last_comma(input: &[TokenTree]) -> &[TokenTree] {
    match input {
        [before @ .., last] if is_punct(Some(last), ',') => before,
        _ => input,
    }
}
