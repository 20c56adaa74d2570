//! A million rows through `csv`, beside a 1 ms ticker on the same thread.

use std::{
    fs::File,
    io::{self, BufWriter, IsTerminal, Write},
    path::Path,
    time::{Duration, Instant},
};

use asyncgen_sources::csv;
use indicatif::{DecimalBytes, HumanCount};

use super::{failed, memory, say, ticker::Ticker};
use crate::{failure::Failure, progress::Bar, summary::Summary};

const ROWS: u64 = 1_000_000;

/// How long the ticker runs with nothing beside it, to have something to compare with.
const IDLE: Duration = Duration::from_millis(250);

/// Writes a file of a million rows into `folder` and streams it.
pub(super) async fn show(folder: &Path) -> Result<(), Failure> {
    let path = folder.join("orders.csv");
    let written = write_orders(&path).map_err(failed("write the rows"))?;
    say(&format!("wrote {} rows to {}", HumanCount(ROWS), path.display()))?;
    let idle = {
        let ticker = Ticker::start();
        tokio::time::sleep(IDLE).await;
        ticker.report()
    };

    let bar = if io::stderr().is_terminal() { Bar::shown() } else { Bar::hidden() };
    let ticker = Ticker::start();
    let started = Instant::now();
    let mut batches = csv(path.as_path()).batches();
    let (mut records, mut cents) = (0, 0);
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        for row in &batch {
            cents += row.get(3).and_then(in_cents).unwrap_or_default();
        }
        records += batch.len() as u64;
        bar.update(batches.progress(), records);
        // A batch may always be ready; this gives the ticker its turn.
        tokio::task::yield_now().await;
    }
    let elapsed = started.elapsed();
    let beside = ticker.report();
    bar.clear();

    let bytes = batches.progress().bytes;
    say(&format!("read  {}", Summary { noun: "row", records, rejects: 0, bytes, elapsed }))?;
    if (records, cents) != (ROWS, written) {
        let message = format!("wrote {ROWS} rows of {written} cents, read {records} of {cents}");
        return Err(failed("compare what was read")(io::Error::other(message)));
    }
    say(&match memory::peak() {
        Some(peak) => format!(
            "peak memory {} (VmHWM: the most of the whole process, ever)",
            DecimalBytes(peak)
        ),
        None => "peak memory unknown: this system does not tell it".to_owned(),
    })?;
    say(&format!(
        "a 1 ms ticker on the same thread ran {} times meanwhile, at worst {:.1?} late; \
         with nothing beside it, {:.1?}",
        HumanCount(beside.ticks),
        beside.worst,
        idle.worst
    ))
}

/// Writes the rows, and gives the sum of their amounts in cents.
fn write_orders(path: &Path) -> io::Result<u64> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "id,customer,city,amount,note")?;
    let mut sum = 0;
    for id in 1..=ROWS {
        let cents = id * 7919 % 100_000;
        sum += cents;
        let (city, note) = (CITIES[(id % 5) as usize], NOTES[(id % 3) as usize]);
        let (units, rest) = (cents / 100, cents % 100);
        writeln!(file, "{id},customer {},{city},{units}.{rest:02},{note}", id % 9973)?;
    }
    file.flush()?;
    Ok(sum)
}

/// Names that CSV has to quote among them.
const CITIES: [&str; 5] = ["Berlin", "Zürich", "\"Washington, DC\"", "大阪", "Porto"];
const NOTES: [&str; 3] = ["", "\"said \"\"hello\"\"\"", "\"two\nlines\""];

fn in_cents(amount: &str) -> Option<u64> {
    let (units, rest) = amount.split_once('.')?;
    Some(units.parse::<u64>().ok()? * 100 + rest.parse::<u64>().ok()?)
}
