#![no_main]

use asyncgen_formats::SseDecoder;
use asyncgen_fuzz::{LIMIT, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    let (size, data) = input;
    check(data, size, || SseDecoder::new(LIMIT));
});
