//! The shape of a macro's input; of a body, only that it is a block.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::{Error, Result};

/// The input of a macro: the path of the crate that the front macro passes in, then the user's.
pub(crate) struct Call {
    pub(crate) krate: TokenStream,
    pub(crate) input: Vec<TokenTree>,
}

impl Call {
    pub(crate) fn parse(tokens: TokenStream) -> Self {
        let mut tokens = tokens.into_iter();
        match tokens.next() {
            Some(TokenTree::Group(group)) => {
                Self { krate: group.stream(), input: tokens.collect() }
            }
            first => Self {
                krate: quote::quote!(::asyncgen),
                input: first.into_iter().chain(tokens).collect(),
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
            return Err(at(input, text));
        };
        let move_ = keyword(&mut rest, "move");
        let [TokenTree::Group(body), after @ ..] = rest else {
            return Err(Error::new(
                rest.first().map_or(async_.span(), TokenTree::span),
                format!("expected the block of the generator: `{name}!(async move {{ … }})`"),
            ));
        };
        if body.delimiter() != Delimiter::Brace {
            return Err(Error::new(
                body.span(),
                format!("expected the block of the generator: `{name}!(async move {{ … }})`"),
            ));
        }
        match after {
            [] => {}
            [TokenTree::Punct(comma)] if comma.as_char() == ',' => {}
            _ => {
                let text = format!("`{name}!` takes one `async` block and nothing after it");
                return Err(at(after, text));
            }
        }
        Ok(Self { async_, move_, body: body.clone() })
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

/// An error at all of the tokens, or at the macro call if there are none.
fn at(tokens: &[TokenTree], text: String) -> Error {
    if tokens.is_empty() {
        return Error::new(proc_macro2::Span::call_site(), text);
    }
    Error::new_spanned(tokens.iter().cloned().collect::<TokenStream>(), text)
}
