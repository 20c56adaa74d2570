//! Zstandard (RFC 8878).

use std::fmt;
use std::io;

use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

use super::members::{Decoded, Member};

pub(super) struct Zstd(Decoder<'static>);

impl fmt::Debug for Zstd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zstd").finish_non_exhaustive()
    }
}

impl Member for Zstd {
    const NAME: &'static str = "zstd";
    const PADDED: bool = false;

    fn begins(byte: u8) -> bool {
        // A frame, or one to be skipped.
        byte == 0x28 || byte & 0xf0 == 0x50
    }

    fn new() -> io::Result<Self> {
        Decoder::new().map(Self)
    }

    fn renew(&mut self) -> io::Result<()> {
        self.0.reinit()
    }

    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Decoded {
        let (mut from, mut to) = (InBuffer::around(input), OutBuffer::around(output));
        // What is left to be read of the frame; nothing at its end.
        let result = self.0.run(&mut from, &mut to).map(|left| left == 0);
        Decoded { used: from.pos(), filled: to.pos(), result }
    }
}
