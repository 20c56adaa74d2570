//! Gzip (RFC 1952). Zeros after the last member are padding, as gzip(1) has it: tapes and some block
//! stores leave them.

use std::io;

use flate2::{Decompress, FlushDecompress, Status};

use super::members::{Decoded, Member, counted, invalid};

/// The largest window that deflate knows, as a power of two.
const WINDOW_BITS: u8 = 15;

#[derive(Debug)]
pub(super) struct Gzip(Decompress);

impl Member for Gzip {
    const NAME: &'static str = "gzip";
    const PADDED: bool = true;

    fn begins(byte: u8) -> bool {
        byte == 0x1f
    }

    fn new() -> io::Result<Self> {
        Ok(Self(Decompress::new_gzip(WINDOW_BITS)))
    }

    fn renew(&mut self) -> io::Result<()> {
        // Keeps the gzip framing that it was made with.
        self.0.reset(true);
        Ok(())
    }

    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Decoded {
        let (used, filled) = (self.0.total_in(), self.0.total_out());
        let result = match self.0.decompress(input, output, FlushDecompress::None) {
            Ok(status) => Ok(status == Status::StreamEnd),
            Err(error) => Err(invalid(error.message().unwrap_or("not gzip"))),
        };
        Decoded {
            used: counted(self.0.total_in(), used),
            filled: counted(self.0.total_out(), filled),
            result,
        }
    }
}
