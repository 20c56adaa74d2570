//! Parts of a batch.

use asyncgen_formats::{Batch, Decoder, NdjsonDecoder, Position, Record};

fn told(record: Record<'_>) -> (Vec<&str>, Position) {
    (record.iter().collect(), record.position())
}

#[test]
fn a_part_has_its_records_at_their_places() {
    let mut batch = Batch::default();
    let text = "{\"a\": 1}\n\n[2, \"\u{e9}\"]\n3\n\"4\"\n";
    NdjsonDecoder::new(100).decode(text.as_bytes(), &mut batch).unwrap();
    for start in 0..=batch.len() {
        for end in start..=batch.len() {
            let part = batch.part(start..end);
            assert_eq!(part.len(), end - start);
            for index in start..end {
                let (whole, own) = (batch.get(index).unwrap(), part.get(index - start).unwrap());
                assert_eq!(told(own), told(whole));
            }
            let after = batch.get(end).map_or(batch.end(), |next| next.position());
            assert!(part.is_empty() || part.end() == after, "{start}..{end}");
            assert!(part.is_ascii() <= part.iter().all(|item| item.get(0).unwrap().is_ascii()));
        }
    }
}
