//! Numbers in decimal digits, exact.

use super::number::{digit, sign};

/// Whether it is a number as Python's `Decimal` takes it: with an exponent, infinite, or none at all.
pub(super) fn is_decimal(text: &[u8]) -> bool {
    let (_, rest) = sign(text);
    if parts(rest).is_some() {
        return true;
    }
    let lower = rest.to_ascii_lowercase();
    let none = lower.strip_prefix(b"s").unwrap_or(&lower).strip_prefix(b"nan");
    matches!(&*lower, b"inf" | b"infinity")
        || none.is_some_and(|rest| rest.iter().all(u8::is_ascii_digit))
}

/// The number times ten to the power of `scale`; `None` where that is no whole number of at most
/// `precision` digits.
pub(super) fn scaled(text: &[u8], precision: u8, scale: i8) -> Option<i128> {
    let (negative, rest) = sign(text);
    let (whole, part, exponent) = parts(rest)?;
    let digits = || whole.iter().chain(part).copied();
    let Some(first) = digits().position(|byte| byte != b'0') else { return Some(0) };
    let zeros = digits().rev().take_while(|byte| *byte == b'0').count();
    let count = whole.len() + part.len() - first - zeros;
    let significant = digits().skip(first).take(count);
    let shift =
        i64::try_from(zeros).ok()? - i64::try_from(part.len()).ok()? + i64::from(scale) + exponent;
    let shift = usize::try_from(shift).ok()?;
    if count + shift > usize::from(precision) {
        return None;
    }
    let mut number = 0_i128;
    for byte in significant {
        number = number.checked_mul(10)?.checked_add(i128::from(digit(byte)?))?;
    }
    number = number.checked_mul(10_i128.checked_pow(u32::try_from(shift).ok()?)?)?;
    Some(if negative { -number } else { number })
}

/// The digits before the point and after it, and the exponent.
fn parts(text: &[u8]) -> Option<(&[u8], &[u8], i64)> {
    let mark = text.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (digits, exponent) = text.split_at(mark.unwrap_or(text.len()));
    let exponent = match exponent {
        [] => 0,
        [_, exponent @ ..] => {
            let (negative, size) = sign(exponent);
            let size = size.iter().try_fold(0_i64, |size, byte| {
                size.checked_mul(10)?.checked_add(i64::from(digit(*byte)?))
            });
            // Beyond any precision, and small enough to be added to.
            let size = size.filter(|_| exponent.last().is_some_and(u8::is_ascii_digit))?;
            let size = size.min(i64::from(i32::MAX));
            if negative { -size } else { size }
        }
    };
    let point = digits.iter().position(|byte| *byte == b'.');
    let (whole, part) = digits.split_at(point.unwrap_or(digits.len()));
    let part = part.get(1..).unwrap_or_default();
    let all = || whole.iter().chain(part);
    (all().next().is_some() && all().all(u8::is_ascii_digit)).then_some((whole, part, exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals() {
        for (text, is, cents) in [
            ("1.25", true, Some(125)),
            ("-.5", true, Some(-50)),
            ("7.", true, Some(700)),
            ("0.000", true, Some(0)),
            ("1.250", true, Some(125)),
            ("1.255", true, None),
            ("1e2", true, Some(10_000)),
            ("125E-2", true, Some(125)),
            ("123.45", true, Some(12_345)),
            ("1234.5", true, None),
            ("1e999999999999", true, None),
            ("0e999999999999", true, Some(0)),
            ("Infinity", true, None),
            ("-sNaN12", true, None),
            ("nanx", false, None),
            (".", false, None),
            ("", false, None),
            ("1e", false, None),
            ("1e+", false, None),
            ("1.2.3", false, None),
            ("1_0", false, None),
        ] {
            assert_eq!(is_decimal(text.as_bytes()), is, "{text}");
            assert_eq!(scaled(text.as_bytes(), 5, 2), cents, "{text}");
        }
    }
}
