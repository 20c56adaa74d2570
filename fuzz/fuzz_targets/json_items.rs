#![no_main]

use asyncgen_formats::ErrorKind;
use asyncgen_formats::json::{ItemsDecoder, Path};
use asyncgen_fuzz::{LIMIT, Outcome, decode, told};
use libfuzzer_sys::fuzz_target;

/// Where the items may be.
const PATHS: [&str; 4] = ["", "/a", "/a/b", "a[*].b"];

fn run<'d>(path: &Path, pieces: impl Iterator<Item = &'d [u8]>) -> (Outcome, String) {
    let mut decoder = ItemsDecoder::new(vec![path.clone()], LIMIT, 0);
    let (mut outcome, result) = decode(pieces, |piece, batch| decoder.decode(piece, batch));
    let result = result.and_then(|()| decoder.finish());
    outcome.2 = result.err().map(|error| match error.kind() {
        // It is told with the piece that goes beyond the limit.
        ErrorKind::TooLong { .. } => error.to_string(),
        _ => told(&error),
    });
    let outside = if outcome.2.is_none() { decoder.outside().to_owned() } else { String::new() };
    (outcome, outside)
}

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (size, path, data) = input;
    let path = Path::parse(PATHS[usize::from(path) % PATHS.len()]).expect("it is a path");
    let cut = run(&path, data.chunks(usize::from(size) % 64 + 1));
    assert_eq!(run(&path, [data].into_iter()), cut);
});
