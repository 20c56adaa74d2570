#![no_main]

use asyncgen_formats::link_header;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|header: &str| {
    if let Some(next) = link_header::next([header]) {
        assert!(header.contains(next), "what it found is in the header");
        assert_eq!(
            link_header::next(["", header]),
            Some(next),
            "another header makes no difference"
        );
    }
});
