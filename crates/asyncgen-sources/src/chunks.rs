//! Bytes in chunks of one size.

use asyncgen::{BoxGen, async_for, try_stream};
use asyncgen_formats::{ChunksDecoder, MAX_RECORD};

use crate::decode::decoded;
use crate::source::Items;
use crate::{Batches, ErrorKind, Input, Source, Summary};

/// The bytes of `input`, its compression undone, in chunks of exactly `size`, of which the last may have fewer:
/// the last of each file, where they are several.
///
/// They are what they are, text or not: what `input` says of an encoding means nothing here. `size` is from 1 byte to
/// 1 GiB; any other is an error at the first poll. Building does no I/O. See [`Chunks`] for the options.
///
/// ```
/// use asyncgen_sources::{Input, chunks};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// let mut bytes = chunks(Input::bytes(&b"\xffabcd"[..]), 3).bytes();
/// assert_eq!(bytes.next().await.unwrap()?, b"\xffab");
/// assert_eq!(bytes.next().await.unwrap()?, b"cd");
/// assert!(bytes.next().await.is_none());
/// # Ok(())
/// # }
/// # pollster::block_on(example()).unwrap();
/// ```
pub fn chunks(input: impl Into<Input>, size: usize) -> Chunks {
    Chunks { input: input.into(), size, resume: None }
}

/// How to read chunks; made by [`chunks`].
#[derive(Debug)]
#[must_use = "a source does nothing until it is polled"]
pub struct Chunks {
    input: Input,
    size: usize,
    resume: Option<String>,
}

impl Chunks {
    /// Goes on at a position that [`Source::token`](crate::Source::token) gave. What has changed since is an
    /// error, unless it has only grown and the last chunk was whole.
    pub fn resume(mut self, position: impl Into<Option<String>>) -> Self {
        self.resume = position.into();
        self
    }

    /// The chunks in batches: [`Batch::chunk`](crate::Batch::chunk).
    pub fn batches(self) -> Batches {
        let decoder = if (1..=MAX_RECORD).contains(&self.size) {
            Ok(ChunksDecoder::new(self.size))
        } else {
            let message = format!("a chunk has from 1 to {MAX_RECORD} bytes, not {}", self.size);
            Err(ErrorKind::Usage(message))
        };
        decoded("chunks", self.input.raw(), self.resume.as_deref(), decoder)
    }

    /// The chunks one by one.
    pub fn bytes(self) -> Source<Vec<u8>> {
        self.batches().map(|mut batches| {
            Items::Generator(BoxGen::new(try_stream!(async move {
                async_for!(for batch in &mut batches {
                    let batch = batch?;
                    for chunk in (0..).map_while(|index| batch.chunk(index)) {
                        yield chunk.to_vec();
                    }
                });
                batches.take_return().unwrap_or_else(|| Ok(Summary::default()))
            })))
        })
    }
}
