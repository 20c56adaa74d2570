//! Sans-IO decoders: bytes in, [`Batch`]es of records with their positions out.
//!
//! A decoder knows bytes, not files or sockets: the caller reads, hands over chunks cut anywhere,
//! and gets the records that are complete, each with the place it stands at in the source.
//! The records come out the same however the input is cut.
//!
//! ```
//! use asyncgen_formats::{Batch, CsvDecoder, CsvOptions, Decoder};
//!
//! let mut decoder = CsvDecoder::new(CsvOptions::new())?;
//! let mut batch = Batch::default();
//! let mut cities = Vec::new();
//! for chunk in ["city,peo", "ple\n\"Köln\",1 08", "7 000\nBonn,332 000\n"] {
//!     decoder.decode(chunk.as_bytes(), &mut batch)?;
//!     cities.extend(batch.iter().map(|record| (record.position().line, record.get(0).unwrap().to_owned())));
//! }
//! decoder.finish(&mut batch)?;
//! assert_eq!(cities, [(2, "Köln".to_owned()), (3, "Bonn".to_owned())]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod batch;
mod block;
mod chunks;
mod csv;
mod decoder;
mod error;
pub mod json;
mod lines;
pub mod link_header;
mod ndjson;
mod pending;
mod place;
mod pool;
mod position;
mod record;
mod record_buf;
mod reject;
mod splitter;
mod sse;

pub use batch::{Batch, Columns};
pub use chunks::ChunksDecoder;
pub use csv::{Blank, CsvDecoder, CsvDialect, CsvOptions, Header, OptionError, Ragged};
pub use decoder::{Decoder, MAX_CHUNK, MAX_RECORD, Resume, Tail};
pub use error::{Error, ErrorKind, Snippet};
pub use lines::LinesDecoder;
pub use ndjson::NdjsonDecoder;
pub use pool::Pool;
pub use position::Position;
pub use record::{Fields, Record, Records, Row, Utf8};
pub use record_buf::RecordBuf;
pub use reject::{OnError, Reject};
pub use sse::SseDecoder;
