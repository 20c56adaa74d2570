//! The README names the commands that a newcomer needs, and CONTRIBUTING those of a contributor.
use crate::{Complaint, Tree};

const NAMED: &[(&str, &[&str])] = &[
    ("README.md", &["cargo run --release -- demo", "cargo xtask test", "pip install ."]),
    (
        "CONTRIBUTING.md",
        &["cargo xtask test", "cargo xtask lint", "cargo xtask soak", "cargo xtask bench"],
    ),
];

/// Looks for each command on its page.
pub fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (page, commands) in NAMED {
        let text = tree.get(page).map_or("", |file| &file.text);
        let missing = commands.iter().filter(|command| !text.contains(**command));
        complaints.extend(missing.map(|command| format!("{page}:1: does not name `{command}`")));
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_command() {
        let all: Vec<_> =
            NAMED.iter().map(|(page, commands)| (*page, commands.join("\n"))).collect();
        let pages: Vec<_> = all.iter().map(|(page, text)| (*page, text.as_str())).collect();
        assert!(check(&Tree::of(&pages)).is_empty());
        let readme = all[0].1.replace("pip install .", "");
        let complaints = check(&Tree::of(&[("README.md", &readme), pages[1]]));
        assert_eq!(complaints, ["README.md:1: does not name `pip install .`"]);
    }
}
