//! The expansion of the macros over a block.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Error;

use crate::parse::{AsyncBlock, Input};
use crate::rewrite::{Names, Place, Resumed, Rewriter};
use crate::typed_block::TypedBlock;
use crate::yields::Yields;

/// What sets the macros over a block apart.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    /// As the user calls the macro.
    name: &'static str,
    /// The function that it expands to a call of.
    function: &'static str,
}

impl Form {
    pub(crate) const STREAM: Self = Self { name: "stream", function: "gen_fn" };
    pub(crate) const TRY_STREAM: Self = Self { name: "try_stream", function: "try_gen_fn" };
}

pub(crate) fn block(tokens: TokenStream, form: Form) -> TokenStream {
    let Input { krate, tokens: input } = Input::parse(tokens);
    let block = match AsyncBlock::parse(&input, form.name) {
        Ok(block) => block,
        // An expression that is an error has every type: no second message follows.
        Err(error) => return error.into_compile_error(),
    };
    let AsyncBlock { async_, move_, body } = block;
    let function = Ident::new(form.function, Span::mixed_site()).into_token_stream();
    generator(&krate, &function, &quote!(#async_ #move_), body.stream(), Resumed::Sent)
}

/// A `generator!` over a block.
pub(crate) fn typed_block(krate: &TokenStream, input: TokenStream) -> TokenStream {
    let TypedBlock { async_move, yields, body } = match TypedBlock::parse(input) {
        Ok(block) => block,
        Err(error) => return error.into_compile_error(),
    };
    let Some(yields) = Yields::guess(&yields) else { return TokenStream::new() };
    generator(krate, &yields.function(), &async_move, body.stream(), yields.resumed())
}

/// A call of `function` with the async closure that a body becomes: what is wrong with the body comes first in
/// it.
pub(crate) fn generator(
    krate: &TokenStream,
    function: &TokenStream,
    async_move: &TokenStream,
    body: TokenStream,
    resumed: Resumed,
) -> TokenStream {
    let names = Names::new();
    let Names { co, item } = &names;
    let mut rewriter = Rewriter::new(krate, &names, resumed);
    let body: Vec<TokenTree> = body.into_iter().collect();
    let body = rewriter.slice(&body, Place::Statements);
    let errors = rewriter.errors.iter().map(Error::to_compile_error);
    let here = Span::mixed_site();
    let parameter = quote_spanned!(here=> |mut #co|);
    let opening = quote_spanned!(here=> let #item = #krate::__private::item(&#co););
    let closure = quote! { #async_move #parameter { #opening #(#errors;)* #body } };
    if rewriter.nests {
        quote! { #krate::__private::#function(#closure) }
    } else {
        quote! { #krate::__private::straight::#function(#closure) }
    }
}
