//! The block form of `generator!`: reads `async move || -> Yields<…> { … }`.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Error, Result, Token, Type};

use crate::token::{is_punct, is_word};
use crate::yields;

/// An async closure that is called at once, its body left as tokens.
pub(crate) struct TypedBlock {
    /// `async`, and `move` if it is there.
    pub(crate) async_move: TokenStream,
    pub(crate) yields: Type,
    pub(crate) body: Group,
}

/// Whether the input is of this form, rather than a function.
pub(crate) fn begins(input: &[TokenTree]) -> bool {
    let moves = usize::from(is_word(input.get(1), "move"));
    is_word(input.first(), "async") && is_punct(input.get(1 + moves), '|')
}

impl TypedBlock {
    pub(crate) fn parse(input: TokenStream) -> Result<Self> {
        Self::read.parse2(input)
    }

    fn read(input: ParseStream) -> Result<Self> {
        let async_: Token![async] = input.parse()?;
        let move_: Option<Token![move]> = input.parse()?;
        if !input.peek(Token![||]) {
            let text = "the block of a generator has no parameters: it sees the variables around it; \
                        write `||`";
            return Err(input.error(text));
        }
        let bars: Token![||] = input.parse()?;
        if !input.peek(Token![->]) {
            let text = "say what the block yields: `async move || -> Yields<Item> { … }`; where that \
                        can be inferred there is `stream!(async move { … })`";
            return Err(Error::new_spanned(bars, text));
        }
        input.parse::<Token![->]>()?;
        let yields: Type = input.parse()?;
        if let Some(error) = yields::mistake(&yields) {
            return Err(error);
        }
        let body = match input.parse() {
            Ok(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => body,
            _ => return Err(Error::new_spanned(yields, "a generator needs a body: `{ … }`")),
        };
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(input.error("`generator!` takes one block and nothing after it"));
        }
        Ok(Self { async_move: quote::quote!(#async_ #move_), yields, body })
    }
}
