//! The behaviour of the sources, from outside.

mod compression;
mod early;
mod encoding;
mod executors;
mod files;
mod gzip;
mod hand;
mod http;
mod pages;
mod pages_auth;
mod pages_ends;
mod pages_faults;
mod pages_memory;
mod pages_packed;
mod pages_shapes;
mod pages_shrink;
mod pages_styles;
mod pages_unique;
mod request;
mod resume;
mod secrets;
mod server;
mod sse;
mod support;
mod tls;
