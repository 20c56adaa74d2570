//! What a record costs its consumer: by `Rows`; by a generator; and by a loop over each batch.
//!
//! `cargo bench -p asyncgen-sources --bench rows` prints JSON lines: nanoseconds of the consumer's thread
//! a record, the least of several rounds. The producer works on another thread and does not count.
#![expect(clippy::print_stdout, reason = "a benchmark speaks on its terminal")]

use std::hint::black_box;
use std::sync::Arc;

use asyncgen::{BoxGen, async_for, try_stream};
use asyncgen_sources::{Batches, Error, Input, Row, lines};
use bytes::Bytes;
use futures_core::Stream;

const RECORDS: usize = 4_000_000;

/// How often each reads them all, in turns; the least counts.
const ROUNDS: usize = 9;

fn main() {
    let text = Bytes::from("a line of some words\n".repeat(RECORDS));
    let source = || lines(Input::bytes(text.clone()));
    let contenders: [(&str, &dyn Fn() -> usize); 3] = [
        ("Rows", &|| count(source().rows())),
        ("a generator", &|| count(by_generator(source().batches()))),
        ("in a loop", &|| count_in_a_loop(source().batches())),
    ];
    let mut least = [u64::MAX; 3];
    for _ in 0..ROUNDS {
        for ((_, run), least) in contenders.iter().zip(&mut least) {
            let before = cpu_time();
            assert_eq!(run(), RECORDS);
            *least = (*least).min(cpu_time() - before);
        }
    }
    for ((name, _), nanoseconds) in contenders.iter().zip(least) {
        let hundredths = nanoseconds * 100 / RECORDS as u64;
        let (whole, rest) = (hundredths / 100, hundredths % 100);
        println!(r#"{{"name": "{name}", "value": {whole}.{rest:02}, "unit": "ns/record"}}"#);
    }
}

fn count(rows: impl Stream<Item = Result<Row, Error>>) -> usize {
    pollster::block_on(async {
        let mut count = 0;
        async_for!(for row in rows {
            black_box(row.unwrap());
            count += 1;
        });
        count
    })
}

fn count_in_a_loop(batches: Batches) -> usize {
    pollster::block_on(async {
        let mut count = 0;
        async_for!(for batch in batches {
            let batch = Arc::new(batch.unwrap());
            for row in (0..).map_while(|index| Row::new(Arc::clone(&batch), index)) {
                black_box(row);
                count += 1;
            }
        });
        count
    })
}

/// What `Rows` would be, written as the sources are.
fn by_generator(
    mut batches: Batches,
) -> BoxGen<'static, Row, Result<(), Error>, Result<Row, Error>> {
    BoxGen::new(try_stream!(async move {
        async_for!(for batch in &mut batches {
            let batch = Arc::new(batch?);
            for row in (0..).map_while(|index| Row::new(Arc::clone(&batch), index)) {
                yield row;
            }
        });
        Ok(())
    }))
}

/// The time that this thread has run, in nanoseconds.
fn cpu_time() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split_whitespace().next().unwrap().parse().unwrap()
}
