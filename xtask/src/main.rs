//! Development tasks: `cargo xtask test|lint|soak|bench`. Needs nothing but the standard library.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks on its terminal")]

mod bench;
mod checks;
mod fingerprint;
mod lint;
mod oldest;
mod python;
mod shell;
mod soak;
mod test;
mod venv;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <task>

  test [rust|python]   every test: Rust, doc tests, tidy, pytest, type checks, the blocks of the docs
  lint                 formatting, clippy, rustdoc, the oldest Rust, ruff, mypy, basedpyright, stubtest
  soak                 the long counts of the tests
  bench [quick|render] the benchmarks, into benches/results.json, RESULTS.md and charts/
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["test"] => test::all(),
        ["test", "rust"] => test::rust(),
        ["test", "python"] => test::python(),
        ["lint"] => lint::all(),
        ["soak"] => soak::all(),
        ["bench"] => bench::all(bench::Length::Full),
        ["bench", "quick"] => bench::all(bench::Length::Quick),
        ["bench", "render"] => bench::render(),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    shell::report();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
