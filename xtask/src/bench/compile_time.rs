//! How long a hundred generators take to compile: a made-up crate of them for each way to write one.
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use super::json;
use crate::shell::{self, Result};

/// Enough that cargo's own start, some 50 ms, does not count.
const GENERATORS: usize = 100;
/// Odd, so that the median is one of them.
const ROUNDS: usize = 3;

/// The source of one generator, told apart by its number.
type Generator = fn(usize) -> String;

/// The ways to write one: name, file, source.
const WAYS: &[(&str, &str, Generator)] = &[
    ("hand-written", "hand_written", hand_written),
    ("async-stream", "async_stream", async_stream),
    ("asyncgen stream!", "ours", ours),
];

/// The figures, as lines of JSON.
pub(super) fn measure() -> Result<String> {
    let folder = shell::target().join("compile-time");
    shell::write_file(&folder.join("Cargo.toml"), &manifest())?;
    // The same versions as in the workspace; cargo drops from it what is not needed.
    let lock = shell::read_file(&shell::root().join("Cargo.lock"))?;
    shell::write_file(&folder.join("Cargo.lock"), &lock)?;
    shell::write_file(&folder.join("src/lib.rs"), "")?;
    for (_, file, generator) in WAYS {
        write(&folder, file, *generator)?;
    }
    // The dependencies.
    shell::run(build(&folder).arg("--examples"))?;
    let mut lines = String::new();
    for (name, file, generator) in WAYS {
        let mut rounds = [0.0; ROUNDS];
        for seconds in &mut rounds {
            // To cargo, a file that is written anew has changed.
            write(&folder, file, *generator)?;
            let start = Instant::now();
            shell::run(build(&folder).args(["--example", file]))?;
            *seconds = start.elapsed().as_secs_f64();
        }
        rounds.sort_by(f64::total_cmp);
        let seconds = rounds[ROUNDS / 2];
        let _ = writeln!(
            lines,
            r#"{{"group":"Rust generators, time to compile {GENERATORS}","name":"{name}","unit":"s","value":{seconds:.3},"note":"cargo build, debug; median of {ROUNDS}"}}"#
        );
    }
    Ok(lines)
}

fn write(folder: &Path, file: &str, generator: Generator) -> Result {
    shell::write_file(&folder.join(format!("examples/{file}.rs")), &source(generator))
}

fn build(folder: &Path) -> Command {
    let mut cargo = shell::cargo(&["build", "--quiet"]);
    cargo.current_dir(folder).env("CARGO_TARGET_DIR", "target").env("CARGO_INCREMENTAL", "0");
    cargo
}

/// The examples are libraries, so that no time goes to the linker.
fn manifest() -> String {
    let mut manifest = format!(
        "[workspace]\n\n[package]\nname = \"compile-time\"\nedition = \"2024\"\n\n\
         [dependencies]\nasync-stream = \"0.3\"\nasyncgen.path = {}\nfutures-core = \"0.3\"\n",
        json::quote(&shell::root().join("crates/asyncgen").to_string_lossy())
    );
    for (_, file, _) in WAYS {
        let _ = write!(manifest, "\n[[example]]\nname = \"{file}\"\ncrate-type = [\"lib\"]\n");
    }
    manifest
}

/// Every generator is boxed, which has the compiler make its code here and not in the crate that uses it.
fn source(generator: Generator) -> String {
    let mut source = String::from(
        "use std::pin::Pin;\nuse futures_core::Stream;\n\
         pub type Boxed = Pin<Box<dyn Stream<Item = u64>>>;\n",
    );
    source.extend((0..GENERATORS).map(generator));
    source
}

fn ours(number: usize) -> String {
    format!(
        "pub fn numbers_{number}(n: u64) -> Boxed {{
            Box::pin(asyncgen::stream!(async move {{
                for at in 0..n {{
                    std::future::ready(()).await;
                    yield at + {number};
                }}
            }}))
        }}\n"
    )
}

fn async_stream(number: usize) -> String {
    format!(
        "pub fn numbers_{number}(n: u64) -> Boxed {{
            Box::pin(async_stream::stream! {{
                for at in 0..n {{
                    std::future::ready(()).await;
                    yield at + {number};
                }}
            }})
        }}\n"
    )
}

fn hand_written(number: usize) -> String {
    format!(
        "struct Numbers{number} {{ at: u64, end: u64 }}
        impl Stream for Numbers{number} {{
            type Item = u64;
            fn poll_next(
                mut self: Pin<&mut Self>,
                _cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<u64>> {{
                if self.at == self.end {{
                    return std::task::Poll::Ready(None);
                }}
                self.at += 1;
                std::task::Poll::Ready(Some(self.at - 1 + {number}))
            }}
        }}
        pub fn numbers_{number}(n: u64) -> Boxed {{
            Box::pin(Numbers{number} {{ at: 0, end: n }})
        }}\n"
    )
}
