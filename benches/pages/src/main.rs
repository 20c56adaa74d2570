//! Typed items of a paged API, eight pages at a time, by us and as one writes it by hand.
//!
//! `cargo run --release --package pages-bench` prints one line of JSON for each figure: the median of its rounds, in
//! which the readers take turns. The server is a process of its own. A word is for a profiler: only those whose name
//! has it read.
#![expect(clippy::print_stdout, reason = "the figures are its output")]

mod readers;
mod server;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use readers::Reader;

/// Odd, so that the median is one of them.
const ROUNDS: usize = 7;

/// How long a page takes the server, and how many there are: each round is long enough for the clock.
const SERVERS: [(Duration, u64); 2] = [(Duration::ZERO, 4000), (Duration::from_millis(5), 1000)];

fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [word, delay, pages] = &words[..]
        && word == "serve"
    {
        let delay = Duration::from_millis(delay.parse().unwrap_or_default());
        return server::serve(delay, pages.parse().unwrap_or_default());
    }
    // reqwest is built without one, and asks for it also where there is no TLS. Another has been there first: as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let word = words.first().map_or("", String::as_str);
    let readers: Vec<_> = readers::ALL.iter().filter(|reader| reader.name.contains(word)).collect();
    for (delay, pages) in SERVERS {
        let (mut server, url) = start(delay, pages)?;
        let group = format!("Rust typed pages, {} ms a page", delay.as_millis());
        compare(&group, pages, &readers, |reader| runtime.block_on((reader.run)(url.clone())));
        server.kill()?;
        server.wait()?;
    }
    Ok(())
}

/// A server, and where it is.
fn start(delay: Duration, pages: u64) -> std::io::Result<(Child, String)> {
    let mut server = Command::new(std::env::current_exe()?)
        .args(["serve", &delay.as_millis().to_string(), &pages.to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut url = String::new();
    if let Some(told) = server.stdout.take() {
        BufReader::new(told).read_line(&mut url)?;
    }
    Ok((server, url.trim().to_owned()))
}

/// Prints how many pages a second each has read; all must find the same items.
fn compare(group: &str, pages: u64, readers: &[&Reader], run: impl Fn(&Reader) -> u64) {
    let mut rounds = vec![Vec::with_capacity(ROUNDS); readers.len()];
    for _ in 0..ROUNDS {
        for (reader, rounds) in readers.iter().zip(&mut rounds) {
            let (wall, cpu) = (Instant::now(), cpu());
            let items = run(reader);
            assert_eq!(items, pages * server::ITEMS, "{}", reader.name);
            rounds.push((wall.elapsed(), self::cpu().saturating_sub(cpu)));
        }
    }
    let Some(first) = rounds.first().cloned() else { return };
    for (reader, mut rounds) in readers.iter().zip(rounds) {
        // Within a round: the machine may be slow for a while, and then it is for all.
        let mut ratios: Vec<f64> = first
            .iter()
            .zip(&rounds)
            .map(|((first, _), (own, _))| first.as_secs_f64() / own.as_secs_f64())
            .collect();
        ratios.sort_by(f64::total_cmp);
        rounds.sort();
        let (wall, cpu) = rounds[ROUNDS / 2];
        #[expect(clippy::cast_precision_loss, reason = "a rate needs no more")]
        let (value, cpu) =
            (pages as f64 / wall.as_secs_f64(), cpu.as_secs_f64() * 1e6 / pages as f64);
        let (name, ratio) = (reader.name, ratios[ROUNDS / 2]);
        println!(
            r#"{{"group":"{group}","name":"{name}","unit":"pages/s","value":{value:.0},"ratio":{ratio:.3},"note":"CPU {cpu:.0} µs a page; median of {ROUNDS}"}}"#
        );
    }
}

/// The time that all threads of this process have worked.
fn cpu() -> Duration {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let seconds = Duration::from_secs(spent.tv_sec.unsigned_abs());
    seconds + Duration::from_nanos(spent.tv_nsec.unsigned_abs())
}
