//! Who reads, each as its documentation has it; all count the records, and see each.
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use asyncgen_sources::{Batches, Error, Rows, async_for, csv, lines};
use tokio::io::AsyncBufReadExt as _;

/// What the synchronous ones read at a time: as much as we do.
const BUFFER: usize = 256 << 10;

pub(crate) struct Reader {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&Path) -> usize,
}

pub(crate) const CSV: &[Reader] = &[
    Reader { name: "csv crate, ByteRecord", run: byte_records },
    Reader { name: "asyncgen, rows", run: |path| rows(csv(path).rows()) },
    Reader { name: "asyncgen, batches", run: |path| batches(csv(path).batches()) },
    Reader { name: "csv-async, ByteRecord", run: |path| byte_records_async(path, None) },
    Reader {
        name: "csv-async, ByteRecord, 256 KiB",
        run: |path| byte_records_async(path, Some(BUFFER)),
    },
];

pub(crate) const LINES: &[Reader] = &[
    Reader { name: "BufRead, lines", run: std_lines },
    Reader { name: "asyncgen, rows", run: |path| rows(lines(path).rows()) },
    Reader { name: "asyncgen, batches", run: |path| batches(lines(path).batches()) },
    Reader { name: "tokio, lines", run: tokio_lines },
];

fn rows(rows: Rows) -> usize {
    let counted = async {
        let mut count = 0;
        async_for!(for row in rows {
            black_box(row?);
            count += 1;
        });
        Ok::<_, Error>(count)
    };
    block_on(counted).expect("the file is as it should be")
}

fn batches(batches: Batches) -> usize {
    let counted = async {
        let mut count = 0;
        async_for!(for batch in batches {
            for record in &batch? {
                black_box(record);
                count += 1;
            }
        });
        Ok::<_, Error>(count)
    };
    block_on(counted).expect("the file is as it should be")
}

fn byte_records(path: &Path) -> usize {
    let file = File::open(path).expect("it was written");
    let mut reader = ::csv::ReaderBuilder::new().buffer_capacity(BUFFER).from_reader(file);
    let (mut record, mut count) = (::csv::ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record).expect("the file is as it should be") {
        black_box(&record);
        count += 1;
    }
    count
}

/// With a buffer of its own choice, as its documentation has it, or with as much as the others have.
fn byte_records_async(path: &Path, buffer: Option<usize>) -> usize {
    block_on(async {
        let file = tokio::fs::File::open(path).await.expect("it was written");
        let mut builder = csv_async::AsyncReaderBuilder::new();
        if let Some(buffer) = buffer {
            builder.buffer_capacity(buffer);
        }
        let mut reader = builder.create_reader(file);
        let (mut record, mut count) = (csv_async::ByteRecord::new(), 0);
        while reader.read_byte_record(&mut record).await.expect("the file is as it should be") {
            black_box(&record);
            count += 1;
        }
        count
    })
}

fn std_lines(path: &Path) -> usize {
    let file = BufReader::with_capacity(BUFFER, File::open(path).expect("it was written"));
    let mut count = 0;
    for line in file.lines() {
        black_box(line.expect("it is UTF-8"));
        count += 1;
    }
    count
}

fn tokio_lines(path: &Path) -> usize {
    block_on(async {
        let file = tokio::fs::File::open(path).await.expect("it was written");
        let mut lines = tokio::io::BufReader::new(file).lines();
        let mut count = 0;
        while let Some(line) = lines.next_line().await.expect("it is UTF-8") {
            black_box(line);
            count += 1;
        }
        count
    })
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime without drivers needs nothing").block_on(future)
}
