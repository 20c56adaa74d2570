//! A quick look at a value: it is JSON and ends here, or somebody else has to say.
//!
//! What this one accepts is a value for every parser (RFC 8259). All else is left to the one that names faults, be it
//! broken, cut off, nested deep, or no more than rare: so a document comes to the same whether this one sees it or
//! not, and there is nothing to be said here of what is wrong.

use std::ops::Range;

/// The deepest nesting, a bit for each level. What is deeper takes longer.
const DEEPEST: u32 = 64;

/// The longest number: parsers have limits of their own, far above.
const LONGEST_NUMBER: usize = 300;

/// The length of the value that `text` begins with. `None` where there may be none, and where a number or a word
/// may go on behind it.
pub(crate) fn value(text: &[u8]) -> Option<usize> {
    // The kinds of the open containers, the innermost in the lowest bit.
    let (mut objects, mut depth, mut at) = (0_u64, 0_u32, 0);
    loop {
        let first = *text.get(at)?;
        at = match first {
            b'"' => string(text, at + 1)?,
            b'{' | b'[' => {
                if depth == DEEPEST {
                    return None;
                }
                let is_object = first == b'{';
                let inside = space(text, at + 1);
                if *text.get(inside)? == if is_object { b'}' } else { b']' } {
                    inside + 1
                } else {
                    depth += 1;
                    objects = objects << 1 | u64::from(is_object);
                    at = if is_object { key(text, inside)?.1 } else { inside };
                    continue;
                }
            }
            b'-' | b'0'..=b'9' => scalar(text, number(text, at)?, depth)?,
            b't' => scalar(text, word(text, at, b"true")?, depth)?,
            b'f' => scalar(text, word(text, at, b"false")?, depth)?,
            b'n' => scalar(text, word(text, at, b"null")?, depth)?,
            _ => return None,
        };
        loop {
            if depth == 0 {
                return Some(at);
            }
            at = space(text, at);
            let is_object = objects & 1 == 1;
            match (*text.get(at)?, is_object) {
                (b',', true) => {
                    at = key(text, space(text, at + 1))?.1;
                    break;
                }
                (b',', false) => {
                    at = space(text, at + 1);
                    break;
                }
                (b'}', true) | (b']', false) => {
                    (objects, depth, at) = (objects >> 1, depth - 1, at + 1);
                }
                _ => return None,
            }
        }
    }
}

/// As [`value`], of an object; `member` is given the inside of each key, and where its value is.
pub(super) fn object(text: &[u8], mut member: impl FnMut(&[u8], Range<usize>)) -> Option<usize> {
    let mut at = space(text, 1);
    match (text.first()?, text.get(at)?) {
        (b'{', b'}') => return Some(at + 1),
        (b'{', _) => {}
        _ => return None,
    }
    loop {
        let (name, start) = key(text, at)?;
        let stop = start + value(&text[start..])?;
        member(&text[name], start..stop);
        at = space(text, stop);
        match *text.get(at)? {
            b',' => at = space(text, at + 1),
            b'}' => return Some(at + 1),
            _ => return None,
        }
    }
}

/// The inside of the key at `at`, and where its value begins, behind the colon.
fn key(text: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let begins = *text.get(at)? == b'"';
    let end = string(text, at + usize::from(begins)).filter(|_| begins)?;
    let colon = space(text, end);
    (*text.get(colon)? == b':').then(|| (at + 1..end - 1, space(text, colon + 1)))
}

/// `end`, unless the scalar may go on there: one that stands by itself is followed by what ends it.
fn scalar(text: &[u8], end: usize, depth: u32) -> Option<usize> {
    let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n');
    (depth > 0 || text.get(end).is_some_and(ends)).then_some(end)
}

fn word(text: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    text[at..].starts_with(word).then_some(at + word.len())
}

/// Behind the closing quote of the string that is open at `at`.
fn string(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += plain(&text[at..]);
        at = match *text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => escape(text, at + 1)?,
            _ => return None,
        };
    }
}

