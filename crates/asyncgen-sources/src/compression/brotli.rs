//! Brotli (RFC 7932).

use std::fmt;
use std::io;

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

use super::members::{Decoded, Member, invalid};

type State = BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>;

pub(super) struct Brotli(Box<State>);

impl fmt::Debug for Brotli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Brotli").finish_non_exhaustive()
    }
}

impl Member for Brotli {
    const NAME: &'static str = "brotli";
    const PADDED: bool = false;

    fn begins(_: u8) -> bool {
        false
    }

    fn new() -> io::Result<Self> {
        let memory = StandardAlloc::default;
        Ok(Self(Box::new(State::new(memory(), memory(), memory()))))
    }

    fn renew(&mut self) -> io::Result<()> {
        *self = Self::new()?;
        Ok(())
    }

    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Decoded {
        let (mut input_left, mut output_left) = (input.len(), output.len());
        let (mut used, mut filled, mut total) = (0, 0, 0);
        let result = BrotliDecompressStream(
            &mut input_left,
            &mut used,
            input,
            &mut output_left,
            &mut filled,
            output,
            &mut total,
            &mut self.0,
        );
        let result = match result {
            BrotliResult::ResultSuccess => Ok(true),
            BrotliResult::ResultFailure => Err(invalid("not brotli")),
            BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => Ok(false),
        };
        Decoded { used, filled, result }
    }
}
