//! From bytes to batches: the generator behind lines, CSV and NDJSON.

use std::sync::Arc;

use asyncgen::{BoxGen, try_stream};
use asyncgen_formats::{Pool, Resume};

use crate::files::{File, Files};
use crate::progress::Shared;
use crate::resume::Token;
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
    D: Resume + Clone + Send + Sync + 'static,
{
    let name = input.name();
    let shared = Arc::new(Shared::new());
    let by_hand = input.is_by_hand();
    let token = resume.map(|text| Token::parse(text, noun)).transpose();
    if let (Some(text), Ok(Some(token))) = (resume, &token) {
        shared.set_start(text.to_owned());
        shared.resumed.get_or_init(|| token.position);
    }
    let told = Arc::clone(&shared);
    let mut files = Files::new(noun, input, Arc::clone(&shared));
    let source = Arc::clone(&name);
    let generator = try_stream!(async move {
        let at = |kind| Error::new(kind, Place::of(Arc::clone(&source)));
        let fresh = decoder.map_err(at)?;
        let token = token.map_err(at)?;
        let mut file = files.first(&fresh, token.as_ref()).await?;
        let pool = Pool::default();
        loop {
            let mut batch = pool.take();
            // A long file that gives no record is to let others run, and be told to stop.
            tokio::task::coop::consume_budget().await;
            let filled = file.decoder.has_more() || file.fill(&mut batch) > 0;
            let File { bytes, seam, decoder, name, .. } = &mut file;
            let chunk = if filled { &[] } else { bytes.next().await? };
            let end = chunk.is_empty() && !filled;
            let chunk = seam
                .pass(chunk, decoder)
                .map_err(|kind| Error::new(kind, Place::of(Arc::clone(name))))?;
            if chunk.is_empty() && !end && !filled {
                continue;
            }
            let fault =
                if end { decoder.finish(&mut batch) } else { decoder.decode(chunk, &mut batch) };
            files.tell(decoder, bytes);
            told.add_records(batch.len());
            told.add_rejects(batch.rejects().len());
            told.add_blank_lines(batch.blank_lines());
            files.tell_origin(&mut file);
            if end && fault.is_ok() {
                file.keep_tail();
            }
            if !batch.is_empty() || !batch.rejects().is_empty() {
                file.told_of = true;
                yield batch;
            }
            fault.map_err(|error| {
                let encoding = file.bytes.recoded_from();
                Error::decode(error.in_encoding(encoding), Arc::clone(&file.name))
            })?;
            if end {
                let Some(next) = files.next(&file, &fresh).await? else {
                    file.decoder.end();
                    files.tell(&file.decoder, &file.bytes);
                    return Ok(told.summary());
                };
                file = next;
            }
        }
    });
    if by_hand {
        Batches::new(name, shared, BoxGen::new(generator))
    } else {
        Batches::of(name, shared, generator)
    }
}
