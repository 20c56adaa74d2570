//! The item form: reads `async fn … -> Yields<…> { … }`.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Error, GenericArgument, PathArguments, Result, ReturnType, Signature, Token, Type,
    Visibility, parse_quote,
};

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

/// What `-> Yields<Y, E, Return = R>` says.
pub(crate) struct Yields {
    pub(crate) item: Type,
    pub(crate) error: Option<Type>,
    pub(crate) returned: Type,
}

impl Yields {
    /// Reads the return type; after a mistake in it, what was most likely meant.
    pub(crate) fn guess(signature: &Signature) -> Option<Self> {
        let ReturnType::Type(_, written) = &signature.output else { return None };
        let Some(arguments) = arguments(written) else {
            let returned = parse_quote!(());
            return Some(Self { item: (**written).clone(), error: None, returned });
        };
        let mut types = arguments.iter().filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty.clone()),
            _ => None,
        });
        Some(Self {
            item: types.next()?,
            error: types.next(),
            returned: arguments.iter().find_map(return_type).unwrap_or_else(|| parse_quote!(())),
        })
    }
}

/// The arguments of a type named `Yields`.
pub(crate) fn arguments(written: &Type) -> Option<&Punctuated<GenericArgument, Token![,]>> {
    let Type::Path(path) = written else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Yields")?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    }
}

/// The type in `Return = …`.
pub(crate) fn return_type(argument: &GenericArgument) -> Option<Type> {
    match argument {
        GenericArgument::AssocType(named) if named.ident == "Return" => Some(named.ty.clone()),
        _ => None,
    }
}

/// Whether a type can be written in an expression; `impl Trait` cannot.
pub(crate) fn is_nameable(ty: &Type) -> bool {
    fn names_impl(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(word) => word == "impl",
            TokenTree::Group(group) => names_impl(group.stream()),
            _ => false,
        })
    }
    !names_impl(quote::quote!(#ty))
}
