//! Decimal numbers of so many digits.

use crate::kind::decimal::{Decimal, Size, decimal};
use crate::kind::number::digit;

/// The number times ten to the power of `scale`; `None` where that is no whole number of at most
/// `precision` digits.
pub(super) fn scaled(text: &[u8], precision: u8, scale: i8) -> Option<i128> {
    let Decimal { negative, size: Size::Finite(whole, part, exponent) } =
        decimal(std::str::from_utf8(text).ok()?)?
    else {
        return None;
    };
    let digits = || whole.bytes().chain(part.bytes());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals() {
        for (text, cents) in [
            ("1.25", Some(125)),
            ("-.5", Some(-50)),
            ("7.", Some(700)),
            ("0.000", Some(0)),
            ("1.250", Some(125)),
            ("1.255", None),
            ("1e2", Some(10_000)),
            ("125E-2", Some(125)),
            ("123.45", Some(12_345)),
            ("1234.5", None),
            ("1e999999999999", None),
            ("0e999999999999", Some(0)),
            ("Infinity", None),
            ("-sNaN12", None),
            ("nanx", None),
            (".", None),
            ("", None),
            ("1e", None),
            ("1e+", None),
            ("1.2.3", None),
            ("1_0", None),
        ] {
            assert_eq!(scaled(text.as_bytes(), 5, 2), cents, "{text}");
        }
    }
}
