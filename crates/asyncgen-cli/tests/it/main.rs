//! The binary, as a user runs it: what it reads, prints and exits with.

mod cli_reference;
mod demo;
mod errors;
mod formats;
mod http;
mod leaving;
mod output_file;
mod pages;
mod resuming;
mod selecting;
mod shared_files;
mod sse;
mod syscalls;
mod terminal;
mod typing;

mod command;
mod server;
