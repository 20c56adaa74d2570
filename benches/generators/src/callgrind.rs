//! Instructions, counted exactly: this binary runs itself under callgrind for two numbers of items.
use std::process::{Command, Stdio};

use crate::figure::Figure;

/// Both long enough to be past the first allocations, and short enough for a hundred figures in a minute.
const FEWER: u64 = 1_000;
const MORE: u64 = 3_000;

/// Whether there is a valgrind to run.
pub(crate) fn is_there() -> bool {
    let mut valgrind = Command::new("valgrind");
    valgrind.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    valgrind.status().is_ok_and(|status| status.success())
}

/// The difference of the two runs, in which start and end cancel out, an item.
pub(crate) fn instructions_an_item(figure: &Figure) -> Result<f64, String> {
    let difference = count(figure, MORE)?.wrapping_sub(count(figure, FEWER)?);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let an_item = difference as f64 / (MORE - FEWER) as f64;
    Ok(an_item)
}

fn count(figure: &Figure, items: u64) -> Result<u64, String> {
    let itself = std::env::current_exe().map_err(|error| format!("this binary: {error}"))?;
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(itself);
    valgrind.args(["--count", figure.shape, figure.peer, &items.to_string()]);
    let output = valgrind.output().map_err(|error| format!("valgrind: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    collected(&said).filter(|_| output.status.success()).ok_or_else(|| {
        format!("callgrind, `{}` of `{}`: {}\n{said}", figure.shape, figure.peer, output.status)
    })
}

/// The number in `==1234== Collected : 567`.
fn collected(said: &str) -> Option<u64> {
    said.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
}
