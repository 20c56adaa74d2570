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
mod server;
mod support;
