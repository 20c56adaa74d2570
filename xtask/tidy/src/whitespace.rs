//! No trailing whitespace, no tabs where spaces are meant, one newline at the end.
use crate::{Complaint, File, Tree};

/// Looks at everything written by hand.
pub fn check(tree: &Tree) -> Vec<Complaint> {
    let made = |file: &File| {
        let is_data = ["testdata/", "fuzz/corpus/"].iter().any(|at| file.path.starts_with(at));
        is_data || file.has_extension(&["lock", "stderr", "svg"])
    };
    let mut complaints = Vec::new();
    for file in tree.files().filter(|file| !made(file)) {
        let trailing = file.lines().filter(|(_, line)| line.ends_with([' ', '\t', '\r']));
        complaints.extend(
            trailing.map(|(number, _)| file.complain(number, "whitespace at the end of the line")),
        );
        if !file.text.is_empty() && (!file.text.ends_with('\n') || file.text.ends_with("\n\n")) {
            complaints.push(
                file.complain(file.text.lines().count(), "the file must end with one newline"),
            );
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_lines_and_files() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(super::check(&Tree::of(&[("a.rs", text)])), expected);
        };
        check("a\n\nb\n", &[]);
        check("a \nb\n", &["a.rs:1: whitespace at the end of the line"]);
        check("a\nb", &["a.rs:2: the file must end with one newline"]);
        check("a\nb\n\n", &["a.rs:3: the file must end with one newline"]);
    }
}
