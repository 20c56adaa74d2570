#![no_main]

use asyncgen_formats::{NdjsonDecoder, OnError};
use asyncgen_fuzz::{LIMIT, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, bool, bool, &[u8])| {
    let (size, skip, of_members, data) = input;
    let on_error = if skip { OnError::Skip } else { OnError::Raise };
    check(data, size, || {
        let decoder = NdjsonDecoder::new(LIMIT).on_error(on_error);
        if of_members { decoder.columns(["id", "\u{e4}", "id"]) } else { decoder }
    });
});
