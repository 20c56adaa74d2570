//! The types of a generator: reads `Yields<Y, E, Return = R, Sent = S, Thrown = T>`.

use crate::rewrite::Resumed;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::{Error, GenericArgument, PathArguments, Token, Type, parse_quote};

/// The names that may be given a type, and what one may take for them.
const NAMES: [(&str, &[&str]); 3] = [
    ("Return", &["Returns", "Returned", "Output", "Ret"]),
    ("Sent", &["Send", "Sends"]),
    ("Thrown", &["Throw", "Throws"]),
];

/// What `-> Yields<…>` says.
pub(crate) struct Yields {
    item: Type,
    error: Option<Type>,
    returned: Type,
    sent: Option<Type>,
    thrown: Option<Type>,
}

impl Yields {
    /// Reads the type; after a mistake in it, what was most likely meant.
    pub(crate) fn guess(written: &Type) -> Option<Self> {
        let nothing = Punctuated::new();
        let (arguments, alone) = match arguments(written) {
            Some(arguments) => (arguments, None),
            None => (&nothing, Some(written)),
        };
        let mut types = arguments.iter().filter_map(positional).chain(alone).cloned();
        let named = |name| arguments.iter().find_map(|argument| named(argument, name)).cloned();
        Some(Self {
            item: types.next()?,
            error: types.next(),
            returned: named("Return").unwrap_or_else(|| parse_quote!(())),
            sent: named("Sent"),
            thrown: named("Thrown"),
        })
    }

    /// The function that makes such a generator of a closure: `gen_fn::<Y, R, _>`.
    pub(crate) fn function(&self) -> TokenStream {
        let Self { item, error, returned, sent, thrown } = self;
        let (item, returned) = (nameable(item), nameable(returned));
        let error = error.as_ref().map(|error| quote!(#error,));
        let is_duplex = sent.is_some() || thrown.is_some();
        let name = match (&error, is_duplex) {
            (None, false) => "gen_fn",
            (Some(_), false) => "try_gen_fn",
            (None, true) => "duplex_gen_fn",
            (Some(_), true) => "try_duplex_gen_fn",
        };
        let name = Ident::new(name, Span::mixed_site());
        let duplex = is_duplex.then(|| {
            let (sent, thrown) = (nameable(&self.sent()), nameable(&self.thrown()));
            quote!(#sent, #thrown,)
        });
        quote!(#name::<#item, #duplex #returned, #error _>)
    }

    /// `impl Generator<…>`.
    pub(crate) fn generator(&self, krate: &TokenStream) -> TokenStream {
        let Self { item, error, returned, .. } = self;
        let (stream_item, returned) = match error {
            None => (quote!(#item), quote!(#returned)),
            Some(error) => (
                quote!(::core::result::Result<#item, #error>),
                quote!(::core::result::Result<#returned, #error>),
            ),
        };
        let (sent, thrown) = (self.sent(), self.thrown());
        // This span is of the 2024 edition: the returned type captures all lifetimes, as that of an
        // `async fn` does, in a crate of an older edition too.
        quote_spanned! {Span::mixed_site()=>
            impl #krate::Generator<
                Item = #stream_item,
                Yield = #item,
                Return = #returned,
                Sent = #sent,
                Thrown = #thrown,
            >
        }
    }

    /// What a `yield` gives.
    pub(crate) fn resumed(&self) -> Resumed {
        if self.thrown.is_some() { Resumed::OrThrown } else { Resumed::Sent }
    }

    fn sent(&self) -> Type {
        self.sent.clone().unwrap_or_else(|| parse_quote!(()))
    }

    fn thrown(&self) -> Type {
        self.thrown.clone().unwrap_or_else(|| parse_quote!(::core::convert::Infallible))
    }
}

/// What is wrong with the type; one message.
pub(crate) fn mistake(written: &Type) -> Option<Error> {
    let shape = "the return type of a generator is `Yields<Item>`, or `Yields<Item, Error>` if it \
                 can fail; after them come `Return = …`, the type of its return value, `Sent = …` \
                 and `Thrown = …`";
    let Some(arguments) = arguments(written) else {
        return Some(Error::new_spanned(written, shape));
    };
    let mut seen = Vec::new();
    for argument in arguments {
        let GenericArgument::AssocType(named) = argument else { continue };
        if let Some(text) = mistake_in_name(&named.ident, &seen) {
            return Some(Error::new(named.ident.span(), text));
        }
        seen.push(&named.ident);
    }
    let types = arguments.iter().filter_map(positional).count();
    let understood = matches!(types, 1 | 2) && types + seen.len() == arguments.len();
    (!understood).then(|| Error::new_spanned(written, shape))
}

fn mistake_in_name(name: &Ident, seen: &[&Ident]) -> Option<String> {
    if seen.contains(&name) {
        return Some(format!("`{name}` is said twice"));
    }
    if NAMES.iter().any(|(known, _)| name == known) {
        return None;
    }
    let meant = NAMES.iter().find(|(_, others)| others.iter().any(|other| name == other));
    Some(match meant {
        Some((known, _)) => format!("`Yields` has no `{name}`: write `{known}`"),
        None => format!("`Yields` has no `{name}`; it has `Return`, `Sent` and `Thrown`"),
    })
}

/// The arguments of a type named `Yields`.
fn arguments(written: &Type) -> Option<&Punctuated<GenericArgument, Token![,]>> {
    let Type::Path(path) = written else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Yields")?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    }
}

fn positional(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// The type in `name = …`.
fn named<'a>(argument: &'a GenericArgument, name: &str) -> Option<&'a Type> {
    match argument {
        GenericArgument::AssocType(named) if named.ident == name => Some(&named.ty),
        _ => None,
    }
}

/// The type as it may be written in an expression: `impl Trait` is left to be inferred.
fn nameable(ty: &Type) -> Type {
    fn names_impl(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(word) => word == "impl",
            TokenTree::Group(group) => names_impl(group.stream()),
            _ => false,
        })
    }
    if names_impl(quote!(#ty)) { parse_quote!(_) } else { ty.clone() }
}
