//! What the Python package imports: `_asyncgen` and the standard library, nothing else.
use crate::{Complaint, Tree};

/// The part of the standard library that the package may use; a new entry is a decision.
const STANDARD: &[&str] = &[
    "__future__",
    "abc",
    "asyncio",
    "atexit",
    "codecs",
    "collections",
    "contextlib",
    "contextvars",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "dis",
    "enum",
    "errno",
    "functools",
    "inspect",
    "io",
    "itertools",
    "json",
    "linecache",
    "logging",
    "math",
    "opcode",
    "operator",
    "os",
    "pathlib",
    "queue",
    "select",
    "selectors",
    "signal",
    "socket",
    "stat",
    "sys",
    "sysconfig",
    "threading",
    "time",
    "traceback",
    "types",
    "typing",
    "warnings",
    "weakref",
];

/// Libraries that are there when their user runs them: imported inside a function, or in their own bridge.
const WHEN_RUNNING: &[&str] = &["outcome", "trio"];

/// How the modules are called that are imported under trio only.
const UNDER_TRIO: &str = "_trio.py";

/// Looks at the imports of `python/asyncgen`.
pub fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree.files().filter(|file| file.path.starts_with("python/asyncgen/")) {
        let mut types_only = false;
        for (number, line) in file.lines() {
            let inner = line.trim_start();
            let indented = inner.len() < line.len();
            // What only a type checker reads is not imported.
            types_only = line.starts_with("if TYPE_CHECKING:")
                || (types_only && (indented || inner.is_empty()));
            let Some(module) = imported(inner) else { continue };
            let ours = module.is_empty() || module == "_asyncgen" || module == "asyncgen";
            let late =
                WHEN_RUNNING.contains(&module) && (indented || file.path.ends_with(UNDER_TRIO));
            if !ours && !STANDARD.contains(&module) && !late && !types_only {
                complaints.push(file.complain(number, &format!("imports `{module}`")));
            }
        }
    }
    complaints
}

/// The top module of an import line; empty for a relative one.
fn imported(line: &str) -> Option<&str> {
    let rest =
        line.strip_prefix("from ").filter(|rest| rest.contains(" import ")).or_else(|| {
            // A sentence of a docstring that begins so does not name modules alone.
            line.strip_prefix("import ")
                .filter(|rest| !rest.trim().contains(' ') || rest.contains(" as "))
        })?;
    let end =
        rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
    Some(&rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(super::check(&Tree::of(&[("python/asyncgen/a.py", text)])), expected);
        };
        check(
            "import asyncio\nfrom . import _asyncgen\nfrom collections.abc import Iterator\n",
            &[],
        );
        check("from asyncgen._asyncgen import Csv\n", &[]);
        check("def f():\n    import trio\n", &[]);
        check(
            "if TYPE_CHECKING:\n    import numpy\n\nimport numpy\n",
            &["python/asyncgen/a.py:4: imports `numpy`"],
        );
        check("import trio\n", &["python/asyncgen/a.py:1: imports `trio`"]);
        check(
            "def f():\n    from httpx import Client\n",
            &["python/asyncgen/a.py:2: imports `httpx`"],
        );
    }
}
