//! `async_for!(for pattern in stream { … })`: reads it, and writes the loop.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::Error;

use crate::loops::{self, For};
use crate::operand::{self, Before};
use crate::parse::Input;
use crate::token::{error_at, is_braces, is_punct};

const SHAPE: &str = "`async_for!` takes a loop: `async_for!(for item in stream { … })`";

pub(crate) fn async_for(tokens: TokenStream) -> TokenStream {
    let Input { krate, tokens: input } = Input::parse(tokens);
    let Some(parts) = loops::for_(&input) else {
        return error_at(&input, SHAPE).into_compile_error();
    };
    match mistake(&input, &parts) {
        None => expand(&krate, &input, &parts),
        Some(error) => {
            let error = error.into_compile_error();
            // For an editor that completes in it.
            let stream = &input[parts.stream];
            let whole = operand::length(stream, Before::Anything) == stream.len();
            let stream = if whole { stream } else { &[] };
            quote::quote!({ #error; #(#stream)* })
        }
    }
}

fn mistake(input: &[TokenTree], parts: &For) -> Option<Error> {
    match &input[parts.stream.end..] {
        [body] if is_braces(body) => None,
        [body, comma] if is_braces(body) && is_punct(Some(comma), ',') => None,
        [_, after @ ..] => {
            Some(error_at(after, "`async_for!` takes one loop and nothing after it"))
        }
        [] => Some(error_at(input, SHAPE)),
    }
}

/// The stream is an operand of `match`, as it is in what a plain `for` is made into: what it borrows
/// lives as long as the loop.
fn expand(krate: &TokenStream, input: &[TokenTree], parts: &For) -> TokenStream {
    let label = &input[parts.label.clone()];
    let pattern = &input[parts.pattern.clone()];
    let stream = &input[parts.stream.clone()];
    let body = &input[parts.stream.end];
    let here = Span::mixed_site();
    let there = stream.first().map_or(here, |first| here.located_at(first.span()));
    let stream = quote_spanned!(there=> #krate::__private::Inner(#(#stream)*).into_stream());
    quote_spanned! {here=>
        match #stream {
            stream => {
                let mut stream = ::core::pin::pin!(stream);
                #(#label)* while let ::core::option::Option::Some(item) =
                    #krate::__private::next(stream.as_mut()).await
                {
                    let #(#pattern)* = item;
                    #body
                }
            }
        }
    }
}
