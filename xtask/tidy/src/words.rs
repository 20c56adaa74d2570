//! Words that do not belong in the repository: promises left in comments, and paths of somebody's machine.
use crate::{Complaint, Tree};

/// Written apart, so that this file does not hold them.
const WORDS: &[(&str, &str)] = &[
    (concat!("TO", "DO"), "finish it, or say in the docs that it is missing"),
    (concat!("FIX", "ME"), "fix it"),
    (concat!("X", "XX"), "say it"),
    (concat!("/ro", "ot/"), "a path of one machine"),
    (concat!("/wo", "rk/"), "a path of one machine"),
    (concat!("/ho", "me/"), "a path of one machine"),
    (concat!("/t", "mp/"), "ask the language for a temporary folder"),
    (concat!("/Us", "ers/"), "a path of one machine"),
    (concat!("dbg", "!("), "left from a search"),
    (concat!("breakpoint", "()"), "left from a search"),
];

/// Looks at everything but the lock file and the data.
pub fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree
        .files()
        .filter(|file| !file.has_extension(&["lock"]) && !file.path.starts_with("testdata/"))
    {
        for (number, line) in file.lines() {
            let found = WORDS.iter().filter(|(word, _)| line.contains(word));
            complaints.extend(
                found.map(|(word, advice)| file.complain(number, &format!("`{word}`: {advice}"))),
            );
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for (word, advice) in WORDS {
            let complaints = check(&Tree::of(&[("README.md", &format!("one\n{word} two\n"))]));
            assert_eq!(complaints, [format!("README.md:2: `{word}`: {advice}")]);
        }
        assert!(check(&Tree::of(&[("README.md", "to do\n")])).is_empty());
    }
}
