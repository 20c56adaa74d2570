//! The median time of an item.
use std::time::Instant;

use crate::figure::Figure;

/// A round of the cheapest figure takes 50 µs, a thousand times the clock's grain; one of the dearest 20 ms.
const ITEMS: u64 = 200_000;
/// Odd, so that the median is one of them; enough to outvote rounds that were disturbed.
const ROUNDS: usize = 21;

/// In nanoseconds, one for each figure. They take turns, so that what slows the machine for a while slows them all.
pub(crate) fn medians(figures: &[Figure]) -> Vec<f64> {
    let mut rounds = vec![Vec::with_capacity(ROUNDS); figures.len()];
    for figure in figures {
        (figure.run)(ITEMS);
    }
    for _ in 0..ROUNDS {
        for (figure, rounds) in figures.iter().zip(&mut rounds) {
            rounds.push(nanoseconds(figure));
        }
    }
    rounds.into_iter().map(median).collect()
}

/// One round.
fn nanoseconds(figure: &Figure) -> f64 {
    let start = Instant::now();
    (figure.run)(ITEMS);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let items = ITEMS as f64;
    start.elapsed().as_secs_f64() * 1e9 / items
}

fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}
