use alloc::boxed::Box;
use core::convert::Infallible;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::Stream;

use crate::delegate::Forward;
use crate::generator::Described;
use crate::generator::sealed::Sealed;
use crate::next::NextItem;
use crate::pointer::pass_on;
use crate::{Closed, Co, Generator, SendError, State};

/// Both boxes are alike but for `Send`, which a `dyn` type must spell out.
macro_rules! boxed_generator {
    ($(#[$doc:meta])* $name:ident $(+ $send:ident)?) => {
        $(#[$doc])*
        #[must_use = "a generator does nothing until it is polled"]
        pub struct $name<'a, Y, R = (), I = Y, S = (), E = Infallible> {
            inner: Pin<
                Box<
                    dyn Generator<Item = I, Yield = Y, Return = R, Sent = S, Thrown = E>
                        $(+ $send)? + 'a,
                >,
            >,
        }

        impl<'a, Y, R, I, S, E> $name<'a, Y, R, I, S, E> {
            /// Boxes any generator.
            pub fn new<G>(generator: G) -> Self
            where
                G: Generator<Item = I, Yield = Y, Return = R, Sent = S, Thrown = E>
                    $(+ $send)? + 'a,
            {
                Self { inner: Box::pin(generator) }
            }

            /// The next item, or `None` after the last; cancel safe.
            #[expect(
                clippy::should_implement_trait,
                reason = "the verb of PEP 525 and of every stream"
            )]
            pub fn next(&mut self) -> NextItem<'_, Self> {
                NextItem::new(self)
            }

            /// The return value, once, after the `Stream` has given `None`.
            pub fn take_return(&mut self) -> Option<R>
            where
                S: Default,
            {
                self.inner.as_mut().take_return()
            }
        }

        impl<Y, R, I, S, E> Stream for $name<'_, Y, R, I, S, E> {
            type Item = I;

            #[inline]
            fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<I>> {
                self.inner.as_mut().poll_next(cx)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.inner.size_hint()
            }
        }

        impl<Y, R, I, S, E> Sealed for $name<'_, Y, R, I, S, E> {}

        impl<Y, R, I, S: Default, E> Generator for $name<'_, Y, R, I, S, E> {
            type Yield = Y;
            type Return = R;
            type Sent = S;
            type Thrown = E;

            pass_on!(|this| this.get_mut().inner.as_mut());

            fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self, f)
            }

            type Body<'co> = Forward<'co, Self>;

            fn into_body(self, co: Co<'_, Y, S, E>) -> Forward<'_, Self> {
                Forward::new(self, co)
            }
        }

        impl<Y, R, I, S: Default, E> fmt::Debug for $name<'_, Y, R, I, S, E> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let inner = Described(&*self.inner);
                f.debug_struct(stringify!($name)).field("inner", &inner).finish()
            }
        }
    };
}

boxed_generator! {
    /// A boxed generator that is `Send`: what [`Gen::boxed`](crate::Gen::boxed) gives.
    ///
    /// `I`, the item of its `Stream`, is `Y` unless the generator can fail: that one is a
    /// `BoxGen<'a, Y, Result<R, E>, Result<Y, E>>`.
    ///
    /// ```
    /// use asyncgen::{BoxGen, stream};
    ///
    /// struct Ticket {
    ///     numbers: BoxGen<'static, u32, &'static str>,
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let mut ticket = Ticket {
    ///     numbers: stream!(async move {
    ///         yield 7;
    ///         "sold out"
    ///     })
    ///     .boxed(),
    /// };
    /// assert_eq!(ticket.numbers.next().await, Some(7));
    /// assert_eq!(ticket.numbers.next().await, None);
    /// assert_eq!(ticket.numbers.take_return(), Some("sold out"));
    /// # });
    /// ```
    BoxGen + Send
}

boxed_generator! {
    /// A boxed generator that stays on its thread: what [`Gen::boxed_local`](crate::Gen::boxed_local)
    /// gives.
    ///
    /// ```
    /// use std::rc::Rc;
    ///
    /// use asyncgen::stream;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let mut items = stream!(async move { yield Rc::new(1) }).boxed_local();
    /// assert_eq!(items.next().await, Some(Rc::new(1)));
    /// # });
    /// ```
    LocalBoxGen
}
