//! One figure: what is run, and what it is called.
use std::pin::Pin;

use futures_core::Stream;
use futures_util::StreamExt;

use crate::drive::drain_waiting;
use crate::peers::Peer;

/// A stream that is called through a table.
pub(crate) type Boxed = Pin<Box<dyn Stream<Item = u64>>>;

/// A peer in a shape, ready to be run for a number of items.
pub(crate) struct Figure {
    /// What is done with the generator, in a word or two; with the peer it names the figure.
    pub(crate) shape: &'static str,
    pub(crate) peer: &'static str,
    pub(crate) run: fn(items: u64),
    /// The stream that is run, where it can be looked at.
    gives: Option<fn(u64) -> Boxed>,
}

impl Figure {
    pub(crate) fn of<P: Peer>(shape: &'static str, run: fn(u64)) -> Self {
        Self { shape, peer: P::NAME, run, gives: None }
    }

    pub(crate) fn giving(self, gives: fn(u64) -> Boxed) -> Self {
        Self { gives: Some(gives), ..self }
    }

    pub(crate) fn is_named(&self, part: &str) -> bool {
        self.shape.contains(part) || self.peer.contains(part)
    }

    /// Whether the items are the right ones: a stream that ends early would be the cheapest.
    pub(crate) fn check_items(&self) -> Result<(), String> {
        let Some(stream) = self.gives else { return Ok(()) };
        let mut items = Vec::new();
        drain_waiting(stream(5).inspect(|item| items.push(*item)));
        if items == [0, 1, 2, 3, 4] {
            return Ok(());
        }
        Err(format!("{}, {}: gives {items:?} for 5 items", self.peer, self.shape))
    }

    /// Prints the line that `cargo xtask bench` collects.
    pub(crate) fn print(&self, unit: &str, value: f64) {
        let Self { shape, peer, .. } = self;
        println!(
            r#"{{"group":"Rust generators, {shape}","name":"{peer}","unit":"{unit}","value":{value:.3}}}"#
        );
    }
}
