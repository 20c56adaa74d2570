//! What stands for true and false.

/// In lower case.
const TRUE: [&[u8]; 5] = [b"true", b"1", b"t", b"yes", b"y"];
const FALSE: [&[u8]; 5] = [b"false", b"0", b"f", b"no", b"n"];

/// What a text without the white space round it stands for.
#[inline]
pub(crate) fn boolean(text: &[u8]) -> Option<bool> {
    let is_in = |words: &[&[u8]]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    match (is_in(&TRUE), is_in(&FALSE)) {
        (false, false) => None,
        (is_true, _) => Some(is_true),
    }
}

#[cfg(test)]
mod tests {
    use super::boolean;

    #[test]
    fn booleans() {
        for (text, expected) in
            [("TRUE", Some(true)), ("y", Some(true)), ("No", Some(false)), ("2", None), ("", None)]
        {
            assert_eq!(boolean(text.as_bytes()), expected, "{text}");
        }
    }
}
