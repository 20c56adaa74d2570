//! The expansion of `generator!` over a function: a plain function that returns a generator.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Error, FnArg, Pat, PatIdent, ReceiverKind, ReturnType, Signature, Type, parse_quote};

use crate::item::Item;
use crate::parse::Input;
use crate::yields::Yields;
use crate::{check, expand, typed_block};

/// A function, or the block form, which is told by its first tokens.
pub(crate) fn generator(tokens: TokenStream) -> TokenStream {
    let Input { krate, tokens: input } = Input::parse(tokens);
    if typed_block::begins(&input) {
        return expand::typed_block(&krate, input.into_iter().collect());
    }
    let item = match Item::parse(input.into_iter().collect()) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let yields = match &item.signature.output {
        ReturnType::Type(_, written) => Yields::guess(written),
        ReturnType::Default => None,
    };
    match (check::signature(&item.signature), yields) {
        (None, Some(yields)) => function(&krate, item, &yields),
        (error, yields) => stub(&krate, item, yields.as_ref(), error),
    }
}

fn function(krate: &TokenStream, item: Item, yields: &Yields) -> TokenStream {
    let Item { attributes, visibility, mut signature, body } = item;
    let parameters = take_parameters(&mut signature);
    let body = body.stream();
    let body = quote!(#parameters #body);
    let function = yields.function();
    let generator =
        expand::generator(krate, &function, &quote!(async move), body, yields.resumed());
    returns(&mut signature, krate, yields);
    quote! {
        #(#attributes)*
        #visibility #signature {
            #generator
        }
    }
}

/// After a mistake in its signature, a function of the same name and, if it can be told, the same
/// type, so that its callers are not in error too.
fn stub(
    krate: &TokenStream,
    item: Item,
    yields: Option<&Yields>,
    error: Option<Error>,
) -> TokenStream {
    let Item { attributes, visibility, mut signature, .. } = item;
    let error = error.map(Error::into_compile_error);
    match yields {
        Some(yields) => returns(&mut signature, krate, yields),
        None => signature.asyncness = None,
    }
    signature.constness = None;
    quote! {
        #(#attributes)*
        #[allow(unused_mut, unused_variables, reason = "the body is left out")]
        #visibility #signature {
            #error
        }
    }
}

/// Makes it a plain function that returns a generator.
fn returns(signature: &mut Signature, krate: &TokenStream, yields: &Yields) {
    let generator = yields.generator(krate);
    signature.asyncness = None;
    signature.output = ReturnType::Type(parse_quote!(->), Box::new(Type::Verbatim(generator)));
}

/// Leaves plain names in the signature, and gives the statements that bind the parameters in the
/// body: as those of an `async fn`, all are moved in and dropped at its end, used or not.
fn take_parameters(signature: &mut Signature) -> TokenStream {
    let mut bindings = TokenStream::new();
    for (index, input) in signature.inputs.iter_mut().enumerate() {
        let here = Span::mixed_site();
        let parameter = match input {
            FnArg::Receiver(receiver) => {
                if !matches!(receiver.kind, ReceiverKind::Reference(..)) {
                    let self_ = receiver.self_token;
                    bindings.extend(quote_spanned!(here=> let _ = &#self_;));
                }
                continue;
            }
            FnArg::Typed(parameter) => parameter,
        };
        let cfg = parameter.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        let cfg = quote!(#(#cfg)*);
        let pattern = &parameter.pat;
        let name =
            if let Pat::Ident(PatIdent { by_ref: None, subpat: None, ident, .. }) = &**pattern {
                ident.clone()
            } else {
                let name = format_ident!("__argument{index}", span = here);
                bindings.extend(quote_spanned!(here=> #cfg let #name = #name;));
                name
            };
        bindings.extend(quote_spanned! {here=>
            #cfg
            #[allow(
                clippy::no_effect_underscore_binding,
                clippy::used_underscore_binding,
                reason = "it is only moved in"
            )]
            let #pattern = #name;
        });
        *parameter.pat = parse_quote!(#name);
    }
    bindings
}
