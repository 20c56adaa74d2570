//! What the decoders promise, seen from outside.

mod auto_traits;
mod chunks;
mod csv_cases;
mod csv_core_cases;
mod csv_errors;
mod csv_exhaustive;
mod csv_random;
mod csv_spectrum;
mod detect;
mod json;
mod json_random;
mod json_splits;
mod limits;
mod lines;
mod link_header;
mod naive_csv;
mod ndjson;
mod parts;
mod run;
mod sse;
mod testdata;
