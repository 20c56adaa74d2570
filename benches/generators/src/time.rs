//! The median time of an item.
use std::time::Instant;

use crate::figure::Figure;

/// A round of the cheapest figure takes 50 µs, a thousand times the clock's grain; one of the dearest 20 ms.
const ITEMS: u64 = 200_000;
/// Odd, so that the median is one of them; enough to outvote rounds that were disturbed.
const ROUNDS: usize = 21;

pub(crate) fn median_nanoseconds(figure: &Figure) -> f64 {
    (figure.run)(ITEMS);
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            (figure.run)(ITEMS);
            start.elapsed().as_secs_f64() * 1e9
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let items = ITEMS as f64;
    rounds[ROUNDS / 2] / items
}
