//! Numbers, out of the bytes of a field without the white space round it.

/// The digits that a float may have to be read as a quotient: their number and the power of ten are exact
/// floats then, so that one division rounds right.
const EXACT_DIGITS: usize = 15;

const POWERS: [f64; EXACT_DIGITS + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// A whole number of a type that has a sign.
#[inline]
pub(super) fn signed<T: TryFrom<i64>>(text: &[u8]) -> Option<T> {
    let (negative, digits) = sign(text);
    let size = size(digits)?;
    let number = if negative { 0_i64.checked_sub_unsigned(size) } else { i64::try_from(size).ok() };
    T::try_from(number?).ok()
}

/// A whole number of a type that has none.
#[inline]
pub(super) fn unsigned<T: TryFrom<u64>>(text: &[u8]) -> Option<T> {
    let (negative, digits) = sign(text);
    let size = size(digits)?;
    if negative && size > 0 { None } else { T::try_from(size).ok() }
}

/// Whether it is a whole number, however long.
pub(super) fn is_int(text: &[u8]) -> bool {
    let (_, digits) = sign(text);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

#[inline]
pub(super) fn double(text: &[u8]) -> Option<f64> {
    quotient(text).or_else(|| parsed(text))
}

pub(super) fn single(text: &[u8]) -> Option<f32> {
    parsed(text)
}

/// Whether there is a minus, and what follows the sign.
#[inline]
pub(super) fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// What the digits come to.
#[inline]
fn size(digits: &[u8]) -> Option<u64> {
    // Any 19 digits fit.
    let (first, rest) = digits.split_at(digits.len().min(19));
    if first.is_empty() {
        return None;
    }
    let mut size = 0;
    for byte in first {
        size = size * 10 + u64::from(digit(*byte)?);
    }
    for byte in rest {
        size = size.checked_mul(10)?.checked_add(u64::from(digit(*byte)?))?;
    }
    Some(size)
}

#[inline]
pub(super) fn digit(byte: u8) -> Option<u8> {
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

fn parsed<T: std::str::FromStr>(text: &[u8]) -> Option<T> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ints() {
        let check = |text: &str| {
            let bytes = text.as_bytes();
            assert_eq!(signed::<i64>(bytes), text.parse().ok(), "{text}");
            assert_eq!(signed::<i8>(bytes), text.parse().ok(), "{text}");
            assert_eq!(unsigned::<u64>(bytes), text.replace("-0", "0").parse().ok(), "{text}");
            assert_eq!(unsigned::<u16>(bytes), text.replace("-0", "0").parse().ok(), "{text}");
        };
        for text in ["", "+", "-", "0", "-0", "+7", "-8", "00012", "1_0", "1.0", "١", "--1", "+-1"]
        {
            check(text);
        }
        for edge in [127, 128, 65_535, 65_536, i128::from(i64::MAX), i128::from(u64::MAX)] {
            for near in [edge - 1, edge, edge + 1] {
                check(&near.to_string());
                check(&(-near).to_string());
            }
        }
        check(&"9".repeat(30));
        check(&format!("{}7", "0".repeat(30)));
    }

    proptest! {
        #[test]
        fn floats_as_the_standard_library_reads_them(text in "[+-]?[0-9]{0,9}[.]?[0-9]{0,9}(e[0-9])?") {
            let expected: Option<f64> = text.parse().ok();
            prop_assert_eq!(double(text.as_bytes()).map(f64::to_bits), expected.map(f64::to_bits));
        }
    }
}
