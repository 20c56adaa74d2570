//! From bytes to batches: the generator behind lines, CSV and NDJSON.

use std::sync::{Arc, OnceLock};

use asyncgen::{BoxGen, try_stream};
use asyncgen_formats::{Batch, Pool, Position, Resume};

use crate::bytes::Chunks;
use crate::compression::Plain;
use crate::progress::Shared;
use crate::resume::{Origin, Token};
use crate::seam::Seam;
use crate::text::Text;
use crate::{Batches, Error, ErrorKind, Input, Place};

/// The most bytes of a record, unless a builder says otherwise: what is in memory of an endless
/// line, or of all that follows a quote that nobody closed.
pub(crate) const MAX_RECORD: usize = 16 * 1024 * 1024;

/// The batches that `decoder` makes of `input`; a decoder that cannot be made is the source's
/// first and only item.
pub(crate) fn decoded<D>(
    noun: &'static str,
    input: Input,
    resume: Option<&str>,
    decoder: Result<D, ErrorKind>,
) -> Batches
where
    D: Resume + Clone + Send + 'static,
{
    let name = input.name();
    let shared = Arc::new(Shared::new());
    let by_hand = input.is_by_hand();
    let token = resume.map(|text| Token::parse(text, noun)).transpose();
    if let (Some(text), Ok(Some(token))) = (resume, &token) {
        shared.set_start(text.to_owned());
        shared.resumed.get_or_init(|| token.position);
    }
    let (source, told) = (Arc::clone(&name), Arc::clone(&shared));
    let generator = try_stream!(async move {
        let place = Place::of(Arc::clone(&source));
        let mut decoder = decoder.map_err(|kind| Error::new(kind, place.clone()))?;
        let token = token.map_err(|kind| Error::new(kind, place))?;
        let reading = input.reading();
        let again = input.again();
        let chunks = Chunks::open(input, Arc::clone(&source), Arc::clone(&told)).await?;
        let plain = Plain::new(chunks, reading.compression, reading.limits);
        let mut bytes = Text::new(plain, reading.encoded);
        let pool = Pool::default();
        let mut seam = Seam::default();
        if let Some(token) = &token {
            let names = (noun, &source);
            (bytes, seam) = resumed(names, token, bytes, again, &mut decoder, &told).await?;
        }
        loop {
            let chunk = bytes.next().await?;
            let end = chunk.is_empty();
            let chunk = seam
                .pass(chunk, &mut decoder)
                .map_err(|kind| Error::new(kind, Place::of(Arc::clone(&source))))?;
            if chunk.is_empty() && !end {
                continue;
            }
            let mut batch = pool.take();
            let fault =
                if end { decoder.finish(&mut batch) } else { decoder.decode(chunk, &mut batch) };
            if told.origin.get().is_none()
                && let Some((stored, plain)) = bytes.take_origin()
            {
                let name = source.to_string();
                let tails = Default::default();
                told.origin.get_or_init(|| Origin { noun, name, stored, plain, tails });
            }
            if end && let Some(origin) = told.origin.get() {
                let ended = (decoder.position().offset, decoder.tail());
                origin.tails[1].get_or_init(|| ended);
            }
            told.set_columns(decoder.columns());
            told.add_records(batch.len());
            told.add_rejects(batch.rejects().len());
            if !batch.is_empty() || !batch.rejects().is_empty() {
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

/// Makes `decoder` ready to go on at the position, which must be one of what is read: gives what comes
/// next, and what of it is to be passed over.
async fn resumed<D: Resume + Clone>(
    (noun, source): (&'static str, &Arc<str>),
    token: &Token,
    mut bytes: Text,
    again: Option<Input>,
    decoder: &mut D,
    told: &Arc<Shared>,
) -> Result<(Text, Seam), Error> {
    let at = |kind| Error::new(kind, Place::of(Arc::clone(source)));
    let mut batch = Batch::default();
    let fresh = decoder.clone();
    loop {
        let chunk = bytes.next().await?;
        if chunk.is_empty() || decoder.is_primed() {
            break;
        }
        let decoded = decoder.decode(chunk, &mut batch);
        if decoder.is_primed() {
            // A fault behind the head comes in its turn.
            break;
        }
        decoded.map_err(|error| Error::decode(error, Arc::clone(source)))?;
    }
    let (Some(again), Some((stored, plain))) = (again, bytes.take_origin()) else {
        let message = "resume: only a file or bytes can be gone on with".to_owned();
        return Err(at(ErrorKind::Usage(message)));
    };
    let Token { position, tail, .. } = *token;
    let tails = [OnceLock::from((position.offset, tail)), OnceLock::new()];
    let origin = Origin { noun, name: source.to_string(), stored, plain, tails };
    origin.check(token).map_err(at)?;
    told.origin.get_or_init(|| origin);
    told.set_columns(decoder.columns());
    if position == Position::START {
        // What the head says is yet to be read: of it nothing was handed out.
        *decoder = fresh;
    } else {
        decoder.resume(position);
    }
    let (reading, offset) = (again.reading(), position.offset);
    let mut chunks = Chunks::open(again, Arc::clone(source), Arc::clone(told)).await?;
    if plain {
        chunks.seek(offset)?;
        told.set_bytes(offset);
        return Ok((Text::rest(chunks), Seam { skip: 0, position, tail }));
    }
    told.set_bytes(0);
    let plain = Plain::new(chunks, reading.compression, reading.limits);
    Ok((Text::new(plain, reading.encoded), Seam { skip: offset, position, tail }))
}
