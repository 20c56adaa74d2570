//! Lines, CSV, NDJSON and paged APIs as async generators.
//!
//! ```
//! use asyncgen_sources::{Input, async_for, csv};
//!
//! # async fn example() -> Result<(), asyncgen_sources::Error> {
//! async_for!(for row in csv(Input::bytes("city,people\nBonn,332000\nUlm,127000\n")).rows() {
//!     let row = row?;
//!     println!("{} {}", row.get(0).unwrap_or("?"), row.by_name("people").unwrap_or("?"));
//! });
//! # Ok(())
//! # }
//! # pollster::block_on(example()).unwrap();
//! ```
//!
//! A source is built by [`lines`], [`csv`], [`ndjson`] or [`chunks`] from an [`Input`], by [`pages`] or [`sse`]
//! from a URL, and gives [`Batches`], [`Rows`] or chunks: a [`Source`], which is a stream for any executor, or for none.
//!
//! ```text
//! Input ─► Chunks ─► Plain ─► Text ─► decoder ─► Batch ─►│ channel │─► Batches ─► Rows
//! file      bytes     gzip…    UTF-8   formats           │ of two  │
//! stdin     256 KiB   undone                             │         │
//! http                                           │         │
//!         a generator, on the library's runtime        streams, any thread
//! ```
//!
//! What stays true: nothing is opened before the first poll; polling never reads, inflates or
//! decodes, save what the consumer itself gives; the producer waits when a few batches are ready;
//! what was decoded before an error comes before it; dropping a stream signals and returns. A
//! process forked from this one gets a runtime of its own, and sources that were started before
//! the fork end there with an error.

#[cfg(feature = "arrow")]
pub mod arrow;
mod asked;
mod batches;
mod bytes;
mod chunks;
mod compression;
mod csv;
mod decode;
mod dialect;
mod error;
mod files;
mod http;
mod input;
mod kind;
mod lines;
mod ndjson;
mod pages;
mod producer;
mod progress;
mod request;
mod resume;
mod rows;
mod runtime;
mod seam;
mod signal;
mod source;
mod sse;
mod text;
mod typed;
mod work;

#[doc(hidden)]
pub use asked::{Answer, Asked, Question};
pub use asyncgen::async_for;
pub use asyncgen_formats::Error as Fault;
pub use asyncgen_formats::{
    Batch, Blank, Columns, CsvDialect, Fields, Header, OnError, Position, Ragged, Record,
    RecordBuf, Records, Reject, Row, Snippet,
};
pub use batches::Batches;
pub use bytes::feed::{Closed, Feed};
#[doc(hidden)]
pub use bytes::hand::Hand;
pub use chunks::{Chunks, chunks};
pub use compression::Compression;
pub use csv::{Csv, csv};
pub use dialect::Dialect;
pub use error::{Error, ErrorKind, Place};
pub use http::auth::{Auth, Credentials, Fresh};
#[doc(hidden)]
pub use http::origin::Reach;
pub use http::rate::Rate;
pub use http::retry::Retry;
pub use http::timeouts::Timeouts;
pub use input::Input;
pub use kind::Kind;
pub use lines::{Lines, lines};
pub use ndjson::{Ndjson, ndjson};
pub use pages::{Choice, Choose, Next, Onward, Pages, Repeat, Seen, Stop, pages};
pub use progress::{Progress, Summary};
pub use request::{Request, request};
pub use rows::Rows;
#[doc(hidden)]
pub use signal::Signal;
pub use source::{Source, SourceGenerator};
pub use sse::{Sse, sse};
pub use text::Malformed;
#[doc(hidden)]
pub use work::Work;
