//! The records of a CSV file, and a CRC-32 of all their fields with their bounds.
//!
//! `cargo run --example checksum -- flights.csv`
#![expect(clippy::print_stdout, reason = "it shows what it counted")]

use asyncgen_sources::{Error, async_for, csv};
use flate2::Crc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "flights.csv".to_owned());
    let mut records = 0;
    let mut checksum = Crc::new();
    async_for!(for batch in csv(path).batches() {
        for record in &batch? {
            records += 1;
            for field in record {
                checksum.update(field.as_bytes());
                // What no field has between two of them: `1,23` and `12,3` are to differ.
                checksum.update(b"\x1f");
            }
            checksum.update(b"\x1e");
        }
    });
    println!("{records} {:08x}", checksum.sum());
    Ok(())
}
