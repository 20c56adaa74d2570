//! What is a generator because it points to one.

use core::fmt;
use core::ops::DerefMut;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::delegate::Forward;
use crate::generator::sealed::Sealed;
use crate::{Closed, Co, Generator, SendError, State};

/// The methods of a [`Generator`] that has another do everything: how to come to that one.
macro_rules! pass_on {
    (|$this:ident| $inner:expr) => {
        #[inline]
        fn poll_resume(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<State<Self::Yield, Self::Return>> {
            let $this = self;
            $inner.poll_resume(cx)
        }

        fn start_send(
            self: Pin<&mut Self>,
            value: Self::Sent,
        ) -> Result<(), SendError<Self::Sent>> {
            let $this = self;
            $inner.start_send(value)
        }

        fn start_throw(self: Pin<&mut Self>, error: Self::Thrown) -> Result<(), Self::Thrown> {
            let $this = self;
            $inner.start_throw(error)
        }

        fn poll_close(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Closed<Self::Yield, Self::Return>> {
            let $this = self;
            $inner.poll_close(cx)
        }

        fn take_return(self: Pin<&mut Self>) -> Option<Self::Return> {
            let $this = self;
            $inner.take_return()
        }

        fn is_under_way(self: Pin<&mut Self>) -> bool {
            let $this = self;
            $inner.is_under_way()
        }
    };
}
pub(crate) use pass_on;

impl<P> Sealed for Pin<P> where P: DerefMut<Target: Sealed> {}

impl<P> Generator for Pin<P>
where
    P: DerefMut<Target: Generator> + Unpin,
{
    type Yield = <P::Target as Generator>::Yield;
    type Return = <P::Target as Generator>::Return;
    type Sent = <P::Target as Generator>::Sent;
    type Thrown = <P::Target as Generator>::Thrown;

    pass_on!(|this| this.as_deref_mut());

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).describe(f)
    }

    type Body<'co> = Forward<'co, Self>;

    fn into_body(self, co: Co<'_, Self::Yield, Self::Sent, Self::Thrown>) -> Forward<'_, Self> {
        Forward::new(self, co)
    }
}

impl<G: Sealed + ?Sized> Sealed for &mut G {}

impl<G: Generator + Unpin + ?Sized> Generator for &mut G {
    type Yield = G::Yield;
    type Return = G::Return;
    type Sent = G::Sent;
    type Thrown = G::Thrown;

    pass_on!(|this| Pin::new(&mut **this.get_mut()));

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).describe(f)
    }

    type Body<'co> = Forward<'co, Self>;

    fn into_body(self, co: Co<'_, G::Yield, G::Sent, G::Thrown>) -> Forward<'_, Self> {
        Forward::new(self, co)
    }
}
