//! The files that the rules look at.
use std::path::Path;
use std::process::Command;

/// One text file of the repository.
#[derive(Debug, Clone)]
pub struct File {
    /// Its path from the root of the repository, with `/` on every platform.
    pub path: String,
    /// Its whole text.
    pub text: String,
}

/// The text files of the repository.
#[derive(Debug, Clone)]
pub struct Tree {
    files: Vec<File>,
}

impl Tree {
    /// What git tracks, and what is new and not ignored; files that are not UTF-8 are left out.
    ///
    /// # Panics
    /// When git cannot be asked.
    pub fn of_the_repository() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(&root)
            .output()
            .expect("tidy asks git which files there are");
        assert!(listed.status.success(), "tidy runs in a git repository: {listed:?}");
        let listed = String::from_utf8(listed.stdout).expect("file names are UTF-8");
        let read = |path: &str| {
            let text = std::fs::read_to_string(root.join(path)).ok()?;
            Some(File { path: path.to_owned(), text })
        };
        Self { files: listed.split_terminator('\0').filter_map(read).collect() }
    }

    /// A tree made up for a test.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| File { path: path.into(), text: text.into() };
        Self { files: files.iter().map(file).collect() }
    }

    /// All of them.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// Those whose name ends so: `.rs`, `/Cargo.toml`.
    pub fn ending(&self, end: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.path.ends_with(end))
    }

    /// The one at this path.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }
}

impl File {
    /// Whether the file's name ends in one of these extensions, given without the dot.
    pub fn has_extension(&self, extensions: &[&str]) -> bool {
        let extension = Path::new(&self.path).extension().and_then(std::ffi::OsStr::to_str);
        extension.is_some_and(|extension| extensions.contains(&extension))
    }

    /// The lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// A complaint about one of the lines.
    pub fn complain(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}
