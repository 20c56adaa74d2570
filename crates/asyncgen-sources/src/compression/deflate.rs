//! Deflate, as HTTP has it: in a zlib frame (RFC 1950); some servers leave the frame out (RFC 1951).

use std::io;

use flate2::{Decompress, FlushDecompress, Status};

use super::members::{Decoded, Member, counted, invalid};

/// What the low half of the first byte is in a zlib frame. In one without a frame it would say that
/// bytes follow as they are, which is written 0.
const FRAMED: u8 = 8;

/// Not made before its first byte is seen.
#[derive(Debug)]
pub(super) struct Deflate(Option<Decompress>);

impl Member for Deflate {
    const NAME: &'static str = "deflate";
    const PADDED: bool = false;

    fn begins(_: u8) -> bool {
        false
    }

    fn new() -> io::Result<Self> {
        Ok(Self(None))
    }

    fn renew(&mut self) -> io::Result<()> {
        self.0 = None;
        Ok(())
    }

    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Decoded {
        let framed = input.first().is_some_and(|byte| byte & 0xf == FRAMED);
        let inner = self.0.get_or_insert_with(|| Decompress::new(framed));
        let (used, filled) = (inner.total_in(), inner.total_out());
        let result = match inner.decompress(input, output, FlushDecompress::None) {
            Ok(status) => Ok(status == Status::StreamEnd),
            Err(error) => Err(invalid(error.message().unwrap_or("not deflate"))),
        };
        let used = counted(inner.total_in(), used);
        Decoded { used, filled: counted(inner.total_out(), filled), result }
    }
}
