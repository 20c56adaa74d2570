#![no_main]

use asyncgen_formats::LinesDecoder;
use asyncgen_fuzz::{LIMIT, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, bool, &[u8])| {
    let (size, keep, data) = input;
    check(data, size, || LinesDecoder::new(LIMIT).keep_ends(keep));
});
