//! The macro calls in a body that mean something to the generator.

use proc_macro2::{Group, Ident, TokenTree};
use syn::parse::Parser;

use crate::token::is_punct;

/// A macro call, `path::name!(…)`.
pub(crate) struct Call<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: &'a Ident,
    pub(crate) input: &'a Group,
    /// So many tokens it is; the last one is the input.
    pub(crate) length: usize,
}

/// What the macro is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A generator in the generator: its `yield`s are its own.
    Generator,
    /// One that the body of a generator gives its meaning.
    Own(Own),
    /// A loop of ours that expands by itself.
    AsyncFor,
    /// Somebody else's.
    Foreign,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    YieldAll,
    Finally,
    Defer,
    Stopped,
}

/// The macro call at the start of `tokens`.
pub(crate) fn parse(tokens: &[TokenTree]) -> Option<Call<'_>> {
    let is_colons = |at| is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':');
    let mut at = if is_colons(0) { 2 } else { 0 };
    loop {
        let TokenTree::Ident(name) = tokens.get(at)? else { return None };
        if is_colons(at + 1) {
            at += 3;
            continue;
        }
        if !is_punct(tokens.get(at + 1), '!') {
            return None;
        }
        // A `macro_rules!` has a name before its rules.
        let named = usize::from(name == "macro_rules");
        let TokenTree::Group(input) = tokens.get(at + 2 + named)? else { return None };
        // Otherwise a keyword, as in `return !(…)`.
        let is_name =
            <Ident as syn::parse::Parse>::parse.parse2(TokenTree::from(name.clone()).into());
        is_name.ok()?;
        return Some(Call { kind: kind(name), name, input, length: at + 3 + named });
    }
}

fn kind(name: &Ident) -> Kind {
    match name.to_string().as_str() {
        "stream" | "try_stream" | "generator" => Kind::Generator,
        "yield_all" => Kind::Own(Own::YieldAll),
        "finally" => Kind::Own(Own::Finally),
        "defer" => Kind::Own(Own::Defer),
        "stopped" => Kind::Own(Own::Stopped),
        "async_for" => Kind::AsyncFor,
        _ => Kind::Foreign,
    }
}
