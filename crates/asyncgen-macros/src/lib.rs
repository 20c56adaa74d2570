//! The macros of the `asyncgen` crate; use them through it.
//!
//! A small compiler over tokens, from the input to the expansion:
//!
//! | | |
//! |---|---|
//! | `parse`, `item`, `typed_block`, `yields` | read the shape of the input, a body only as a group of tokens |
//! | `check` | knows what is wrong, and says it |
//! | `expand`, `expand_item`, `async_for` | write the result |
//! | `rewrite` | walks the tokens of a body, with `scope`, `loops`, `call`, `parts` and `operand` to see what begins where, and `frame` for what leaves a `finally!` |
//! | `expand_yield`, `expand_finally` | what stands in the place of what it finds |
//!
//! It never parses a body as a whole, so that code which is being typed still expands and editors can
//! complete in it.

mod async_for;
mod call;
mod check;
mod expand;
mod expand_finally;
mod expand_item;
mod expand_yield;
mod frame;
mod item;
mod loops;
mod operand;
mod parse;
mod parts;
mod rewrite;
mod scope;
#[cfg(test)]
mod tests;
mod token;
mod typed_block;
mod yields;

use proc_macro::TokenStream;

/// See `asyncgen::stream!`.
#[proc_macro]
pub fn stream(input: TokenStream) -> TokenStream {
    expand::block(input.into(), expand::Form::STREAM).into()
}

/// See `asyncgen::try_stream!`.
#[proc_macro]
pub fn try_stream(input: TokenStream) -> TokenStream {
    expand::block(input.into(), expand::Form::TRY_STREAM).into()
}

/// See `asyncgen::generator!`.
#[proc_macro]
pub fn generator(input: TokenStream) -> TokenStream {
    expand_item::generator(input.into()).into()
}

/// See `asyncgen::async_for!`.
#[proc_macro]
pub fn async_for(input: TokenStream) -> TokenStream {
    async_for::async_for(input.into()).into()
}
