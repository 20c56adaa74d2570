//! What sources rely on: decoders and batches move between threads.

use asyncgen_formats::{
    Batch, CsvDecoder, CsvOptions, Error, LinesDecoder, NdjsonDecoder, Position, Record, Row,
};

fn crosses_threads<T: Send + Sync + Unpin>() {}

#[test]
fn everything_is_send_sync_unpin() {
    crosses_threads::<Batch>();
    crosses_threads::<Record<'static>>();
    crosses_threads::<Row>();
    crosses_threads::<Position>();
    crosses_threads::<Error>();
    crosses_threads::<CsvOptions>();
    crosses_threads::<CsvDecoder>();
    crosses_threads::<LinesDecoder>();
    crosses_threads::<NdjsonDecoder>();
}

#[test]
fn an_error_is_one_pointer_wide() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}
