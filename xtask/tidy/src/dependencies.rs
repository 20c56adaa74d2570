//! The direction of dependencies, read from the manifests.
use crate::{Complaint, File, Tree};

/// What each crate of ours may depend on; an architecture picture that is checked.
///
/// `asyncgen-python` has `asyncgen-cli` because `python -m asyncgen` is the command itself, not a copy of it.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("asyncgen-macros", &[]),
    ("asyncgen", &["asyncgen-macros"]),
    ("asyncgen-formats", &[]),
    ("asyncgen-fuzz", &["asyncgen-formats", "asyncgen-sources"]),
    ("asyncgen-sources", &["asyncgen", "asyncgen-formats"]),
    ("asyncgen-cli", &["asyncgen-sources"]),
    ("asyncgen-python", &["asyncgen-sources", "asyncgen-cli"]),
    ("asyncgen-docs", &["asyncgen", "asyncgen-sources"]),
    ("files-bench", &["asyncgen-sources"]),
    ("generators-bench", &["asyncgen"]),
    ("pages-bench", &["asyncgen-sources"]),
    ("tidy", &[]),
    ("xtask", &[]),
];

/// Every edge between our crates is in the picture; xtask and tidy use nothing but the standard library.
pub fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for manifest in tree.ending("Cargo.toml") {
        let Some(name) = package(manifest) else { continue };
        let Some((_, allowed)) = MAY_DEPEND_ON.iter().find(|(known, _)| *known == name) else {
            complaints.push(
                manifest.complain(
                    1,
                    &format!("`{name}` has no place in the direction of dependencies"),
                ),
            );
            continue;
        };
        for (line, dependency) in dependencies(manifest) {
            let ours = MAY_DEPEND_ON.iter().any(|(known, _)| *known == dependency);
            // Itself: for its own tests, with features that are not on by default.
            if ours && dependency != name && !allowed.contains(&dependency) {
                complaints.push(
                    manifest.complain(line, &format!("`{name}` must not depend on `{dependency}`")),
                );
            }
            if !ours && ["tidy", "xtask"].contains(&name) {
                complaints.push(
                    manifest.complain(line, &format!("`{name}` uses the standard library alone")),
                );
            }
        }
    }
    complaints
}

/// The package's name; the root manifest has none.
fn package(manifest: &File) -> Option<&str> {
    let mut lines = manifest.lines().skip_while(|(_, line)| *line != "[package]");
    lines.find_map(|(_, line)| line.strip_prefix("name = \"")?.strip_suffix('"'))
}

/// Every dependency, build and dev ones too, with its line.
fn dependencies(manifest: &File) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut inside = false;
    for (number, line) in manifest.lines() {
        if let Some(table) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            // `[dependencies.name]` is a table of its own.
            let named = table.rsplit_once("dependencies.").map(|(_, name)| name);
            found.extend(named.map(|name| (number, name)));
            inside = table.ends_with("dependencies");
        } else if inside && let Some((key, _)) = line.split_once('=') {
            let name = key.split('.').next().unwrap_or(key).trim();
            if !name.is_empty() && !name.starts_with('#') {
                found.push((number, name));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges() {
        let check = |name: &str, table: &str, dependency: &str, expected: &[&str]| {
            let text = format!("[package]\nname = \"{name}\"\n\n[{table}]\n{dependency}\n");
            assert_eq!(super::check(&Tree::of(&[("crates/it/Cargo.toml", &text)])), expected);
        };
        check("asyncgen", "dependencies", "asyncgen-macros.workspace = true", &[]);
        check("asyncgen", "dev-dependencies", "asyncgen = { path = \".\" }", &[]);
        check("asyncgen-formats", "dependencies", "memchr.workspace = true", &[]);
        check(
            "asyncgen-formats",
            "dependencies",
            "asyncgen = { path = \"x\" }",
            &["crates/it/Cargo.toml:5: `asyncgen-formats` must not depend on `asyncgen`"],
        );
        check(
            "asyncgen-cli",
            "target.'cfg(unix)'.dev-dependencies",
            "asyncgen-python.workspace = true",
            &["crates/it/Cargo.toml:5: `asyncgen-cli` must not depend on `asyncgen-python`"],
        );
        check(
            "asyncgen-macros",
            "dependencies.asyncgen",
            "workspace = true",
            &["crates/it/Cargo.toml:4: `asyncgen-macros` must not depend on `asyncgen`"],
        );
        check(
            "xtask",
            "dependencies",
            "xshell = \"1\"",
            &["crates/it/Cargo.toml:5: `xtask` uses the standard library alone"],
        );
        check(
            "stranger",
            "dependencies",
            "",
            &["crates/it/Cargo.toml:1: `stranger` has no place in the direction of dependencies"],
        );
    }
}
