//! Chunks of one size, however the input is cut.

use asyncgen_formats::{Batch, ChunksDecoder, Decoder, LinesDecoder};

#[test]
fn of_each_size_and_cut() {
    let all: Vec<u8> = (0..=40).map(|n| n ^ 0xf3).collect();
    for size in 1..=all.len() + 2 {
        let expected: Vec<&[u8]> = all.chunks(size).collect();
        for cut in 1..=all.len() {
            let (mut decoder, mut batch) = (ChunksDecoder::new(size), Batch::default());
            let mut seen = Vec::new();
            let mut take = |decoder: &ChunksDecoder, batch: &Batch| {
                for (index, record) in batch.iter().enumerate() {
                    let place = record.position();
                    assert_eq!(place.record, seen.len() as u64);
                    assert_eq!(place.offset, (seen.len() * size) as u64);
                    assert!(record.is_empty());
                    seen.push(batch.chunk(index).unwrap().to_vec());
                }
                assert_eq!((batch.chunk(batch.len()), batch.end()), (None, decoder.position()));
            };
            for piece in all.chunks(cut) {
                decoder.decode(piece, &mut batch).unwrap();
                take(&decoder, &batch);
            }
            decoder.finish(&mut batch).unwrap();
            take(&decoder, &batch);
            assert_eq!(seen, expected, "{size} {cut}");
        }
    }
}

#[test]
fn a_record_of_text_is_no_chunk() {
    let mut batch = Batch::default();
    LinesDecoder::new(100).decode(b"one\n", &mut batch).unwrap();
    assert_eq!((batch.len(), batch.chunk(0)), (1, None));
}
