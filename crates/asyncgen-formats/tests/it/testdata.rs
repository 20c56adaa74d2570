//! The files of `testdata`: what its README says of them is true.

use std::path::Path;

use asyncgen_formats::{CsvDecoder, CsvOptions, Decoder, Header, NdjsonDecoder};

use crate::run::run;

/// Decodes the file; gives the number of its records, and `line:column: text` of its fault.
fn check(decoder: &mut dyn Decoder, name: &str, records: usize, fault: Option<&str>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(name);
    let outcome = run(decoder, std::fs::read(path).unwrap().chunks(13));
    assert_eq!(outcome.records.len(), records, "{name}");
    let found = outcome.fault.map(|fault| {
        let (place, text) = fault.split_once(": ").unwrap();
        format!("{}: {text}", place.split_once(' ').unwrap().0)
    });
    assert_eq!(found.as_deref(), fault, "{name}");
}

#[test]
fn is_as_its_readme_says() {
    let csv = || CsvDecoder::new(CsvOptions::new()).unwrap();
    check(&mut csv(), "trips.csv", 20, None);
    check(&mut csv(), "big.csv", 2, Some("4:51: record 3 has 2 fields, the header has 3"));
    check(
        &mut csv(),
        "unclosed_quote.csv",
        1,
        Some("3:3: record 2: the quote opened here is never closed"),
    );
    check(
        &mut csv(),
        "text_after_quote.csv",
        1,
        Some("3:9: record 2: text after the closing quote"),
    );
    check(&mut csv(), "invalid_utf8.csv", 2, Some("4:4: record 3: not UTF-8, byte 0xfc"));
    check(&mut csv(), "crlf.csv", 3, None);
    check(&mut csv(), "bom.csv", 2, None);
    let headerless = CsvOptions::new().header(Header::None).delimiter(b';');
    check(&mut CsvDecoder::new(headerless).unwrap(), "headerless.csv", 3, None);
    check(&mut NdjsonDecoder::new(1 << 20), "events.ndjson", 5, None);
    check(
        &mut NdjsonDecoder::new(1 << 20),
        "bad.ndjson",
        2,
        Some("3:19: record 3 is not JSON: expected value"),
    );
}
