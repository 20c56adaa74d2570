//! Numbers, out of the bytes of a field without the white space round it.

use std::borrow::Cow;

/// The digits that a float may have to be read as a quotient: their number and the power of ten are exact
/// floats then, so that one division rounds right.
const EXACT_DIGITS: usize = 15;

const POWERS: [f64; EXACT_DIGITS + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// Whether it is a whole number, however long.
pub(crate) fn is_int(text: &str) -> bool {
    let (_, digits) = sign(text.as_bytes());
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// A whole number, however long, without what of it says nothing.
pub(crate) fn whole(text: &str) -> Option<Cow<'_, str>> {
    if !is_int(text) {
        return None;
    }
    Some(match text.trim_start_matches(['+', '-', '0']) {
        "" => "0".into(),
        size if text.starts_with('-') => format!("-{size}").into(),
        size => size.into(),
    })
}

#[inline]
pub(crate) fn double(text: &[u8]) -> Option<f64> {
    quotient(text).or_else(|| parsed(text))
}

/// Whether there is a minus, and what follows the sign.
#[inline]
pub(crate) fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

#[inline]
pub(crate) fn digit(byte: u8) -> Option<u8> {
    let digit = byte.wrapping_sub(b'0');
    (digit <= 9).then_some(digit)
}

/// A float of few digits and without an exponent.
#[inline]
fn quotient(text: &[u8]) -> Option<f64> {
    let (negative, rest) = sign(text);
    if rest.len() > EXACT_DIGITS + 1 {
        return None;
    }
    let (mut digits, mut count, mut point) = (0_u64, 0, None);
    for byte in rest {
        match digit(*byte) {
            Some(digit) => (digits, count) = (digits * 10 + u64::from(digit), count + 1),
            None if *byte == b'.' && point.is_none() => point = Some(count),
            None => return None,
        }
    }
    if count == 0 || count > EXACT_DIGITS {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "15 digits are less than 2^53")]
    let float = digits as f64 / POWERS[count - point.unwrap_or(count)];
    Some(if negative { -float } else { float })
}

fn parsed(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whole_numbers() {
        let nines = "9".repeat(40);
        for (text, expected) in [
            ("0", Some("0")),
            ("-0", Some("0")),
            ("+7", Some("7")),
            ("-8", Some("-8")),
            ("-0080", Some("-80")),
            (&format!("+00{nines}"), Some(&*nines)),
            ("", None),
            ("-", None),
            ("+-1", None),
            ("1_0", None),
            ("1.0", None),
            ("1e3", None),
            ("١", None),
        ] {
            assert_eq!(whole(text).as_deref(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn floats_as_the_standard_library_reads_them(text in "[+-]?[0-9]{0,9}[.]?[0-9]{0,9}(e[0-9])?") {
            let expected: Option<f64> = text.parse().ok();
            prop_assert_eq!(double(text.as_bytes()).map(f64::to_bits), expected.map(f64::to_bits));
        }
    }
}
