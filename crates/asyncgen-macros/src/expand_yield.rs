//! What `yield`, `yield_all!` and `stopped!` become.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use crate::call::{Call, Own};
use crate::rewrite::{Names, Place, Resumed, Rewriter};
use crate::scope::Scope;
use crate::{check, parts};

impl Rewriter<'_> {
    pub(crate) fn yield_(&mut self, at: Span, operand: &[TokenTree]) -> TokenStream {
        let Names { co, item } = self.names;
        let (krate, here) = self.located(at);
        let value = self.value(operand, at);
        self.errors.extend(check::misplaced("`yield`", self.scope, at));
        let resumed = match self.resumed {
            Resumed::Sent => quote_spanned!(here=> resumed),
            Resumed::OrThrown => quote_spanned!(here=> resumed_or_thrown),
        };
        // At the `yield` in the user's eyes too, so that it is the location of the caller.
        let arguments = quote_spanned!(here=> &mut #co, value);
        let give = quote_spanned!(at=> give(#arguments));
        match self.scope {
            // What the macro makes of it may be polled by an executor in the body, which polls only what was woken.
            Scope::Generator if self.in_foreign => {
                self.nests = true;
                let give = quote_spanned!(at=> give_anywhere(#arguments));
                quote_spanned! {here=>
                    {
                        let value = #item.of(#value);
                        #item.#give.await;
                        #krate::__private::#resumed(&mut #co)
                    }
                }
            }
            // Nothing after the common case is shared with the rare one: so they are laid out apart, which is an
            // instruction an item.
            Scope::Generator => quote_spanned! {here=>
                {
                    let value = #item.of(#value);
                    match #item.#give {
                        ::core::result::Result::Ok(pause) => pause.await,
                        ::core::result::Result::Err(parked) => parked.await,
                    }
                    #krate::__private::#resumed(&mut #co)
                }
            },
            // One mistake, one message: what is left still tells the type of the items.
            Scope::AsyncBlock | Scope::Closure => quote_spanned! {here=>
                { let _ = #item.of(#value); }
            },
            Scope::Function | Scope::Const => quote_spanned! {here=> { let _ = #value; } },
        }
    }

    /// A macro of ours in the body of the generator. `after` is what stands after it, if it is a
    /// statement; how much of that belongs to it comes second.
    pub(crate) fn own(
        &mut self,
        own: Own,
        call: &Call<'_>,
        after: Option<&[TokenTree]>,
    ) -> (TokenStream, usize) {
        let at = call.name.span();
        let input: Vec<TokenTree> = call.input.stream().into_iter().collect();
        let expanded = match own {
            Own::YieldAll => parts::yield_all(&input, at).map(|()| self.yield_all(at, &input)),
            Own::Stopped => parts::stopped(&input).map(|()| self.stopped(at)),
            Own::Finally => {
                parts::finally(&input, at).map(|(body, cleanup)| self.finally(at, body, cleanup))
            }
            Own::Defer => match parts::defer(&input, at, after) {
                Ok((cleanup, rest)) => {
                    let length = after.map_or(0, <[_]>::len);
                    return (self.defer(at, rest, cleanup), length);
                }
                Err(error) => Err(error),
            },
        };
        (expanded.unwrap_or_else(syn::Error::into_compile_error), 0)
    }

    fn yield_all(&mut self, at: Span, inner: &[TokenTree]) -> TokenStream {
        let (krate, here) = self.located(at);
        let inner = self.block(inner, Place::Expression, at);
        let co = &self.names.co;
        let function = if self.in_foreign { "yield_all_anywhere" } else { "yield_all" };
        let function = Ident::new(function, here);
        // What was borrowed is gone before the await, and takes no room in the body's frame.
        quote_spanned! {here=>
            {
                let delegate = {
                    use #krate::__private::{ViaGenerator as _, ViaStream as _};
                    let inner = #krate::__private::Inner(#inner);
                    let via = (&inner).via();
                    #krate::__private::#function(&mut #co, via.of(inner))
                };
                delegate.await
            }
        }
    }

    fn stopped(&self, at: Span) -> TokenStream {
        let (krate, here) = self.located(at);
        let co = &self.names.co;
        quote_spanned!(here=> #krate::__private::stopped(&mut #co))
    }
}
