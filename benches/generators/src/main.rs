//! What a generator costs, for us and for the other ways to write a stream, in one binary.
//!
//! `cargo run --release --package generators-bench` prints one line of JSON for each figure, the
//! median of its rounds in nanoseconds an item. Words after `--` choose what else:
//!
//! - `--instructions`: the exact instructions an item instead, counted by callgrind;
//! - `--check`: those of the figures in `limits.rs` against their limits, which is the test;
//! - `--count SHAPE PEER ITEMS`: one figure once, which is what runs under callgrind.
//!
//! A word after the first two keeps the figures whose shape or peer has it in its name.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the figures are its output")]

mod callgrind;
mod drive;
mod figure;
mod limits;
mod peers;
mod shapes;
mod table;
mod time;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["--count", shape, peer, items] => count(shape, peer, items),
        ["--check"] => limits::check(),
        ["--instructions"] => instructions(""),
        ["--instructions", part] => instructions(part),
        [] => {
            times("");
            Ok(())
        }
        [part] if !part.starts_with('-') => {
            times(part);
            Ok(())
        }
        _ => Err("usage: generators-bench [--check | --instructions [PART] | PART]".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn count(shape: &str, peer: &str, items: &str) -> Result<(), String> {
    let figure = table::find(shape, peer)?;
    (figure.run)(items.parse().map_err(|error| format!("{items}: {error}"))?);
    Ok(())
}

fn instructions(part: &str) -> Result<(), String> {
    if !callgrind::is_there() {
        eprintln!("skipped: no valgrind on the PATH");
        return Ok(());
    }
    for figure in table::named(part) {
        figure.print("instructions/item", callgrind::instructions_an_item(&figure)?);
    }
    Ok(())
}

/// Shape by shape, each when it is there.
fn times(part: &str) {
    for figures in table::named(part).chunk_by(|one, other| one.shape == other.shape) {
        figures
            .iter()
            .zip(time::medians(figures))
            .for_each(|(figure, median)| figure.print("ns/item", median));
    }
}
