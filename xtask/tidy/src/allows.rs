//! A lint is silenced with a reason, in Rust and in Python.
use crate::{Complaint, File, Tree};

/// Lines in which an attribute that begins on one of them must have given its reason.
const REACH: usize = 8;

/// Looks at `allow` and `expect` attributes, at `noqa`, and at what silences a type checker.
pub fn check(tree: &Tree) -> Vec<Complaint> {
    let rust = tree
        .ending(".rs")
        .filter(|file| !file.path.starts_with("xtask/tidy/"))
        .flat_map(attributes);
    let python = tree.files().filter(|file| file.has_extension(&["py", "pyi"]));
    rust.chain(python.flat_map(comments)).collect()
}

fn attributes(file: &File) -> Vec<Complaint> {
    let lines: Vec<&str> = file.text.lines().collect();
    let opens = ["#[allow(", "#![allow(", "#[expect(", "#![expect("];
    let mut complaints = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if !opens.iter().any(|open| line.trim_start().starts_with(open)) {
            continue;
        }
        let rest = lines[index..].iter().take(REACH);
        let end =
            rest.clone().position(|line| line.trim_end().ends_with(")]")).unwrap_or(REACH - 1);
        if !rest.take(end + 1).any(|line| line.contains("reason = \"")) {
            complaints.push(file.complain(index + 1, "a silenced lint without a reason"));
        }
    }
    complaints
}

/// `# noqa: X -- why`, `# type: ignore[x]  # why`.
fn comments(file: &File) -> Vec<Complaint> {
    let silences = ["# noqa", "# type: ignore", "# pyright: ignore", "# pragma: no cover"];
    let bare = |line: &str| {
        let start = silences.iter().filter_map(|silence| line.find(silence)).min();
        start
            .is_some_and(|start| !line[start..].contains(" -- ") && !line[start..].contains("  # "))
    };
    let lines = file.lines().filter(|(_, line)| bare(line));
    lines.map(|(number, _)| file.complain(number, "a silenced check without a reason")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons() {
        let check = |path: &str, text: &str, expected: &[&str]| {
            assert_eq!(super::check(&Tree::of(&[(path, text)])), expected);
        };
        check("a.rs", "#[expect(clippy::x, reason = \"why\")]\n", &[]);
        check("a.rs", "#[expect(\n    clippy::x,\n    reason = \"why\"\n)]\n", &[]);
        check(
            "a.rs",
            "\n#[allow(clippy::x)]\n#[expect(clippy::y, reason = \"why\")]\n",
            &["a.rs:2: a silenced lint without a reason"],
        );
        check("a.py", "x = 1  # noqa: E1 -- why\n", &[]);
        check("a.py", "x = 1  # noqa: E1\n", &["a.py:1: a silenced check without a reason"]);
        check("a.py", "x = 1  # type: ignore[x]  # why\n", &[]);
        check(
            "a.pyi",
            "x: int  # type: ignore[misc]\n",
            &["a.pyi:1: a silenced check without a reason"],
        );
    }
}
