//! Decoding speed in memory, ours and that of the usual crates, on data made here.
//!
//! `cargo bench -p asyncgen-formats --bench decode` prints one JSON object a line.
#![expect(clippy::print_stdout, reason = "a benchmark speaks on its terminal")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::BufRead as _;
use std::time::Instant;

use asyncgen_formats::{Batch, CsvDecoder, CsvOptions, Decoder, LinesDecoder, NdjsonDecoder, json};

/// What a source reads at a time.
const CHUNK: usize = 256 << 10;

/// How long each text is: more than any cache holds.
const BYTES: usize = 64 << 20;

/// How often each is decoded; the median counts.
const RUNS: usize = 5;

const LIMIT: usize = 16 << 20;

fn main() {
    let plain = grow(|text, row| {
        let (a, b) = (row % 97, row * 7 % 1009);
        writeln!(text, "{row},2024-05-{:02}T10:00:00Z,EWR,N{b},{a}.25,{b},ok", row % 28 + 1)
    });
    let dense = grow(|text, row| {
        writeln!(text, "{},{},{},{row},,{},,{},x", row % 7, row % 3, row % 10, row % 5, row % 12)
    });
    let quoted = grow(|text, row| {
        writeln!(text, "{row},\"a longer note, with a comma and a {}\",\"line\nbreak\"", row % 1000)
    });
    let escaped = grow(|text, row| {
        writeln!(text, "{row},\"say \"\"{}\"\" twice\",\"12\"\" monitor\"", row % 1000)
    });
    for (name, text) in
        [("plain", &plain), ("dense", &dense), ("quoted", &quoted), ("escaped", &escaped)]
    {
        report(&format!("csv {name}, asyncgen"), text, || {
            decode(&mut CsvDecoder::new(CsvOptions::new()).unwrap(), text)
        });
        report(&format!("csv {name}, asyncgen, all fields read"), text, || {
            read(&mut CsvDecoder::new(CsvOptions::new()).unwrap(), text)
        });
        report(&format!("csv {name}, csv crate ByteRecord"), text, || {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let (mut record, mut records) = (csv::ByteRecord::new(), 0);
            while reader.read_byte_record(&mut record).unwrap() {
                records += 1;
            }
            records
        });
        report(&format!("csv {name}, csv crate StringRecord"), text, || {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let (mut record, mut records) = (csv::StringRecord::new(), 0);
            while reader.read_record(&mut record).unwrap() {
                records += 1;
            }
            records
        });
    }

    report("lines, asyncgen", &plain, || decode(&mut LinesDecoder::new(LIMIT), &plain));
    report("lines, BufRead read_line", &plain, || {
        let (mut input, mut line, mut lines) = (plain.as_bytes(), String::new(), 0);
        while input.read_line(&mut line).unwrap() > 0 {
            line.clear();
            lines += 1;
        }
        lines
    });
    report("lines, BufRead lines", &plain, || plain.as_bytes().lines().map(Result::unwrap).count());

    let values = grow(|text, row| {
        let (a, b) = (row % 97, row * 7 % 1009);
        writeln!(
            text,
            r#"{{"id": {row}, "name": "item {b}", "price": {a}.25, "tags": ["a", "b"]}}"#
        )
    });
    report("ndjson, asyncgen", &values, || decode(&mut NdjsonDecoder::new(LIMIT), &values));
    let page = format!("{{\"results\": [{}]}}", values.trim_end().replace('\n', ","));
    report("json items, asyncgen", &page, || {
        let mut decoder = json::ItemsDecoder::new(vec![], LIMIT, 0);
        let (mut batch, mut count) = (Batch::default(), 0);
        for chunk in page.as_bytes().chunks(CHUNK) {
            decoder.decode(chunk, &mut batch).unwrap();
            count += batch.len();
        }
        decoder.finish().unwrap();
        count
    });
}

fn grow(row: impl Fn(&mut String, usize) -> std::fmt::Result) -> String {
    let mut text = String::with_capacity(BYTES + 1024);
    for number in 0.. {
        if text.len() >= BYTES {
            break;
        }
        row(&mut text, number).expect("a String takes all");
    }
    text
}

fn decode(decoder: &mut dyn Decoder, text: &str) -> usize {
    batches(decoder, text, Batch::len)
}

fn read(decoder: &mut dyn Decoder, text: &str) -> usize {
    batches(decoder, text, |batch| batch.iter().flatten().map(str::len).sum())
}

fn batches(decoder: &mut dyn Decoder, text: &str, count: impl Fn(&Batch) -> usize) -> usize {
    let mut batch = Batch::default();
    let mut sum = 0;
    for chunk in text.as_bytes().chunks(CHUNK) {
        decoder.decode(chunk, &mut batch).unwrap();
        sum += count(black_box(&batch));
    }
    decoder.finish(&mut batch).unwrap();
    sum + count(&batch)
}

fn report(name: &str, text: &str, run: impl Fn() -> usize) {
    let mut seconds: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            assert!(black_box(run()) > 0);
            start.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more")]
    let value = text.len() as f64 / 1e6 / seconds[RUNS / 2];
    let (what, who) = name.split_once(", ").expect("what is decoded, and by whom");
    println!(
        r#"{{"group":"Rust decoders, {what}","name":"{who}","unit":"MB/s","value":{value:.0}}}"#
    );
}
