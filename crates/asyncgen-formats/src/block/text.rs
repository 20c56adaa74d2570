//! Bytes that are to be text.

use std::string::FromUtf8Error;

/// `bytes` as text, and whether all of it is ASCII. Mostly it is, and then nothing else is looked at.
#[expect(unsafe_code, reason = "what was seen to be ASCII would be looked at once more")]
pub(crate) fn text(bytes: Vec<u8>) -> (Result<String, FromUtf8Error>, bool) {
    if bytes.is_ascii() {
        // SAFETY: ASCII is UTF-8.
        return (Ok(unsafe { String::from_utf8_unchecked(bytes) }), true);
    }
    (String::from_utf8(bytes), false)
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn ascii_is_told_from_other_text_and_from_none() {
        let check = |bytes: &[u8], expected: (Option<&str>, bool)| {
            let (text, is_ascii) = text(bytes.to_vec());
            assert_eq!((text.ok().as_deref(), is_ascii), expected);
        };
        check(b"", (Some(""), true));
        check(b"a\x7f", (Some("a\x7f"), true));
        check("aé".as_bytes(), (Some("aé"), false));
        check(b"a\xe9", (None, false));
    }
}
