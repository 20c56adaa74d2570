//! Turns the `yield`s of a body into awaits of the generator's handle.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::Error;

use crate::check::{self, Scope};
use crate::operand::{self, Before};

/// The names that the expansion binds at the start of the body; hygiene hides them from the user.
pub(crate) struct Names {
    /// The `Co`.
    pub(crate) co: Ident,
    /// The type of the items.
    pub(crate) item: Ident,
}

impl Names {
    pub(crate) fn new() -> Self {
        let name = |name| Ident::new(name, Span::mixed_site());
        Self { co: name("__co"), item: name("__item") }
    }
}

/// Rewrites tokens, those of nested groups and macro calls too, and collects what is wrong.
pub(crate) struct Rewriter<'a> {
    pub(crate) krate: &'a TokenStream,
    pub(crate) names: &'a Names,
    pub(crate) errors: Vec<Error>,
}

impl Rewriter<'_> {
    pub(crate) fn tokens(&mut self, tokens: TokenStream, scope: Scope) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        self.slice(&tokens, scope)
    }

    fn slice(&mut self, tokens: &[TokenTree], scope: Scope) -> TokenStream {
        let mut out = TokenStream::new();
        let mut before = Before::Anything;
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let rest = &tokens[at..];
            before = what_follows(&tokens[..at], token, before);
            if let Some(length) = check::inner_generator(rest) {
                out.extend(rest[..length].iter().cloned());
                at += length;
            } else if let Some(nested) = check::nested(&tokens[..at], rest) {
                let (head, rest) = rest.split_at(nested.head);
                out.extend(head.iter().cloned());
                out.extend(self.slice(&rest[..nested.body], nested.scope));
                at += nested.head + nested.body;
            } else if let TokenTree::Ident(word) = token {
                at += 1;
                if word == "yield" {
                    let length = operand::length(&tokens[at..], before);
                    out.extend(self.yield_(word.span(), &tokens[at..at + length], scope));
                    at += length;
                } else {
                    out.extend([token.clone()]);
                }
            } else {
                out.extend([self.token(token, scope)]);
                at += 1;
            }
        }
        out
    }

    fn token(&mut self, token: &TokenTree, scope: Scope) -> TokenTree {
        let TokenTree::Group(group) = token else { return token.clone() };
        let mut rewritten = Group::new(group.delimiter(), self.tokens(group.stream(), scope));
        rewritten.set_span(group.span());
        rewritten.into()
    }

    fn yield_(&mut self, at: Span, operand: &[TokenTree], scope: Scope) -> TokenStream {
        let Names { co, item } = self.names;
        let krate = self.krate;
        let value = match operand {
            [] => quote_spanned!(at=> ()),
            _ => self.slice(operand, scope),
        };
        // As the tail of a block of the 2024 edition, the operand drops its temporaries, a lock's
        // guard say, before the generator is suspended.
        let mut block = Group::new(proc_macro2::Delimiter::Brace, value);
        block.set_span(Span::mixed_site().located_at(at));
        let here = Span::mixed_site().located_at(at);
        self.errors.extend(check::misplaced(scope, at));
        match scope {
            Scope::Generator => quote_spanned! {here=>
                {
                    let value = #item.of(#block);
                    if let ::core::result::Result::Err(parked) = #krate::__private::give(&mut #co, value) {
                        parked.await;
                    }
                    #krate::__private::pause().await;
                    #krate::__private::resumed(&mut #co)
                }
            },
            // One mistake, one message: what is left still tells the type of the items.
            Scope::AsyncBlock | Scope::Closure => quote_spanned! {here=>
                { let _ = #item.of(#block); }
            },
            Scope::Function | Scope::Const => quote_spanned! {here=> { let _ = #block; } },
        }
    }
}

/// Whether an operand at this place is followed by the block of an `if`, `while`, `match` or `for`.
fn what_follows(previous: &[TokenTree], token: &TokenTree, before: Before) -> Before {
    match token {
        TokenTree::Ident(word)
            if ["if", "while", "match", "for"].iter().any(|keyword| word == keyword) =>
        {
            Before::Block
        }
        _ => match previous.last() {
            Some(TokenTree::Group(group)) if group.delimiter() == proc_macro2::Delimiter::Brace => {
                Before::Anything
            }
            Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), ';' | ',' | '>') => {
                Before::Anything
            }
            _ => before,
        },
    }
}
