//! How an error looks: the place and the message, the line, a caret under the place, the causes.
//!
//! ```text
//! big.csv:4:51: record 3 has 2 fields, the header has 3
//! 2024-01-03,"somewhere"
//!                       ^
//! ```

use std::{
    error::Error as _,
    io::{self, Write},
};

use asyncgen_sources::Snippet;
use unicode_width::UnicodeWidthChar;

use crate::failure::Failure;

/// Prints `failure` to stderr.
pub(crate) fn to_stderr(failure: &Failure) {
    // There is nowhere left to tell that stderr is closed.
    let _ = io::stderr().write_all(failure_text(failure).as_bytes());
}

/// All lines of `failure`, each ended by a newline; none of what is no fault of anybody's (the reader
/// has gone, Ctrl-C).
pub(crate) fn failure_text(failure: &Failure) -> String {
    match failure {
        Failure::ReaderGone | Failure::Signal(_) => return String::new(),
        Failure::Both(first, second) => return failure_text(first) + &failure_text(second),
        _ => {}
    }
    let mut text = visible(&failure.to_string());
    text.push('\n');
    let Failure::Source(error) = failure else { return text };
    if let Some(snippet) = error.snippet() {
        push_snippet(&mut text, snippet);
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = visible(&error.to_string());
        if !text.contains(&message) {
            text.push_str("  caused by: ");
            text.push_str(&message);
            text.push('\n');
        }
        cause = error.source();
    }
    text
}

fn push_snippet(text: &mut String, snippet: &Snippet) {
    text.push_str(&visible(&snippet.text));
    text.push('\n');
    // A tab stays a tab, so that the caret stands right whatever the terminal's tab stops are.
    for char in snippet.text.chars().take(snippet.caret) {
        match char {
            '\t' => text.push('\t'),
            _ => text.extend(std::iter::repeat_n(' ', shown(char).width().unwrap_or(1))),
        }
    }
    text.push_str("^\n");
}

/// `text` with its control characters replaced: the bytes of a source must not be able to drive
/// the terminal.
fn visible(text: &str) -> String {
    text.chars().map(shown).collect()
}

fn shown(char: char) -> char {
    if char.is_control() && !matches!(char, '\t' | '\n') {
        char::REPLACEMENT_CHARACTER
    } else {
        char
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, caret: usize, expected: &str) {
        let mut out = String::new();
        push_snippet(&mut out, &Snippet { text: text.to_owned(), caret });
        assert_eq!(out, expected);
    }

    #[test]
    fn the_caret_stands_under_the_place() {
        check("a,b", 2, "a,b\n  ^\n");
        check("a,b", 3, "a,b\n   ^\n");
        check("", 0, "\n^\n");
    }

    #[test]
    fn tabs_wide_and_combining_characters_keep_it_in_place() {
        check("a\tb\tc", 4, "a\tb\tc\n \t \t^\n");
        check("日本,x", 3, "日本,x\n     ^\n");
        check("e\u{301},x", 3, "e\u{301},x\n  ^\n");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        check("a\u{1b}[2Jb", 5, "a\u{fffd}[2Jb\n     ^\n");
    }
}
