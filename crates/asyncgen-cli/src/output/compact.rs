//! JSON on one line.

use std::borrow::Cow;

/// The JSON text `json` without its line breaks. Numbers and strings stay as they are written,
/// byte for byte.
pub(super) fn one_line(json: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'\n', b'\r', json.as_bytes()).is_none() {
        return Cow::Borrowed(json);
    }
    // A string holds no raw line break (RFC 8259, section 7): only white space between tokens
    // goes.
    let (mut in_string, mut escaped) = (false, false);
    let keep = |char: &char| {
        if !in_string && matches!(char, ' ' | '\t' | '\n' | '\r') {
            return false;
        }
        if *char == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = in_string && *char == '\\' && !escaped;
        true
    };
    Cow::Owned(json.chars().filter(keep).collect())
}

#[cfg(test)]
mod tests {
    fn check(json: &str, expected: &str) {
        assert_eq!(super::one_line(json), expected);
    }

    #[test]
    fn what_has_no_line_break_stays_as_it_is() {
        check(r#"{"a": 1.50, "b":[1e400]}"#, r#"{"a": 1.50, "b":[1e400]}"#);
    }

    #[test]
    fn line_breaks_go_and_strings_stay() {
        check("{\n  \"a b\": 1.50,\r\n\t\"c\": []\n}", r#"{"a b":1.50,"c":[]}"#);
        check("[\n\" \\\" \", \" \\\\\", \" x \"]", r#"[" \" "," \\"," x "]"#);
    }
}
