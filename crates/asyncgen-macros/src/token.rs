//! What a token is, and an error where some are.

use std::fmt::Display;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::Error;

pub(crate) fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

pub(crate) fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

pub(crate) fn is_punct(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// An error at all of the tokens, or at the macro call if there are none.
pub(crate) fn error_at(tokens: &[TokenTree], text: impl Display) -> Error {
    if tokens.is_empty() {
        return Error::new(Span::call_site(), text);
    }
    Error::new_spanned(tokens.iter().cloned().collect::<TokenStream>(), text)
}
