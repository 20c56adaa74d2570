//! The expansion of `generator!`: a plain function that returns a generator.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Error, FnArg, Pat, PatIdent, ReceiverKind, ReturnType, Signature, Type, parse_quote};

use crate::item::{Item, Yields, is_nameable};
use crate::parse::Call;
use crate::{check, expand};

pub(crate) fn item(tokens: TokenStream) -> TokenStream {
    let Call { krate, input } = Call::parse(tokens);
    let item = match Item::parse(input.into_iter().collect()) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let yields = Yields::guess(&item.signature);
    match (check::signature(&item.signature), yields) {
        (None, Some(yields)) => function(&krate, item, &yields),
        (error, yields) => stub(&krate, item, yields.as_ref(), error),
    }
}

fn function(krate: &TokenStream, item: Item, yields: &Yields) -> TokenStream {
    let Item { attributes, visibility, mut signature, body } = item;
    let parameters = take_parameters(&mut signature);
    let body = body.stream();
    let closure = expand::closure(krate, &quote!(async move), quote!(#parameters #body));

    let Yields { item, error, returned } = yields;
    let (item, returned) = (nameable(item), nameable(returned));
    let call = match error {
        None => quote!(gen_fn::<#item, #returned, _>),
        Some(error) => quote!(try_gen_fn::<#item, #returned, #error, _>),
    };
    returns(&mut signature, krate, yields);
    quote! {
        #(#attributes)*
        #visibility #signature {
            #krate::__private::#call(#closure)
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
    let Yields { item, error, returned } = yields;
    let (stream_item, returned) = match error {
        None => (quote!(#item), quote!(#returned)),
        Some(error) => (
            quote!(::core::result::Result<#item, #error>),
            quote!(::core::result::Result<#returned, #error>),
        ),
    };
    // This span is of the 2024 edition: the returned type captures all lifetimes, as that of an
    // `async fn` does, in a crate of an older edition too.
    let generator = quote_spanned! {Span::mixed_site()=>
        impl #krate::Generator<Item = #stream_item, Yield = #item, Return = #returned>
    };
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

/// The type as it may be written in the body: `impl Trait` is left to be inferred.
fn nameable(ty: &Type) -> Type {
    if is_nameable(ty) { ty.clone() } else { parse_quote!(_) }
}
