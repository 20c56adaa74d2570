//! The `asyncgen` command: lines, CSV, NDJSON and paged APIs, streamed to the terminal or a file.
//!
//! ```text
//! args ──► job: batches + format ──► pump ──► sink (a thread that writes) ──► stdout or a file
//!                                     │
//!                                     └──► progress, summary, errors: stderr
//! ```
//! The binary and `python -m asyncgen` both call [`run`], which is the whole command.

mod args;
mod demo;
mod failure;
mod job;
mod output;
mod position;
mod progress;
mod pump;
mod rejects;
mod render;
mod signals;
mod sink;
mod summary;
mod target;

use std::ffi::OsString;

use clap::Parser;

use args::{Args, Command};
use failure::{Failure, exit};
#[doc(hidden)]
pub use output::{Encoder, Head, Problem, Selector, Shape, Typed, Typing, Wanted};

/// Runs the command with `args`, the first of which is the program's name, and gives its exit
/// code: 0 done, 1 bad data or I/O, 2 bad usage, 130 ended by Ctrl-C, 143 by SIGTERM.
///
/// Writes to the process's stdout and stderr. Blocks the calling thread until the command is
/// done. While it runs, SIGINT and SIGTERM end it; a handler that was set before is called as
/// well, so a host that has its own (Python has) sets SIGINT to its default first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            // Nobody reads it where this fails: `asyncgen --help | head -1`.
            let _ = error.print();
            return if error.use_stderr() { exit::USAGE } else { exit::OK };
        }
    };
    let result = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)
        .and_then(|runtime| {
            runtime.block_on(async {
                match args.command {
                    Command::Csv(args) => job::csv(args).await,
                    Command::Lines(args) => job::lines(args).await,
                    Command::Chunks(args) => job::chunks(args).await,
                    Command::Ndjson(args) => job::ndjson(args).await,
                    Command::Pages(args) => job::pages(args).await,
                    Command::Sse(args) => job::sse(args).await,
                    Command::Demo => demo::run().await,
                }
            })
        });
    match result {
        Ok(()) => exit::OK,
        Err(failure) => {
            render::to_stderr(&failure);
            failure.exit_code()
        }
    }
}
