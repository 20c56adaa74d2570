//! A generator that keeps account of what it opens and closes.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use asyncgen::{Generator, Owned, gen_fn};

/// What the bodies of a test have opened, cleaned up and dropped.
#[derive(Clone, Default)]
pub(crate) struct Ledger {
    accounts: Arc<[AtomicUsize; 3]>,
}

/// A thing that a body has open.
pub(crate) struct Open {
    ledger: Ledger,
}

impl Ledger {
    pub(crate) fn open(&self) -> Open {
        self.count(0);
        Open { ledger: self.clone() }
    }

    /// How many were opened, how many cleanups came to their end, and how many were dropped.
    pub(crate) fn counts(&self) -> [usize; 3] {
        [0, 1, 2].map(|account| self.accounts[account].load(Ordering::Relaxed))
    }

    fn count(&self, account: usize) {
        self.accounts[account].fetch_add(1, Ordering::Relaxed);
    }
}

impl Open {
    pub(crate) fn clean_up(&self) {
        self.ledger.count(1);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.ledger.count(2);
    }
}

/// A generator of numbers that may be owned.
pub(crate) trait Numbers:
    Generator<Item = u32, Yield = u32, Return = (), Sent = (), Thrown = Infallible> + Send + 'static
{
}

impl<G> Numbers for G where
    G: Generator<Item = u32, Yield = u32, Return = (), Sent = (), Thrown = Infallible>
        + Send
        + 'static
{
}

/// A generator of numbers without an end, with a cleanup that awaits.
pub(crate) fn numbers(ledger: &Ledger) -> Owned<impl Numbers + use<>> {
    let ledger = ledger.clone();
    let body = gen_fn(async move |mut co| {
        let open = ledger.open();
        co.finally(
            async |co| {
                for n in 0.. {
                    co.yield_(n).await;
                }
            },
            async |_| {
                tokio::task::yield_now().await;
                open.clean_up();
            },
        )
        .await;
    });
    body.owned()
}
