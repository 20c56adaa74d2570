//! What the fuzz targets have in common: that the same comes out however the input is cut.

use asyncgen_formats::{Batch, Decoder, Error, Pool, Position, Reject};

/// A record: its fields and its place.
type Seen = (Vec<String>, Position);

/// What was passed over: where it begins and ends, and why.
type Passed = (Position, u64, String);

/// All that comes out: the records, what was passed over, and the fault.
pub type Outcome = (Vec<Seen>, Vec<Passed>, Option<String>);

/// The limit of a record, low enough to be met.
pub const LIMIT: usize = 200;

/// Decodes `data` at once and in pieces of `size`; panics where that makes a difference.
pub fn check<D: Decoder>(data: &[u8], size: u8, make: impl Fn() -> D) {
    let whole = run(&mut make(), [data].into_iter());
    let cut = run(&mut make(), data.chunks(usize::from(size) % 64 + 1));
    assert_eq!(whole, cut, "cut in pieces of {}", usize::from(size) % 64 + 1);
}

fn run<'d>(decoder: &mut impl Decoder, pieces: impl Iterator<Item = &'d [u8]>) -> Outcome {
    let (mut outcome, result) = decode(pieces, |piece, batch| decoder.decode(piece, batch));
    let result = result.and_then(|()| {
        let mut batch = Batch::default();
        let result = decoder.finish(&mut batch);
        add(&mut outcome, &batch);
        result
    });
    outcome.2 = result.err().map(|error| told(&error));
    outcome
}

/// What comes out of `pieces`, up to the fault if there is one.
///
/// The batches are those of a pool, and at times the one of the piece before: what was in their memory changes nothing.
pub fn decode<'d>(
    pieces: impl Iterator<Item = &'d [u8]>,
    mut decode: impl FnMut(&[u8], &mut Batch) -> Result<(), Error>,
) -> (Outcome, Result<(), Error>) {
    // Some grow beyond what it keeps.
    let pool = Pool::new(2, LIMIT * 8);
    let (mut outcome, mut batch) = (Outcome::default(), pool.take());
    for (index, piece) in pieces.enumerate() {
        if index % 3 != 0 {
            batch = pool.take();
        }
        let result = decode(piece, &mut batch);
        add(&mut outcome, &batch);
        if result.is_err() {
            return (outcome, result);
        }
    }
    (outcome, Ok(()))
}

/// Adds what is in a batch.
fn add(outcome: &mut Outcome, batch: &Batch) {
    for record in batch {
        outcome.0.push((record.iter().map(str::to_owned).collect(), record.position()));
    }
    let passed = |reject: &Reject| (reject.start(), reject.end(), told(reject.error()));
    outcome.1.extend(batch.rejects().iter().map(passed));
}

/// An error with its place.
pub fn told(error: &Error) -> String {
    let Position { line, offset, .. } = error.position();
    format!("{line}:{} @{offset}: {error}", error.column())
}
