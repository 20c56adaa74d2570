//! The `asyncgen` binary: the library's [`run`](asyncgen_cli::run) and nothing more.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(asyncgen_cli::run(std::env::args_os()))
}
