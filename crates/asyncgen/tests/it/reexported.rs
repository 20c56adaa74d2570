//! The macros find their crate through whatever name they are reached by.

use std::pin::pin;

/// Stands for a crate that re-exports this one: nothing below names `asyncgen`.
mod facade {
    pub(crate) mod generators {
        pub(crate) use asyncgen::{Next, generator as define, stream as items, try_stream};
    }
}

use facade::generators::Next as _;

facade::generators::define!(
    async fn numbers() -> Yields<u8> {
        yield 1;
    }
);

#[tokio::test]
async fn under_another_name() {
    /// Shadows the crate, which only an absolute path or `$crate` would get past.
    mod asyncgen {}
    let mut named = pin!(facade::generators::items!(async move { yield 1 }));
    assert_eq!(named.next().await, Some(1));
    let mut failing = pin!(facade::generators::try_stream!(async move {
        yield 1;
        Err::<(), _>("no")
    }));
    assert_eq!(failing.next().await, Some(Ok(1)));
    assert_eq!(failing.next().await, Some(Err("no")));
    assert_eq!(pin!(numbers()).next().await, Some(1));
}
