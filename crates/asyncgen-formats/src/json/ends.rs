//! Where an object or array ends, whatever it holds.
//!
//! Brackets are counted outside of strings, a block at a time. What comes of it is no more than a span: who needs to know
//! whether it is JSON parses it.
#![expect(
    clippy::inline_always,
    reason = "what is compiled for the lanes has to be inlined where they are known"
)]

use crate::block::{BLOCK, Lanes, Work, below, ones, padded, work};

/// The deepest nesting. Parsers have limits of their own, and some look at none where they pass over a value: what is
/// deeper is left to one that does.
const DEEPEST: u32 = 64;

/// The length of the object or array that `text` begins with. `None` where it does not end in it, and where it is not
/// worth the trouble: it has a backslash, or nests deep.
#[inline]
pub(super) fn container(text: &[u8]) -> Option<usize> {
    work(End { text })
}

struct End<'t> {
    text: &'t [u8],
}

impl Work for End<'_> {
    type Output = Option<usize>;

    #[inline(always)]
    fn work<L: Lanes>(self, lanes: L) -> Option<usize> {
        // How many are open before the block, and ones if a string is.
        let (mut depth, mut open_string) = (0, 0);
        for start in (0..self.text.len()).step_by(BLOCK) {
            let rest = &self.text[start..];
            let block = match rest.first_chunk() {
                Some(block) => block,
                None => &padded(rest),
            };
            if lanes.find(block, [b'\\']) != 0 {
                return None;
            }
            // From an opening quote, itself included, up to the closing one.
            let strings = lanes.parity(lanes.find(block, [b'"'])) ^ open_string;
            let opening = lanes.find(block, [b'{', b'[']) & !strings;
            let closing = lanes.find(block, [b'}', b']']) & !strings;
            for (closed, bit) in (1..).zip(ones(closing)) {
                if depth + (opening & below(bit)).count_ones() <= closed {
                    return Some(start + bit + 1);
                }
            }
            depth = depth + opening.count_ones() - closing.count_ones();
            if depth > DEEPEST {
                return None;
            }
            open_string = if strings >> (BLOCK - 1) == 0 { 0 } else { !0 };
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Usual;

    /// Byte by byte.
    fn naive(text: &[u8]) -> Option<usize> {
        let (mut depth, mut string) = (0, false);
        for (at, byte) in text.iter().enumerate() {
            string ^= *byte == b'"';
            match byte {
                b'{' | b'[' if !string => depth += 1,
                b'}' | b']' if !string => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(at + 1);
            }
        }
        None
    }

    #[test]
    fn ends_at_every_place() {
        for filler in 0..3 * BLOCK {
            let filler = "x".repeat(filler);
            for text in [
                format!("[{filler}]"),
                format!("{{{filler}}}"),
                format!(r#"{{"a": "{filler}", "]}}": {{"b": [1, {{}}]}}}}"#),
                format!(r#"["{filler}]", [[{filler}], "}}"]]"#),
                // Whatever is in it.
                format!(r"[{filler}}}"),
            ] {
                let length = naive(text.as_bytes()).unwrap();
                for follows in ["", ", {", r#", {"a"#, "]]", "\""] {
                    let text = format!("{text}{follows}");
                    let end = End { text: text.as_bytes() };
                    let found = [container(text.as_bytes()), end.work(Usual)];
                    assert_eq!(found, [Some(length); 2], "{text}");
                }
                for end in 0..length {
                    assert_eq!(container(&text.as_bytes()[..end]), None, "{text} {end}");
                }
            }
        }
    }

    #[test]
    fn what_is_left_to_others() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(container(nested(64).as_bytes()), Some(128));
        for depth in [128, 200, 1000] {
            assert_eq!(container(nested(depth).as_bytes()), None, "{depth}");
        }
        assert_eq!(container(br#"["\""]"#), None);
        assert_eq!(container(b""), None);
    }
}
