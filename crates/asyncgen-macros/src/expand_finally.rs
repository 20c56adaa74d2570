//! What `finally!` and `defer!` become, and what leaves their bodies.

use proc_macro2::{Delimiter, Group, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

use crate::check;
use crate::frame::{Frame, Target};
use crate::loops::Jump;
use crate::rewrite::{Names, Place, Rewriter};

impl Rewriter<'_> {
    /// `finally!({ body }, { cleanup })`.
    pub(crate) fn finally(&mut self, at: Span, body: &Group, cleanup: &Group) -> TokenStream {
        self.frame.enter();
        let body = self.part(body);
        let statements = self.guarded(at, &body, cleanup);
        quote_spanned!(Span::mixed_site().located_at(at)=> { #statements })
    }

    /// `defer!({ cleanup });`, and the rest of the block that it stands in.
    pub(crate) fn defer(&mut self, at: Span, rest: &[TokenTree], cleanup: &Group) -> TokenStream {
        self.frame.enter();
        let body = self.block(rest, Place::Statements, at);
        let mut block = Group::new(Delimiter::Brace, self.guarded(at, &body, cleanup));
        // It is the tail of the block around it, though no tail was written: as one that ends with a
        // brace, clippy's `semicolon_if_nothing_returned` lets it be.
        block.set_span(cleanup.span_close());
        block.into_token_stream()
    }

    /// A part with its tokens rewritten, as a block of the expansion: the braces are those of the
    /// macro's syntax, and no lint of the user's should find them unnecessary.
    fn part(&mut self, part: &Group) -> Group {
        let tokens: Vec<TokenTree> = part.stream().into_iter().collect();
        self.block(&tokens, Place::Statements, part.span())
    }

    /// The body runs as a future under a guard, and tells how it was left; then comes the cleanup,
    /// and then the body is left that way.
    fn guarded(&mut self, at: Span, body: &Group, cleanup: &Group) -> TokenStream {
        let left = self.frame.leave();
        let cleanup = self.part(cleanup);
        let (krate, here) = self.located(at);
        // What did not occur in the body has the type that has no values.
        let or_never = |occurs: bool, ty| {
            if occurs { ty } else { quote_spanned!(here=> ::core::convert::Infallible) }
        };
        let returned = or_never(left.returns, quote_spanned!(here=> _));
        let jumped = or_never(!left.jumps.is_empty(), quote_spanned!(here=> ::core::primitive::u8));
        let failed = or_never(left.fails, quote_spanned!(here=> _));
        let again = self.again(left, at);
        let Names { co, item } = self.names;
        // In the user's eyes too, so that it is the location of the caller.
        let body = quote_spanned! {here=>
            async |mut #co| {
                match #body {
                    #[allow(unreachable_code, reason = "the body may not come to an end")]
                    value => ::core::result::Result::Ok::<
                        #krate::__private::Flow<_, #returned, #jumped>,
                        #failed,
                    >(#krate::__private::Flow::Normal(value)),
                }
            }
        };
        let arguments = quote_spanned!(here=> &mut #co, #body);
        let guarded = quote_spanned!(at=> guarded(#arguments));
        quote_spanned! {here=>
            let flow = #item.#guarded.await;
            #cleanup
            match flow {
                #again
                ::core::result::Result::Err(#krate::__private::Stopped) => {
                    match #krate::__private::unwind(&mut #co).await {}
                }
            }
        }
    }

    /// The arms for a body that ended by itself: what left it goes on in what is around it.
    fn again(&mut self, left: Frame, at: Span) -> TokenStream {
        let (krate, here) = self.located(at);
        let never = quote_spanned!(here=> match value {});
        let failed = if left.fails { self.fail(here) } else { never.clone() };
        let returned = if left.returns {
            self.return_value(&quote_spanned!(here=> value), at)
        } else {
            never.clone()
        };
        let last = left.jumps.len().saturating_sub(1);
        let mut jumped = TokenStream::new();
        for (number, jump) in left.jumps.into_iter().enumerate() {
            let again = self.go(jump);
            let number = (number < last).then(|| Literal::usize_unsuffixed(number));
            let number =
                number.map_or_else(|| quote_spanned!(here=> _), Literal::into_token_stream);
            jumped.extend(quote_spanned! {here=>
                #[allow(clippy::needless_continue, reason = "it was not the last in the body")]
                #number => #again,
            });
        }
        quote_spanned! {here=>
            ::core::result::Result::Ok(::core::result::Result::Ok(flow)) => match flow {
                #krate::__private::Flow::Normal(value) => value,
                #krate::__private::Flow::Return(value) => #returned,
                #krate::__private::Flow::Jump(value) => match value { #jumped },
            },
            ::core::result::Result::Ok(::core::result::Result::Err(value)) => #failed,
        }
    }
}

/// The ways out of a part of the body: those that leave the body of a `finally!` are noted.
impl Rewriter<'_> {
    /// A `return` in the body of a `finally!`.
    pub(crate) fn return_(&mut self, at: Span, operand: &[TokenTree]) -> TokenStream {
        let value = self.value(operand, at);
        self.return_value(&value.into_token_stream(), at)
    }

    /// A `break` or `continue` with so many tokens of a value after it; `None` if it stays as it is.
    pub(crate) fn jump(&mut self, jump: Jump, value: usize) -> Option<(TokenStream, usize)> {
        let length = jump.tokens.len() + value;
        let out = match self.frame.target(&jump) {
            Target::Outside if value == 0 => self.go(jump),
            // In the place of the value, as an error has every type.
            Target::Outside => {
                let error = check::break_with_value(&jump).into_compile_error();
                self.go(jump.with(error))
            }
            Target::Unknown if !self.in_foreign => check::no_loop(&jump).into_compile_error(),
            Target::Inside | Target::Unknown => return None,
        };
        Some((out, length))
    }

    fn return_value(&mut self, value: &TokenStream, at: Span) -> TokenStream {
        let here = Span::mixed_site().located_at(at);
        if !self.frame.is_guarded() {
            return quote_spanned!(here=> return #value);
        }
        self.frame.returns = true;
        self.note(&quote_spanned!(here=> Return(#value)), at)
    }

    fn fail(&mut self, here: Span) -> TokenStream {
        self.frame.fails = true;
        quote_spanned!(here=> return ::core::result::Result::Err(value))
    }

    fn go(&mut self, jump: Jump) -> TokenStream {
        let Target::Outside = self.frame.target(&jump) else {
            return jump.tokens.into_iter().collect();
        };
        let at = jump.span();
        let number = self.frame.number(jump);
        let here = Span::mixed_site().located_at(at);
        self.note(&quote_spanned!(here=> Jump(#number)), at)
    }

    fn note(&self, flow: &TokenStream, at: Span) -> TokenStream {
        let (krate, here) = self.located(at);
        quote_spanned! {here=>
            return ::core::result::Result::Ok(#krate::__private::Flow::#flow)
        }
    }
}
