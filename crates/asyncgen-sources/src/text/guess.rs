//! In which encoding a text most likely is, by its first bytes.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The mark of UTF-8.
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// UTF-8 if it is, UTF-16 if every other byte is zero, as in Latin letters, and else what the
/// programs of Western Europe wrote for long. `whole` is whether nothing follows `sample`.
///
/// The marks of UTF-16 were looked for before.
pub(super) fn encoding(sample: &[u8], whole: bool) -> &'static Encoding {
    let zeros = |first: usize| {
        let bytes = sample.iter().skip(first).step_by(2);
        bytes.filter(|byte| **byte == 0).count()
    };
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    match std::str::from_utf8(sample) {
        _ if sample.starts_with(UTF8_MARK) => UTF_8,
        _ if odd > half / 2 && even <= half / 16 => UTF_16LE,
        _ if even > half / 2 && odd <= half / 16 => UTF_16BE,
        Ok(_) => UTF_8,
        // The sample ends within a character.
        Err(error) if error.error_len().is_none() && !whole => UTF_8,
        Err(_) => WINDOWS_1252,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sample: &[u8], whole: bool, expected: &'static Encoding) {
        assert_eq!(encoding(sample, whole), expected, "{sample:?}");
    }

    #[test]
    fn guesses() {
        check(b"", true, UTF_8);
        check(b"a,b\n", true, UTF_8);
        check("ä".as_bytes(), true, UTF_8);
        check(&"ä".as_bytes()[..1], false, UTF_8);
        check(&"ä".as_bytes()[..1], true, WINDOWS_1252);
        check(b"\xe4,b\n", false, WINDOWS_1252);
        check(b"\xef\xbb\xbf\xe4", true, UTF_8);
        check(b"a\0,\0b\0\n\0", true, UTF_16LE);
        check(b"\0a\0,\0b\0\n", true, UTF_16BE);
        // Zeros alone are no letters.
        check(b"\0\0\0\0", true, UTF_8);
        check(b"ab\0\n", true, UTF_8);
    }
}
