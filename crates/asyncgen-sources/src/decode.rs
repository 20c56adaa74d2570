//! From bytes to batches: the generator behind lines, CSV and NDJSON.

use std::sync::Arc;

use asyncgen::{BoxGen, try_stream};
use asyncgen_formats::{Decoder, Pool};

use crate::bytes::Chunks;
use crate::compression::Plain;
use crate::progress::Shared;
use crate::text::Text;
use crate::{Batches, Error, ErrorKind, Input, Place};

/// The most bytes of a record, unless a builder says otherwise: what is in memory of an endless
/// line, or of all that follows a quote that nobody closed.
pub(crate) const MAX_RECORD: usize = 16 * 1024 * 1024;

/// The batches that `decoder` makes of `input`; a decoder that cannot be made is the source's
/// first and only item.
pub(crate) fn decoded<D>(input: Input, decoder: Result<D, ErrorKind>) -> Batches
where
    D: Decoder + Send + 'static,
{
    let name = input.name();
    let shared = Arc::new(Shared::new());
    let by_hand = input.is_by_hand();
    let (source, told) = (Arc::clone(&name), Arc::clone(&shared));
    let generator = try_stream!(async move {
        let place = Place::of(Arc::clone(&source));
        let mut decoder = decoder.map_err(|kind| Error::new(kind, place))?;
        let reading = input.reading();
        let chunks = Chunks::open(input, Arc::clone(&source), Arc::clone(&told)).await?;
        let plain = Plain::new(chunks, reading.compression, reading.limits);
        let mut bytes = Text::new(plain, reading.encoded);
        let pool = Pool::default();
        loop {
            let chunk = bytes.next().await?;
            let end = chunk.is_empty();
            let mut batch = pool.take();
            let fault =
                if end { decoder.finish(&mut batch) } else { decoder.decode(chunk, &mut batch) };
            told.set_columns(decoder.columns());
            told.add_records(batch.len());
            if !batch.is_empty() {
                yield batch;
            }
            fault.map_err(|error| {
                let encoding = bytes.recoded_from();
                Error::decode(error.in_encoding(encoding), Arc::clone(&source))
            })?;
            if end {
                return Ok(told.summary());
            }
        }
    });
    if by_hand {
        Batches::new(name, shared, BoxGen::new(generator))
    } else {
        Batches::of(name, shared, generator)
    }
}
