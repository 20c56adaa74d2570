//! The shape of a macro's input; of a body, only that it is a block.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::{Error, Result};

use crate::token::error_at;

/// The input of a macro: the path of the crate that the front macro passes in, then the user's.
pub(crate) struct Input {
    pub(crate) krate: TokenStream,
    pub(crate) tokens: Vec<TokenTree>,
}

impl Input {
    pub(crate) fn parse(tokens: TokenStream) -> Self {
        let mut tokens = tokens.into_iter();
        match tokens.next() {
            Some(TokenTree::Group(group)) => {
                Self { krate: group.stream(), tokens: tokens.collect() }
            }
            first => Self {
                krate: quote::quote!(::asyncgen),
                tokens: first.into_iter().chain(tokens).collect(),
            },
        }
    }
}

/// `async move { … }` or `async { … }`.
pub(crate) struct AsyncBlock {
    pub(crate) async_: Ident,
    pub(crate) move_: Option<Ident>,
    pub(crate) body: Group,
}

impl AsyncBlock {
    /// `name` is that of the macro.
    pub(crate) fn parse(input: &[TokenTree], name: &str) -> Result<Self> {
        let mut rest = input;
        let Some(async_) = keyword(&mut rest, "async") else {
            let text = format!(
                "`{name}!` takes an `async` block: `{name}!(async move {{ … yield item; … }})`"
            );
            return Err(error_at(input, text));
        };
        let move_ = keyword(&mut rest, "move");
        let (body, after) = match rest {
            [TokenTree::Group(body), after @ ..] if body.delimiter() == Delimiter::Brace => {
                (body.clone(), after)
            }
            _ => {
                return Err(Error::new(
                    rest.first().map_or(async_.span(), TokenTree::span),
                    format!("expected the block of the generator: `{name}!(async move {{ … }})`"),
                ));
            }
        };
        match after {
            [] => {}
            [TokenTree::Punct(comma)] if comma.as_char() == ',' => {}
            _ => {
                let text = format!("`{name}!` takes one `async` block and nothing after it");
                return Err(error_at(after, text));
            }
        }
        Ok(Self { async_, move_, body })
    }
}

fn keyword(rest: &mut &[TokenTree], word: &str) -> Option<Ident> {
    match rest {
        [TokenTree::Ident(ident), after @ ..] if ident == word => {
            *rest = after;
            Some(ident.clone())
        }
        _ => None,
    }
}
