//! What was built from what: a stamp file beside the result, so that a warm run does nothing twice.
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::shell::{self, Error, Result};

/// Runs `work` unless `stamp` says that it ran for this very `fingerprint`.
pub(crate) fn once(stamp: &Path, fingerprint: &str, work: impl FnOnce() -> Result) -> Result {
    if std::fs::read_to_string(stamp).is_ok_and(|done| done == fingerprint) {
        println!("{} is up to date", stamp.strip_prefix(shell::root()).unwrap_or(stamp).display());
        return Ok(());
    }
    // A run that is interrupted must not look finished.
    let _ = std::fs::remove_file(stamp);
    work()?;
    shell::write_file(stamp, fingerprint)
}

/// A fingerprint of the contents of these files and folders of the workspace.
pub(crate) fn of(paths: &[&str]) -> Result<String> {
    let mut files = Vec::new();
    for path in paths {
        collect(&shell::root().join(path), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        let contents = std::fs::read(&file)
            .map_err(|error| Error::new(format!("{}: {error}", file.display())))?;
        (file, contents).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    let entries =
        path.read_dir().map_err(|error| Error::new(format!("{}: {error}", path.display())))?;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let made = name.starts_with('.')
            || name == "__pycache__"
            || name == "target"
            || name.ends_with(".so");
        if !made {
            collect(&entry.path(), files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_once_for_a_fingerprint_and_again_after_a_failure() {
        let folder = std::env::temp_dir().join(format!("xtask-fingerprint-{}", std::process::id()));
        let stamp = folder.join("it.stamp");
        let runs = |fingerprint: &str, succeeds: bool| {
            let mut ran = false;
            let outcome = once(&stamp, fingerprint, || {
                ran = true;
                if succeeds { Ok(()) } else { Err(Error::new("no")) }
            });
            assert_eq!(outcome.is_ok(), succeeds || !ran);
            ran
        };
        assert!(runs("a", true));
        assert!(!runs("a", true));
        assert!(runs("b", false));
        assert!(runs("b", true));
        assert!(!runs("b", false));
        assert!(runs("a", true));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
