//! Bzip2.

use std::{fmt, io};

use bzip2::{Decompress, Status};

use super::members::{Decoded, Member, counted, invalid};

pub(super) struct Bzip2(Decompress);

impl fmt::Debug for Bzip2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bzip2").finish_non_exhaustive()
    }
}

impl Member for Bzip2 {
    const NAME: &'static str = "bzip2";
    const PADDED: bool = false;

    fn begins(byte: u8) -> bool {
        byte == b'B'
    }

    fn new() -> io::Result<Self> {
        Ok(Self(Decompress::new(false)))
    }

    fn renew(&mut self) -> io::Result<()> {
        self.0 = Decompress::new(false);
        Ok(())
    }

    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Decoded {
        let (used, filled) = (self.0.total_in(), self.0.total_out());
        let result = match self.0.decompress(input, output) {
            Ok(status) => Ok(status == Status::StreamEnd),
            Err(error) => Err(invalid(error.to_string())),
        };
        Decoded {
            used: counted(self.0.total_in(), used),
            filled: counted(self.0.total_out(), filled),
            result,
        }
    }
}
