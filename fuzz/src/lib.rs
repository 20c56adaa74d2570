//! What the fuzz targets have in common: that the same comes out however the input is cut.

use asyncgen_formats::{Batch, Decoder, Error, Position};

/// A record: its fields and its place.
type Seen = (Vec<String>, Position);

/// All that comes out: the records, where what was passed over begins, and the fault.
pub type Outcome = (Vec<Seen>, Vec<u64>, Option<String>);

/// The limit of a record, low enough to be met.
pub const LIMIT: usize = 200;

/// Decodes `data` at once and in pieces of `size`; panics where that makes a difference.
pub fn check<D: Decoder>(data: &[u8], size: u8, make: impl Fn() -> D) {
    let whole = run(&mut make(), [data].into_iter());
    let cut = run(&mut make(), data.chunks(usize::from(size) % 64 + 1));
    assert_eq!(whole, cut, "cut in pieces of {}", usize::from(size) % 64 + 1);
}

fn run<'d>(decoder: &mut impl Decoder, pieces: impl Iterator<Item = &'d [u8]>) -> Outcome {
    let (mut outcome, mut batch) = (Outcome::default(), Batch::default());
    let mut result = Ok(());
    for piece in pieces {
        result = decoder.decode(piece, &mut batch);
        add(&mut outcome, &batch);
        if result.is_err() {
            break;
        }
    }
    if result.is_ok() {
        result = decoder.finish(&mut batch);
        add(&mut outcome, &batch);
    }
    outcome.2 = result.err().map(|error| told(&error));
    outcome
}

/// Adds what is in a batch.
pub fn add(outcome: &mut Outcome, batch: &Batch) {
    for record in batch {
        outcome.0.push((record.iter().map(str::to_owned).collect(), record.position()));
    }
    outcome.1.extend(batch.rejects().iter().map(|reject| reject.start().offset));
}

/// An error with its place.
pub fn told(error: &Error) -> String {
    let Position { line, offset, .. } = error.position();
    format!("{line}:{} @{offset}: {error}", error.column())
}
