//! What `async_for!` takes, a stream, and what `yield_all!` does: a generator as it is, any other stream as
//! a generator of its items.
//!
//! `(&inner).via()` finds [`ViaGenerator`] without a further reference and prefers it; a stream that
//! is no generator has only [`ViaStream`], for which one more reference is taken.

use futures_core::Stream;

use crate::{FromStream, Generator, from_stream};

/// What is given to `async_for!` or `yield_all!`.
///
/// Both call a method of it: where that is missing, as the thing is no stream, rustc says so once, and
/// asks nothing more of what comes of it.
#[derive(Debug)]
pub struct Inner<T>(pub T);

impl<S: Stream> Inner<S> {
    /// The stream itself.
    #[inline]
    pub fn into_stream(self) -> S {
        self.0
    }
}

/// An inner generator, to which everything is passed on.
pub trait ViaGenerator {
    /// How it becomes what is delegated to.
    #[inline]
    fn via(&self) -> AsGenerator {
        AsGenerator
    }
}

impl<G: Generator> ViaGenerator for Inner<G> {}

/// Any other stream.
pub trait ViaStream {
    /// How it becomes what is delegated to.
    #[inline]
    fn via(&self) -> AsStream {
        AsStream
    }
}

impl<S: Stream> ViaStream for &Inner<S> {}

/// Takes it as it is.
#[derive(Clone, Copy, Debug)]
pub struct AsGenerator;

impl AsGenerator {
    /// The generator itself.
    #[inline]
    pub fn of<G: Generator>(self, inner: Inner<G>) -> G {
        inner.0
    }
}

/// Makes a generator of it.
#[derive(Clone, Copy, Debug)]
pub struct AsStream;

impl AsStream {
    /// The generator of its items.
    #[inline]
    pub fn of<S: Stream>(self, inner: Inner<S>) -> FromStream<S> {
        from_stream(inner.0)
    }
}
