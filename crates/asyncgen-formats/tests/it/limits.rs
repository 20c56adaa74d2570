//! Records without end: an error at the limit that names where they began, in bounded memory.

use asyncgen_formats::{
    Batch, CsvDecoder, CsvOptions, Decoder, ErrorKind, Header, LinesDecoder, NdjsonDecoder, Ragged,
};

use crate::run::{place_and_text, run};

/// Feeds `first` and then `again` until there is a fault; gives it with how many bytes were fed.
fn flood(decoder: &mut dyn Decoder, first: &[u8], again: &[u8]) -> (String, usize) {
    let mut batch = Batch::default();
    let mut fed = first.len();
    decoder.decode(first, &mut batch).unwrap();
    loop {
        assert!(fed < 1 << 30, "no fault");
        fed += again.len();
        if let Err(error) = decoder.decode(again, &mut batch) {
            assert!(batch.is_empty());
            return (place_and_text(&error), fed);
        }
    }
}

#[test]
fn records_without_end() {
    const CHUNK: usize = 1000;
    let csv = || CsvDecoder::new(CsvOptions::new().max_record(100_000)).unwrap();
    let lines = || LinesDecoder::new(100_000);
    let ndjson = || NdjsonDecoder::new(100_000);
    let check = |decoder: &mut dyn Decoder, first: &[u8], again: &[u8]| {
        let (text, fed) = flood(decoder, first, &again.repeat(CHUNK));
        let place = text.split(':').next().unwrap();
        assert_eq!(place, "4", "{text}");
        assert!(text.ends_with("is longer than the limit of 100000 bytes"), "{text}");
        assert!(fed < 100_000 + 5 * CHUNK, "{fed} bytes were taken in");
    };
    check(&mut csv(), b"a\n1\n\n", b"x");
    check(&mut csv(), b"a\n1\n\n", b",");
    check(&mut csv(), b"a\n1\n\n\"", b"x,\n");
    check(&mut lines(), b"a\nb\n\n", b"x");
    check(&mut ndjson(), b"1\n2\n\n", b"[");
}

#[test]
fn endless_fields_end_by_their_number() {
    let mut decoder = CsvDecoder::new(CsvOptions::new()).unwrap();
    let (text, fed) = flood(&mut decoder, b"\n", &b",".repeat(1 << 16));
    assert_eq!(text, "2:1 @1: the header has more than the limit of 1048576 fields");
    assert!(fed < 1_200_000);

    let mut decoder = CsvDecoder::new(CsvOptions::new()).unwrap();
    let error = decoder.decode(&b",".repeat(10 << 20), &mut Batch::default()).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TooManyFields { limit: 1 << 20 });
}

#[test]
fn the_limit_itself_is_within() {
    fn check(decoder: impl Fn() -> Box<dyn Decoder>, inputs: [(&[u8], bool); 6]) {
        for (input, is_within) in inputs {
            for chunk in 1..=input.len() {
                let outcome = run(&mut *decoder(), input.chunks(chunk));
                let text = input.escape_ascii();
                assert_eq!(outcome.fault.is_none(), is_within, "{text} in chunks of {chunk}");
            }
        }
    }
    let csv = CsvOptions::new().header(Header::None).ragged(Ragged::Keep).max_record(4);
    check(
        || Box::new(CsvDecoder::new(csv.clone()).unwrap()),
        [
            (b"abcd\r\nab,d\n", true),
            (b"\"ab\"\n\"b\n\"\r\n", true),
            (b"abcd", true),
            (b"abcde", false),
            (b"abcd\r\n\"abc\"\r\n", false),
            (b"abcd\n\"ab\"x\n", false),
        ],
    );
    check(
        || Box::new(LinesDecoder::new(4)),
        [
            (b"abcd\r\nabcd\n\n", true),
            (b"abc\r", true),
            (b"abcd", true),
            (b"abcde", false),
            (b"abcd\r", false),
            (b"abcd\nabcde\n", false),
        ],
    );
}

#[test]
fn many_members_of_small_objects_come_in_small_batches() {
    let input = [b"{}\n\n".repeat(20_000), b"{\"299\": 7}\n{\n".to_vec()].concat();
    let mut decoder = NdjsonDecoder::new(1 << 20).columns((0..300).map(|n| n.to_string()));
    let (mut batch, mut records, mut most) = (Batch::default(), 0, 0);
    let mut result = decoder.decode(&input, &mut batch);
    loop {
        let start = batch.start();
        assert_eq!((start.record, start.offset), (records, 4 * records));
        assert!(batch.iter().all(|record| record.len() == 301));
        records += batch.len() as u64;
        most = most.max(batch.memory());
        if result.is_err() || !decoder.has_more() {
            break;
        }
        result = decoder.decode(b"", &mut batch);
    }
    assert_eq!(batch.iter().last().and_then(|record| record.get(300)), Some("7"));
    let fault = place_and_text(&result.unwrap_err());
    let expected = "40002:2 @80012: record 20002 is not JSON: EOF while parsing an object";
    assert_eq!((records, &*fault), (20_001, expected));
    assert!(most < 8 << 20, "{most} bytes");
    // Of few members, and of one that is not alone in its object, all are in one batch.
    let mut decoder = NdjsonDecoder::new(1 << 20).columns(["a"]);
    decoder.decode(&b"{\"a\": 1}\n".repeat(20_000), &mut batch).unwrap();
    assert_eq!((batch.len(), decoder.has_more()), (20_000, false));
}

#[test]
fn a_record_of_many_chunks_costs_its_length() {
    // 1 MiB byte by byte: looked at again from its beginning, this would take hours.
    let mut decoder = CsvDecoder::new(CsvOptions::new()).unwrap();
    let mut batch = Batch::default();
    decoder.decode(b"a\n\"", &mut batch).unwrap();
    for _ in 0..1 << 20 {
        decoder.decode(b"x", &mut batch).unwrap();
    }
    decoder.decode(b"\"\n", &mut batch).unwrap();
    assert_eq!(batch.get(0).and_then(|record| record.get(0)).map(str::len), Some(1 << 20));

    // As many fields as bytes.
    let mut decoder = CsvDecoder::new(CsvOptions::new()).unwrap();
    for _ in 0..1 << 16 {
        decoder.decode(b",,,,", &mut batch).unwrap();
    }
    decoder.finish(&mut batch).unwrap();
    assert_eq!(decoder.columns().map(|columns| columns.len()), Some((1 << 18) + 1));

    let mut decoder = LinesDecoder::new(16 << 20);
    for _ in 0..1 << 20 {
        decoder.decode(b"x", &mut batch).unwrap();
    }
    decoder.finish(&mut batch).unwrap();
    assert_eq!(batch.get(0).and_then(|record| record.get(0)).map(str::len), Some(1 << 20));
}
