//! Xz, the format of xz(1).

use std::fmt;
use std::io;

use liblzma::stream::{Action, Error, Status, Stream};

use super::members::{Decoded, Member, counted, invalid};

/// The most memory for one stream: twice what `xz -9` asks for.
const MEMORY: u64 = 128 << 20;

pub(super) struct Xz(Stream);

impl fmt::Debug for Xz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Xz").finish_non_exhaustive()
    }
}

impl Member for Xz {
    const NAME: &'static str = "xz";
    const PADDED: bool = true;

    fn begins(byte: u8) -> bool {
        byte == 0xfd
    }

    fn new() -> io::Result<Self> {
        Ok(Self(Stream::new_stream_decoder(MEMORY, 0)?))
    }

    fn renew(&mut self) -> io::Result<()> {
        *self = Self::new()?;
        Ok(())
    }

    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Decoded {
        let (used, filled) = (self.0.total_in(), self.0.total_out());
        let result = match self.0.process(input, output, Action::Run) {
            Ok(status) => Ok(status == Status::StreamEnd),
            Err(Error::MemLimit) => {
                Err(invalid(format!("the xz data need more than {} MiB of memory", MEMORY >> 20)))
            }
            Err(_) => Err(invalid("corrupt xz data")),
        };
        Decoded {
            used: counted(self.0.total_in(), used),
            filled: counted(self.0.total_out(), filled),
            result,
        }
    }
}
