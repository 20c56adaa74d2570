//! The item form: reads `async fn … -> Yields<…> { … }`.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Error, Result, Signature, Token, Visibility};

/// A generator function, its body left as tokens.
pub(crate) struct Item {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    pub(crate) body: Group,
}

impl Item {
    pub(crate) fn parse(input: TokenStream) -> Result<Self> {
        Self::read.parse2(input)
    }

    fn read(input: ParseStream) -> Result<Self> {
        if input.is_empty() {
            return Err(Error::new(
                Span::call_site(),
                "`generator!` takes an `async fn`: `generator!(async fn name() -> Yields<Item> { … })`",
            ));
        }
        if input.peek(Token![async]) && !input.peek2(Token![fn]) {
            return Err(input.error(
                "`generator!` takes an `async fn`, or a block with its types: `async move || -> \
                 Yields<Item> { … }`; where they can be inferred there is `stream!(async move { … })`",
            ));
        }
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = Visibility::parse(input)?;
        let signature = Signature::parse(input)?;
        let body = match TokenTree::parse(input) {
            Ok(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => body,
            Ok(other) => {
                return Err(Error::new(other.span(), "expected the body of the generator"));
            }
            Err(end) => return Err(Error::new(end.span(), "a generator needs a body: `{ … }`")),
        };
        if !input.is_empty() {
            return Err(input.error("`generator!` takes one `async fn` and nothing after it"));
        }
        Ok(Self { attributes, visibility, signature, body })
    }
}
