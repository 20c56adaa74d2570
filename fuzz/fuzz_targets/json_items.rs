#![no_main]

use asyncgen_formats::json::{ItemsDecoder, Path};
use asyncgen_formats::{Batch, Error, ErrorKind};
use asyncgen_fuzz::{LIMIT, Outcome, decode, told};
use libfuzzer_sys::fuzz_target;

/// Where the items may be.
const PATHS: [&str; 4] = ["", "/a", "/a/b", "a[*].b"];

/// What comes out: the items, what stands around them, and what is wrong.
type Read = (Outcome, String, Option<Error>);

fn run<'d>(mut decoder: ItemsDecoder, pieces: impl Iterator<Item = &'d [u8]>) -> Read {
    let (outcome, result) = decode(pieces, |piece, batch| {
        let result = decoder.decode(piece, batch);
        check(batch).and(result)
    });
    let fault = result.and_then(|()| decoder.finish()).err();
    let outside = if fault.is_none() { decoder.outside().to_owned() } else { String::new() };
    (outcome, outside, fault)
}

/// What is wrong with the first item that was left unchecked and is no JSON; the batch ends before it.
fn check(batch: &mut Batch) -> Result<(), Error> {
    for index in 0..batch.len() {
        if let Err(fault) = batch.check(index) {
            batch.truncate(index);
            return Err(fault);
        }
    }
    Ok(())
}

/// An error with its place, where that is the same however the input is cut.
fn told_of_any_cut(fault: &Error) -> String {
    match fault.kind() {
        // It is told with the piece that goes beyond the limit.
        ErrorKind::TooLong { .. } => fault.to_string(),
        _ => told(fault),
    }
}

/// Panics where two runs are not the same, faults as they are told by `told`.
fn same(one: &Read, other: &Read, told: fn(&Error) -> String) {
    let [one, other] = [one, other].map(|read| (&read.0, &read.1, read.2.as_ref().map(told)));
    assert_eq!(one, other);
}

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (size, path, data) = input;
    let path = Path::parse(PATHS[usize::from(path) % PATHS.len()]).expect("it is a path");
    let decoder = ItemsDecoder::new(vec![path], LIMIT, 0);
    let pieces = || data.chunks(usize::from(size) + 1);
    let (cut, whole) = (run(decoder.clone(), pieces()), run(decoder.clone(), [data].into_iter()));
    same(&cut, &whole, told_of_any_cut);
    // Each is checked as it is taken.
    let decoder = decoder.unchecked();
    same(&run(decoder.clone(), pieces()), &cut, told);
    same(&run(decoder, [data].into_iter()), &whole, told);
});
