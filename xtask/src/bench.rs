//! `cargo xtask bench`: every benchmark prints JSON lines; the table and the charts are drawn from what they said.
mod chart;
mod compile_time;
mod curve;
mod json;
mod report;
mod result;

use std::path::PathBuf;

use crate::shell::{self, Result, read, section};
use crate::test;
use crate::venv::Venv;
use result::Results;

/// How long to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// Long enough for the figures that are published.
    Full,
    /// Long enough to see that every benchmark runs.
    Quick,
}

/// Runs everything, then writes `benches/results.json` and draws from it.
pub(crate) fn all(length: Length) -> Result {
    let mut lines = String::new();
    lines += &section("generators, times", || read(&mut test::generators(&[])))?;
    if length == Length::Full {
        lines += &section("generators, instructions", || {
            read(&mut test::generators(&["--instructions"]))
        })?;
        lines += &section("generators, time to compile", compile_time::measure)?;
    }
    lines += &section("decoders", || {
        read(&mut shell::cargo(&["bench", "--package", "asyncgen-formats", "--bench", "decode"]))
    })?;
    if length == Length::Full {
        lines += &section("files", || {
            read(&mut shell::cargo(&["run", "--release", "--package", "files-bench"]))
        })?;
        lines += &section("pages", || {
            read(&mut shell::cargo(&["run", "--release", "--package", "pages-bench"]))
        })?;
    }
    lines += &python(length)?;
    let results = Results::from_lines(&lines, machine()?)?;
    let file = match length {
        Length::Full => results_file(),
        // Hurried figures are not kept among the published ones.
        Length::Quick => shell::target().join("bench-quick/results.json"),
    };
    shell::write_file(&file, &results.to_json())?;
    draw(&file)
}

/// Draws the table and the charts again from `benches/results.json`.
pub(crate) fn render() -> Result {
    draw(&results_file())
}

fn results_file() -> PathBuf {
    shell::root().join("benches/results.json")
}

/// What is measured on every Python, and what on one core as well: what decodes works on another thread than its
/// consumer.
const ON_EVERY_PYTHON: &[&str] = &["generators", "csv", "lines", "ndjson"];
const ON_ONE_CORE: &[&str] = &["--one-core", "csv", "lines", "ndjson"];

/// Python against its peers, in environments that have them.
fn python(length: Length) -> Result<String> {
    let main = Venv::main()?;
    test::prepare(&main, &["build", "test", "lint", "bench"])?;
    let mut lines = section("Python against its peers", || python_bench(&main, length, &[]))?;
    lines += &section("the same on one core", || python_bench(&main, length, ON_ONE_CORE))?;
    for other in main.further() {
        test::prepare(&other, &["build", "test", "bench"])?;
        let title = format!("Python {} against its peers", other.version());
        lines += &section(&title, || python_bench(&other, length, ON_EVERY_PYTHON))?;
    }
    Ok(lines)
}

fn python_bench(venv: &Venv, length: Length, words: &[&str]) -> Result<String> {
    let mut driver = venv.python();
    driver.arg("benches/python_bench.py").args(words);
    if length == Length::Quick {
        driver.arg("--quick");
    }
    read(&mut driver)
}

fn draw(file: &std::path::Path) -> Result {
    let results = Results::from_json(&shell::read_file(file)?)?;
    let folder = file.parent().expect("a file lies in a folder");
    for group in results.groups() {
        let path = folder.join("charts").join(chart::file_name(group));
        shell::write_file(&path, &chart::draw(group, &results.of(group)))?;
    }
    for group in results.charts() {
        let path = folder.join("charts").join(chart::file_name(group));
        shell::write_file(&path, &curve::draw(group, &results.lines_of(group)))?;
    }
    shell::write_file(&folder.join("RESULTS.md"), &report::write(&results))?;
    println!("wrote {}", folder.display());
    Ok(())
}

/// What the figures were taken on.
fn machine() -> Result<Vec<(String, String)>> {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let commit = read(shell::command("git").args(["rev-parse", "--short", "HEAD"]))?;
    let date = read(shell::command("date").args(["--utc", "+%Y-%m-%d"]))?;
    let rustc = read(shell::command("rustc").arg("--version"))?;
    let model = model.trim_start_matches([' ', '\t', ':']);
    Ok([
        ("date", date.trim()),
        ("commit", commit.trim()),
        ("cpu", model),
        ("cores", &cores.to_string()),
    ]
    .into_iter()
    .chain([("rustc", rustc.trim())])
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .collect())
}
