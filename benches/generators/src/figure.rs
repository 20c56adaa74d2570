//! One figure: what is run, and what it is called.

/// A peer in a shape, ready to be run for a number of items.
pub(crate) struct Figure {
    /// What is done with the generator, in a word or two; with the peer it names the figure.
    pub(crate) shape: &'static str,
    pub(crate) peer: &'static str,
    pub(crate) run: fn(items: u64),
}

impl Figure {
    pub(crate) fn is_named(&self, part: &str) -> bool {
        self.shape.contains(part) || self.peer.contains(part)
    }

    /// Prints the line that `cargo xtask bench` collects.
    pub(crate) fn print(&self, unit: &str, value: f64) {
        let Self { shape, peer, .. } = self;
        println!(
            r#"{{"group":"Rust generators, {shape}","name":"{peer}","unit":"{unit}","value":{value:.3}}}"#
        );
    }
}
