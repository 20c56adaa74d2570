//! Records streamed from files of the page cache, by us and by the crates it is usually done with.
//!
//! `cargo run --release --package files-bench` prints one line of JSON for each figure: the median of its rounds.
//! Those who read the same file take turns. `-- TEXT` measures only those whose name has that text: `plain, asyncgen`.
#![expect(clippy::print_stdout, reason = "the figures are its output")]

mod readers;
mod texts;

use std::path::Path;
use std::time::Instant;

use readers::Reader;

/// Odd, so that the median is one of them.
const ROUNDS: usize = 7;

fn main() -> std::io::Result<()> {
    let folder = std::env::temp_dir().join(format!("asyncgen-files-bench-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let outcome = measure(&folder);
    std::fs::remove_dir_all(&folder)?;
    outcome
}

fn measure(folder: &Path) -> std::io::Result<()> {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    for (name, text) in texts::all() {
        let path = folder.join(name);
        std::fs::write(&path, &text)?;
        compare(&format!("Rust files, csv {name}"), &wanted, (&path, text.len()), readers::CSV);
        if name == texts::PLAIN {
            compare("Rust files, lines", &wanted, (&path, text.len()), readers::LINES);
        }
        std::fs::remove_file(&path)?;
    }
    Ok(())
}

/// Prints what each takes that is wanted; all must find the same number of records.
fn compare(group: &str, wanted: &str, (path, bytes): (&Path, usize), readers: &[Reader]) {
    let is_wanted = |reader: &&Reader| format!("{group}, {}", reader.name).contains(wanted);
    let readers: Vec<_> = readers.iter().filter(is_wanted).collect();
    let Some(first) = readers.first() else { return };
    let mut rounds = vec![Vec::with_capacity(ROUNDS); readers.len()];
    let records = (first.run)(path);
    for _ in 0..ROUNDS {
        for (reader, rounds) in readers.iter().zip(&mut rounds) {
            let start = Instant::now();
            assert_eq!((reader.run)(path), records, "{}", reader.name);
            rounds.push(start.elapsed().as_secs_f64());
        }
    }
    for (reader, mut rounds) in readers.iter().zip(rounds) {
        rounds.sort_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, reason = "a rate needs no more")]
        let value = bytes as f64 / 1e6 / rounds[ROUNDS / 2];
        let name = reader.name;
        println!(r#"{{"group":"{group}","name":"{name}","unit":"MB/s","value":{value:.0}}}"#);
    }
}
