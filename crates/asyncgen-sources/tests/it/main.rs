//! The behaviour of the sources, from outside.

mod chunks;
mod compression;
mod dialects;
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
mod pages_shapes;
mod pages_styles;
mod ranged;
mod resume;
mod server;
mod several;
mod sse;
mod support;
