//! The memory of this process.

use std::fs;

/// The most physical memory this process has ever had, in bytes: `VmHWM`, which the kernel
/// counts. `None` where it does not tell.
pub(super) fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}
