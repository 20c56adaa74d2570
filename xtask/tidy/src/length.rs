//! One idea a file: a source file beyond the limit has more.
use crate::{Complaint, File, Tree};

/// Lines a source file may have. Tests are lists of cases, and pages of docs are read from top to bottom.
const LIMIT: usize = 500;

/// Looks at the sources outside test folders.
pub fn check(tree: &Tree) -> Vec<Complaint> {
    let source =
        |file: &File| file.has_extension(&["rs", "py", "pyi"]) && !file.path.contains("tests/");
    let long = |text: &str| text.lines().count() > LIMIT;
    let files = tree.files().filter(|file| source(file) && long(&file.text));
    files
        .map(|file| file.complain(LIMIT + 1, "the file has more than one idea: split it"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        let check = |path: &str, lines: usize, expected: &[&str]| {
            assert_eq!(super::check(&Tree::of(&[(path, &"x\n".repeat(lines))])), expected);
        };
        check("crates/a/src/b.rs", 500, &[]);
        check(
            "crates/a/src/b.rs",
            501,
            &["crates/a/src/b.rs:501: the file has more than one idea: split it"],
        );
        check(
            "python/asyncgen/b.py",
            501,
            &["python/asyncgen/b.py:501: the file has more than one idea: split it"],
        );
        check("crates/a/tests/it/b.rs", 501, &[]);
        check("docs/guide.md", 501, &[]);
    }
}
