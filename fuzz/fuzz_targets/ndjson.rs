#![no_main]

use asyncgen_formats::{NdjsonDecoder, OnError};
use asyncgen_fuzz::{LIMIT, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, bool, &[u8])| {
    let (size, skip, data) = input;
    let on_error = if skip { OnError::Skip } else { OnError::Raise };
    check(data, size, || NdjsonDecoder::new(LIMIT).on_error(on_error));
});
