//! The records of a source, one by one.

use std::sync::Arc;

use asyncgen::{BoxGen, async_for, try_stream};
use asyncgen_formats::Row;

use crate::{Batches, Source, Summary};

/// The records of a source as owned [`Row`]s.
///
/// A row keeps the batch alive that it stands in; to go through much data without keeping it,
/// [`Batches`] costs less.
///
/// ```
/// use asyncgen_sources::{Input, async_for, csv};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// async_for!(for row in csv(Input::bytes("name,age\nAda,36\nAlan,41\n")).rows() {
///     let row = row?;
///     println!("{:?} is {:?}", row.by_name("name"), row.by_name("age"));
/// });
/// # Ok(())
/// # }
/// # pollster::block_on(example()).unwrap();
/// ```
pub type Rows = Source<Row>;

impl Rows {
    /// The records of `batches`.
    ///
    /// A row costs the consumer's thread 14 ns so, and 10 by a `poll_next` written by hand or in a loop
    /// over the batch (`cargo bench -p asyncgen-sources --bench rows`). Decoding the shortest lines,
    /// on the producer's, takes longer, so that nobody waits for it.
    pub(crate) fn of(batches: Batches) -> Self {
        batches.map(|mut batches| {
            BoxGen::new(try_stream!(async move {
                async_for!(for batch in &mut batches {
                    let batch = Arc::new(batch?);
                    for row in (0..).map_while(|index| Row::new(Arc::clone(&batch), index)) {
                        yield row;
                    }
                });
                batches.take_return().unwrap_or_else(|| Ok(Summary::default()))
            }))
        })
    }
}
