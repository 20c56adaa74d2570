//! Every CPython of this machine: the one the tests run on, and further ones when there are any.
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::shell::{self, Error, Result};

/// The oldest Python the package supports, as `requires-python` in pyproject.toml says.
const OLDEST: (u32, u32) = (3, 11);
/// The newest one looked for by name; a newer one is still found as `python3`.
const NEWEST: (u32, u32) = (3, 15);

/// A CPython that can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Python {
    pub(crate) path: PathBuf,
    pub(crate) version: (u32, u32),
}

/// The Python of `.venv`: `python3`, or else the oldest supported one on the PATH.
pub(crate) fn main() -> Result<Python> {
    let named = (OLDEST.1..=NEWEST.1).map(|minor| PathBuf::from(format!("python3.{minor}")));
    std::iter::once(PathBuf::from("python3")).chain(named).find_map(|program| probe(&program)).ok_or_else(|| {
        Error::new(format!(
            "no CPython {}.{} or newer on the PATH; on Debian: apt-get install python3 python3-venv",
            OLDEST.0, OLDEST.1
        ))
    })
}

/// One Python of every further supported version: from the PATH, then from pyenv's folder.
pub(crate) fn further(main: &Python) -> Vec<Python> {
    let mut found = vec![main.clone()];
    let named = (OLDEST.1..=NEWEST.1).map(|minor| PathBuf::from(format!("python3.{minor}")));
    for program in named.chain(pyenv_programs()) {
        if let Some(python) = probe(&program)
            && found.iter().all(|known| known.version != python.version)
        {
            found.push(python);
        }
    }
    found.remove(0);
    found.sort_by_key(|python| python.version);
    found
}

/// Asks the program what it is; `None` when it does not run, is too old or is not CPython.
fn probe(program: &Path) -> Option<Python> {
    let question = "import sys; print(sys.implementation.name, *sys.version_info[:2], sys.executable, sep='\\n')";
    let output =
        shell::command(program).args(["-I", "-c", question]).stderr(Stdio::null()).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    let [name, major, minor, path] = answer.lines().collect::<Vec<_>>().try_into().ok()?;
    let version = (major.parse().ok()?, minor.parse().ok()?);
    let fits = output.status.success() && name == "cpython" && version >= OLDEST;
    fits.then(|| Python { path: path.into(), version })
}

fn pyenv_programs() -> Vec<PathBuf> {
    let root = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root =
        root.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".pyenv")));
    let Some(Ok(folders)) = root.map(|root| root.join("versions").read_dir()) else {
        return Vec::new();
    };
    folders.flatten().map(|folder| folder.path().join("bin/python3")).collect()
}
