//! `asyncgen demo`: the main job, end to end, on data made for it. Every figure is measured in
//! the run that prints it.

mod bad_row;
mod blog;
mod memory;
mod million;
mod server;
mod ticker;

use std::io::{self, Write};

use tempfile::TempDir;

use crate::{failure::Failure, signals::Signals};

/// Runs the whole demo; Ctrl-C ends it, and its folder goes either way.
pub(crate) async fn run() -> Result<(), Failure> {
    let mut signals = Signals::listen().map_err(Failure::Runtime)?;
    tokio::select! {
        biased;
        signal = signals.recv() => Err(signal),
        result = show() => result,
    }
}

async fn show() -> Result<(), Failure> {
    say("A paged API, streamed item by item")?;
    blog::show().await?;
    let folder = tempfile::Builder::new()
        .prefix("asyncgen-demo-")
        .tempdir()
        .map_err(failed("make a temporary folder"))?;
    say("\nA million rows, beside a task that must not wait")?;
    million::show(folder.path()).await?;
    say("\nA bad row, shown as every command shows it")?;
    bad_row::show(folder.path()).await?;
    TempDir::close(folder).map_err(failed("remove the temporary folder"))
}

/// Prints a line to stdout.
fn say(line: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{line}").map_err(|error| Failure::output(None, error))
}

/// Turns the error of a step of the demo into a failure that names the step.
fn failed(doing: &'static str) -> impl Fn(io::Error) -> Failure {
    move |error| Failure::Demo { doing, error }
}
