//! `unsafe` has addresses, and a reason at each of them.
use crate::{Complaint, Tree};

/// The modules that may opt in, each for the reason beside it.
const ADDRESSES: &[&str] = &[
    // The slot between a generator's body and its consumer.
    "crates/asyncgen/src/slot",
    // The scan of a block of bytes, which makes the decoders several times as fast.
    "crates/asyncgen-formats/src/block",
    // Python objects built in place from the bytes of a batch.
    "crates/asyncgen-python/src/raw",
];

/// Lines of code that may stand between an `unsafe` and its SAFETY comment.
const REACH: usize = 3;

/// Looks at every Rust file outside this crate.
pub fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree.ending(".rs").filter(|file| !file.path.starts_with("xtask/tidy/")) {
        let lines: Vec<&str> = file.text.lines().collect();
        for index in (0..lines.len()).filter(|index| is_unsafe(lines[*index])) {
            if !ADDRESSES.iter().any(|module| is_of(module, &file.path)) {
                complaints.push(file.complain(index + 1, "`unsafe` away from its addresses"));
            }
            if !has_reason(&lines, index) {
                complaints.push(file.complain(index + 1, "`unsafe` without a SAFETY comment"));
            }
        }
    }
    complaints
}

/// Whether a file is that of the module or of one inside it.
fn is_of(module: &str, path: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// Whether a SAFETY comment, however long, stands on the line or a few lines above.
fn has_reason(lines: &[&str], index: usize) -> bool {
    let mut code = 0;
    for line in lines[..=index].iter().rev() {
        if line.contains("SAFETY:") || line.contains("# Safety") {
            return true;
        }
        code += usize::from(!line.trim_start().starts_with("//"));
        if code > REACH + 1 {
            return false;
        }
    }
    false
}

/// Whether the code of the line has the keyword: `unsafe_code` in an attribute and words in a comment are not it.
fn is_unsafe(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let mut words = code.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let quoted = code.contains("\"unsafe");
    // `unsafe extern "C" fn(…)` in the middle of a line is the type of a function, which does nothing.
    let begins = code.trim_start().starts_with("unsafe extern") || !code.contains("unsafe extern");
    words.any(|word| word == "unsafe") && !quoted && begins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_reasons() {
        let check = |path: &str, text: &str, expected: &[&str]| {
            assert_eq!(super::check(&Tree::of(&[(path, text)])), expected);
        };
        let slot = "crates/asyncgen/src/slot.rs";
        check(slot, "// SAFETY: alone here.\nunsafe { x() }\n", &[]);
        check(
            slot,
            "unsafe { x() }\n",
            &["crates/asyncgen/src/slot.rs:1: `unsafe` without a SAFETY comment"],
        );
        check(
            "crates/asyncgen-cli/src/lib.rs",
            "// SAFETY: alone here.\nunsafe { x() }\n",
            &["crates/asyncgen-cli/src/lib.rs:2: `unsafe` away from its addresses"],
        );
        check("crates/asyncgen-cli/src/lib.rs", "#![deny(unsafe_code)] // unsafe\n", &[]);
    }
}