/// Behind the escape whose backslash stands before `at`. Halves of characters are rare, and parsers disagree on them.
fn escape(text: &[u8], at: usize) -> Option<usize> {
    match *text.get(at)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 1),
        b'u' => {
            let digits = text.get(at + 1..at + 5)?;
            let is_half =
                matches!(digits, [b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F', ..]);
            (digits.iter().all(u8::is_ascii_hexdigit) && !is_half).then_some(at + 5)
        }
        _ => None,
    }
}

/// How many bytes stand at the beginning of `text` that mean themselves in a string: neither quotes nor backslashes nor
/// control characters. Eight at a time, as the others are few.
fn plain(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let others = others(u64::from_le_bytes(*word));
        if others != 0 {
            return index * 8 + others.trailing_zeros() as usize / 8;
        }
    }
    let means_itself = |byte: &u8| !matches!(byte, b'"' | b'\\' | 0..b' ');
    let plain = rest.iter().take_while(|byte| means_itself(byte)).count();
    text.len() - rest.len() + plain
}

/// The high bit of each byte that does not mean itself; those above the lowest of them may be wrong.
fn others(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    let quotes = zeros(word ^ (ONES * u64::from(b'"')));
    let backslashes = zeros(word ^ (ONES * u64::from(b'\\')));
    let controls = word.wrapping_sub(ONES * u64::from(b' ')) & !word;
    (quotes | backslashes | controls) & (ONES << 7)
}

fn number(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + usize::from(text[start] == b'-');
    at = match *text.get(at)? {
        b'0' => at + 1,
        b'1'..=b'9' => digits(text, at),
        _ => return None,
    };
    if text.get(at) == Some(&b'.') {
        at = some_digits(text, at + 1)?;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let is_signed = matches!(text.get(at + 1), Some(b'+' | b'-'));
        at = some_digits(text, at + 1 + usize::from(is_signed))?;
    }
    (at - start <= LONGEST_NUMBER).then_some(at)
}

fn some_digits(text: &[u8], at: usize) -> Option<usize> {
    let end = digits(text, at);
    (end > at).then_some(end)
}

fn digits(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The first byte from `at` on that is no white space.
fn space(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_their_ends() {
        for text in [
            "{}",
            "[]",
            "[ ]",
            "{ }",
            "\"\"",
            "\"a\\\"b\"",
            "\"\\u00e9\\n\"",
            "\"ä and more than eight bytes\"",
            "[1,2.5,-0,1e9,1E-2,0.1e+3]",
            "{\"a\":{\"b\":[true,false,null]},\"c\":\"\"}",
            "{ \"a\" : [ 1 , 2 ] , \"b\" : { } }",
        ] {
            assert_eq!(value(text.as_bytes()), Some(text.len()), "{text}");
            assert_eq!(value(format!("{text}, 1").as_bytes()), Some(text.len()), "{text}");
            for end in 0..text.len() {
                assert_eq!(value(&text.as_bytes()[..end]), None, "{text} {end}");
            }
        }
        for text in ["1", "-2.5e3", "true", "false", "null"] {
            assert_eq!(value(format!("{text}]").as_bytes()), Some(text.len()), "{text}");
            assert_eq!(value(text.as_bytes()), None, "{text}: it may go on");
        }
    }

    #[test]
    fn what_is_left_to_others() {
        for text in [
            "",
            " 1",
            "]",
            "[1 2]",
            "[1,]",
            "[,1]",
            "[1}",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\":1,}",
            "{1:2}",
            "[01]",
            "[1.]",
            "[.5]",
            "[+1]",
            "[-]",
            "[1e]",
            "[1e+]",
            "[tru]",
            "[nul]",
            "[NaN]",
            "truex]",
            "1x]",
            "\"\t\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\\ud83d\\ude00\"",
            "\"long enough\u{1}for words\"",
        ] {
            assert_eq!(value(text.as_bytes()), None, "{text}");
        }
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(value(nested(64).as_bytes()), Some(128));
        assert_eq!(value(nested(65).as_bytes()), None);
        let long = |digits: usize| format!("[{}]", "1".repeat(digits));
        assert_eq!(value(long(300).as_bytes()), Some(302));
        assert_eq!(value(long(301).as_bytes()), None);
    }
}
